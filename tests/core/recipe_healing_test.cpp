// SPDX-License-Identifier: Apache-2.0
#include "recipe/healing_law.h"
#include "recipe/prediction.h"
#include "tests/support/synthetic_project.h"

#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

/// Healings that follow a law with this exponent exactly.
std::vector<HealedOutcome> healings(double exponent, int count)
{
    std::vector<HealedOutcome> known;
    for (int index = 1; index <= count; ++index) {
        const double tokens = 30000.0 * index;
        known.push_back({ 0.5, 0.5 * std::pow(1 + tokens / 8000, -exponent), tokens, 400 });
    }
    return known;
}

} // namespace

/// What healing is predicted to gain, and what known healings teach.
class RecipeHealingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void moreTokensLeaveLess()
    {
        const HealingLaw law;
        QCOMPARE(law.left(0), 1.0);
        double before = 1;
        for (const double tokens : { 1e3, 1e4, 1e5, 1e6 }) {
            QVERIFY(law.left(tokens) < before && law.left(tokens) > 0);
            before = law.left(tokens);
        }
    }

    void knownHealingsTeachTheExponentAndNarrowTheBand()
    {
        const HealingLaw usual, taught(healings(0.25, 8));
        QVERIFY(std::abs(std::log(taught.left(1e5) / std::pow(1 + 1e5 / 8000, -0.25))) < 0.05);
        QVERIFY(taught.band() < usual.band());
        // A healing that did not help says nothing of how fast others fall.
        auto known = healings(0.25, 8);
        known.push_back({ 0.5, 0.5, 1e5, 400 });
        QCOMPARE(HealingLaw(known).left(1e5), taught.left(1e5));
    }

    void minutesNeedAKnownSpeed()
    {
        const HealingLaw usual, taught(healings(0.2, 3));
        QVERIFY(!usual.tokensOf({ 0, 10, 0 }));
        QCOMPARE(usual.tokensOf({ 50000, 0, 0 }).value(), 50000.0);
        QCOMPARE(taught.tokensOf({ 0, 10, 0 }).value(), 240000.0);
        QCOMPARE(taught.tokensOf({ 50000, 10, 0 }).value(), 50000.0); // the first limit reached
    }

    void predictionsSayWhatIsLeft()
    {
        const Architecture architecture = syntheticArchitecture(6);
        const auto analysis
            = std::make_shared<const AnalysisResult>(syntheticAnalysis(architecture));
        const HealingLaw law(healings(0.2, 3));
        const Predictor predictor(architecture, analysis, {}, {}, 0, law);
        Recipe recipe = identityRecipe(architecture);
        for (LayerRecipe& layer : recipe.layers)
            layer.mlpWidth = 768;
        QVERIFY(!predictor.predict(recipe).healedKl);
        recipe.heal.minutes = 10;
        const Prediction prediction = predictor.predict(recipe);
        QVERIFY(prediction.healedKl && prediction.healedKl->present());
        QVERIFY(std::abs(*prediction.healedKl->value / *prediction.kl.value - law.left(240000))
                < 1e-12);
        QVERIFY(prediction.healedKl->uncertainty.value_or(0) > 0);
        QCOMPARE(prediction.healedKl->provenance, Provenance::Predicted);
        const Prediction ignorant = Predictor(architecture, analysis).predict(recipe);
        QVERIFY(ignorant.healedKl && !ignorant.healedKl->present());
        QVERIFY(!ignorant.healedKl->absentReason.empty());
    }
};

QTEST_APPLESS_MAIN(RecipeHealingTest)
#include "recipe_healing_test.moc"
