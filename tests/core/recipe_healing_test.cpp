// SPDX-License-Identifier: Apache-2.0
#include "recipe/healing_law.h"
#include "recipe/prediction.h"
#include "tests/support/synthetic_project.h"

#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

/// Healings of variants far and near that all follow one law, `times` as strong as the usual one.
std::vector<HealedOutcome> healings(double times, int count)
{
    const HealingLaw usual;
    std::vector<HealedOutcome> known;
    for (int index = 1; index <= count; ++index) {
        const double tokens = 30000.0 * index, before = 0.2 * index;
        const double effort = 1 / usual.left(before, tokens) - 1 / before;
        known.push_back({ before, 1 / (1 / before + times * effort), tokens, 400 });
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
        QCOMPARE(law.left(0.4, 0), 0.4);
        double before = 0.4;
        for (const double tokens : { 1e3, 1e4, 1e5, 1e6 }) {
            QVERIFY(law.left(0.4, tokens) < before && law.left(0.4, tokens) > 0);
            before = law.left(0.4, tokens);
            // One that is nearer to its original loses a smaller share.
            QVERIFY(law.left(0.1, tokens) / 0.1 > law.left(0.4, tokens) / 0.4);
        }
    }

    void knownHealingsTeachTheFactorAndNarrowTheBand()
    {
        const HealingLaw usual, taught(healings(2, 40));
        const double effort = 1 / taught.left(0.5, 1e5) - 1 / 0.5,
                     before = 1 / usual.left(0.5, 1e5) - 1 / 0.5;
        QVERIFY(std::abs(effort / before - 2) < 0.1);
        QVERIFY(taught.error(0.5, 1e5) / (0.5 - taught.left(0.5, 1e5))
                < usual.error(0.5, 1e5) / (0.5 - usual.left(0.5, 1e5)));
        // A healing that did not help says nothing of how fast others fall.
        auto known = healings(2, 40);
        known.push_back({ 0.5, 0.5, 1e5, 400 });
        QCOMPARE(HealingLaw(known).left(0.5, 1e5), taught.left(0.5, 1e5));
    }

    void minutesNeedAKnownSpeed()
    {
        const HealingLaw usual, taught(healings(1, 3));
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
        const HealingLaw law(healings(1, 3));
        const Predictor predictor(architecture, analysis, {}, {}, 0, law);
        Recipe recipe = identityRecipe(architecture);
        for (LayerRecipe& layer : recipe.layers)
            layer.mlpWidth = 768;
        QVERIFY(!predictor.predict(recipe).healedKl);
        recipe.heal.minutes = 10;
        const Prediction prediction = predictor.predict(recipe);
        QVERIFY(prediction.healedKl && prediction.healedKl->present());
        QCOMPARE(*prediction.healedKl->value, law.left(*prediction.kl.value, 240000));
        QVERIFY(prediction.healedKl->uncertainty.value_or(0) > 0);
        QCOMPARE(prediction.healedKl->provenance, Provenance::Predicted);
        const Prediction ignorant = Predictor(architecture, analysis).predict(recipe);
        QVERIFY(ignorant.healedKl && !ignorant.healedKl->present());
        QVERIFY(!ignorant.healedKl->absentReason.empty());
    }
};

QTEST_APPLESS_MAIN(RecipeHealingTest)
#include "recipe_healing_test.moc"
