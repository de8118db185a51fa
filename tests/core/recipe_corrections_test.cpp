// SPDX-License-Identifier: Apache-2.0
#include "recipe/prediction.h"
#include "tests/support/synthetic_project.h"

#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;

/// Low-rank corrections of quantized matrices in a recipe.
class RecipeCorrectionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatStaysInSixteenBitsIsNotCorrected()
    {
        LayerRecipe layer;
        layer.schemes.fill({ SchemeKind::Gptq, { 4, 64, true } });
        layer.corrections.fill(8);
        layer.setScheme(2, {});
        layer.setScheme(3, { SchemeKind::Gptq, { 3, 64, true } });
        QCOMPARE(layer.corrections[2], 0);
        QCOMPARE(layer.corrections[3], 8);
    }

    void allQuantizedMatricesGetOne()
    {
        const Architecture architecture = syntheticArchitecture(3);
        Recipe recipe = identityRecipe(architecture);
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
        recipe.layers[0].setScheme(2, {});
        recipe.layers[1].locked = true;
        recipe.layers[2].kvGroups = 1;
        const Recipe with = withCorrections(recipe, architecture, 100);
        QCOMPARE(with.layers[0].corrections[0], 100);
        QCOMPARE(with.layers[0].corrections[2], 0);
        QCOMPARE(largestCorrection(with), 100);
        QVERIFY(with.layers[1] == recipe.layers[1]);
        QCOMPARE(with.layers[2].corrections[1], 64); // one KV group has 64 rows
        QVERIFY(withCorrections(with, architecture, 0) == recipe);
    }

    void absentMeansNone()
    {
        const Recipe plain = quantized();
        QVERIFY(!toJson(plain)["layers"][0].contains("corrections"));
        QCOMPARE(largestCorrection(plain), 0);
        Recipe recipe = plain;
        recipe.layers[1].corrections = { 0, 16, 0, 0, 0, 0, 8 };
        const Json json = toJson(recipe);
        QCOMPARE(json["layers"][1]["corrections"], (Json { { "k", 16 }, { "down", 8 } }));
        const auto read = recipeFromJson(json);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QVERIFY(*read == recipe);
        QCOMPARE(largestCorrection(*read), 16);
    }

    void refusesWhatIsNoCorrection_data()
    {
        QTest::addColumn<QString>("json");
        QTest::newRow("unknown matrix") << R"({"x": 4})";
        QTest::newRow("no number") << R"({"q": "4"})";
        QTest::newRow("a list") << "[4]";
    }
    void refusesWhatIsNoCorrection()
    {
        QFETCH(const QString, json);
        Json recipe = toJson(quantized());
        recipe["layers"][0]["corrections"] = Json::parse(json.toStdString());
        QCOMPARE(recipeFromJson(recipe).error().code, ErrorCode::BadInput);
    }

    void needsAGridAndARankThatFits()
    {
        const auto firstIssue = [this](std::int64_t rank, const char* scheme) {
            Recipe recipe = quantized();
            recipe.layers[0].schemes[4] = *schemeFromName(scheme);
            recipe.layers[0].corrections[4] = rank;
            const auto issues = validateRecipe(recipe, m_architecture);
            return issues.empty() ? RecipeIssue {} : issues.front();
        };
        QVERIFY(firstIssue(4, "rtn-int4-g32").message.empty());
        QVERIFY(firstIssue(4, "keep").message.find("only a quantized matrix") != std::string::npos);
        const std::int64_t hidden = m_architecture.hiddenSize;
        QVERIFY(firstIssue(hidden + 1, "rtn-int4-g32").message.find("outside 0 to")
                != std::string::npos);
        QVERIFY(firstIssue(-1, "rtn-int4-g32").message.find("outside 0 to") != std::string::npos);
        const RecipeIssue large = firstIssue(hidden, "rtn-int4-g32");
        QVERIFY(large.severity == RecipeIssue::Severity::Warning);
        QVERIFY(large.message.find("no smaller than in 16 bits") != std::string::npos);
    }

    void countsTheFactors()
    {
        const Recipe plain = quantized();
        Recipe recipe = plain;
        recipe.layers[0].corrections[0] = 4;
        recipe.layers[1].corrections[6] = 2;
        const auto shape = [this](std::size_t position) {
            return matrixShape(linearRoles[position], m_architecture.layers[0], m_architecture);
        };
        const std::int64_t query = shape(0).rows + shape(0).columns,
                           down = shape(6).rows + shape(6).columns;
        const RecipeSize before = recipeSize(plain, m_architecture),
                         after = recipeSize(recipe, m_architecture);
        QCOMPARE(after.parameters - before.parameters, 4 * query + 2 * down);
        QCOMPARE(after.blockParameters - before.blockParameters, 4 * query + 2 * down);
        // The left factor of the smaller rank takes 32 bits.
        QCOMPARE(after.weightBytes - before.weightBytes,
                 2 * 4 * query + 2 * 2 * down + 2 * 2 * shape(6).rows);
    }

    /// Nothing is promised before it is measured.
    void predictionCountsBytesAndNoGain()
    {
        const auto analysis
            = std::make_shared<const AnalysisResult>(syntheticAnalysis(m_architecture));
        const Predictor predictor(m_architecture, analysis);
        Recipe recipe = quantized();
        const Prediction plain = predictor.predict(recipe);
        for (LayerRecipe& layer : recipe.layers)
            layer.corrections.fill(8);
        const Prediction corrected = predictor.predict(recipe);
        QCOMPARE(*corrected.kl.value, *plain.kl.value);
        QCOMPARE(*corrected.fileBytes.value - *plain.fileBytes.value,
                 static_cast<double>(corrected.size.weightBytes - plain.size.weightBytes));
        QVERIFY(*corrected.fileBytes.value > *plain.fileBytes.value);
    }

    /// What a measured run gained is expected of ranks from its own on, and no other prediction
    /// changes.
    void measuredRunsTellTheGain()
    {
        const auto analysis
            = std::make_shared<const AnalysisResult>(syntheticAnalysis(m_architecture));
        const auto kl = [](const Predictor& predictor, const Recipe& recipe) {
            return *predictor.predict(recipe).kl.value;
        };
        const auto corrected = [this](std::int64_t rank) {
            Recipe recipe = quantized();
            for (LayerRecipe& layer : recipe.layers)
                layer.corrections.fill(rank);
            return recipe;
        };
        const Predictor before(m_architecture, analysis);
        const double plain = kl(before, quantized());
        const Predictor after(m_architecture, analysis,
                              { { corrected(8), 0.6 * plain, 3.1, 3.0 } });
        QVERIFY(std::abs(kl(after, corrected(8)) / plain - 0.6) < 1e-3);
        QVERIFY(std::abs(kl(after, corrected(12)) / plain - 0.6) < 1e-3);
        QCOMPARE(kl(after, corrected(4)), plain);
        QCOMPARE(kl(after, quantized()), plain);
        // A run that was worse than predicted without corrections promises nothing.
        const Predictor worse(m_architecture, analysis,
                              { { corrected(8), 1.5 * plain, 3.1, 3.0 } });
        QVERIFY(std::abs(kl(worse, corrected(8)) / plain - 1) < 1e-6);
    }

private:
    Recipe quantized() const
    {
        Recipe recipe = identityRecipe(m_architecture);
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
        return recipe;
    }

    const Architecture m_architecture = syntheticArchitecture(2);
};

QTEST_APPLESS_MAIN(RecipeCorrectionsTest)
#include "recipe_corrections_test.moc"
