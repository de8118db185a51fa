// SPDX-License-Identifier: Apache-2.0
#include "recipe/allocation.h"
#include "tests/support/synthetic_project.h"

#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

/// KV groups of the last layer are nearly free; its MLP and all else follow the smooth formulas.
Predictor predictorWithFreeGroups(const Architecture& architecture)
{
    auto analysis = std::make_shared<AnalysisResult>(syntheticAnalysis(architecture));
    const int last = static_cast<int>(architecture.layers.size()) - 1;
    for (SensitivityPoint& point : analysis->sensitivity)
        if (point.kind == ProbeKind::KvGroups)
            point.kl = point.layer == last ? 1e-5 : 1.0;
    return { architecture, analysis };
}

Recipe uniformAt(const Architecture& architecture, std::int64_t width)
{
    Recipe recipe = identityRecipe(architecture);
    for (LayerRecipe& layer : recipe.layers)
        layer.mlpWidth = width;
    return recipe;
}

} // namespace

/// What an allocation promises: the target met, nothing locked touched, never worse than the
/// choices it contains.
class RecipeAllocationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void meetsTheTargetCloselyAndBeatsEqualWidths()
    {
        const Predictor predictor(m_architecture, m_analysis);
        const Recipe equal = uniformAt(m_architecture, 1152);
        const double share = static_cast<double>(recipeSize(equal, m_architecture).parameters)
            / static_cast<double>(m_architecture.totalParameters());
        const auto found = allocate(predictor, start(), { share, {}, {} });
        QVERIFY(found.ok());
        const double reached = static_cast<double>(recipeSize(*found, m_architecture).parameters)
            / static_cast<double>(m_architecture.totalParameters());
        QVERIFY(reached <= share && reached > share - 0.001);
        QVERIFY(predictor.sumOfSingles(*found) < 0.9 * predictor.sumOfSingles(equal));
        QVERIFY(validateRecipe(*found, m_architecture).empty());
    }

    void partsGoOnlyWhereThatIsAskedForAndMeasured()
    {
        auto analysis = std::make_shared<AnalysisResult>(*m_analysis);
        const int cheap = 2;
        for (SensitivityPoint& point : analysis->sensitivity)
            if (point.layer == cheap && point.kind == ProbeKind::MlpWidth)
                point.kl = 1e-6;
        const Predictor predictor(m_architecture, analysis);
        Recipe without = start();
        without.layers[cheap].mlpWidth = 0;
        AllocationTarget target; // a little less than the model without the cheap part
        target.keepParameters = static_cast<double>(recipeSize(without, m_architecture).parameters)
                / static_cast<double>(m_architecture.totalParameters())
            - 0.005;
        const auto kept = allocate(predictor, start(), target);
        QVERIFY(kept.ok());
        QVERIFY(kept->layers[cheap].mlpWidth > 0);
        const auto removed = allocate(predictor, start(), target, { .removals = true });
        QVERIFY(removed.ok());
        QCOMPARE(removed->layers[cheap].mlpWidth, 0);
        QVERIFY(validateRecipe(*removed, m_architecture).empty());
        std::erase_if(analysis->sensitivity,
                      [](const SensitivityPoint& point) { return point.level == 0; });
        const Predictor ignorant(m_architecture, analysis);
        const auto refused = allocate(ignorant, start(), target, { .removals = true });
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, ErrorCode::Usage);
        const Prediction unknown = ignorant.predict(*removed);
        QVERIFY(!unknown.kl.present() && !unknown.perplexity.present());
        QVERIFY(unknown.fileBytes.present() && !unknown.kl.absentReason.empty());
        QVERIFY(frontier(ignorant, *removed).empty());
        for (const FrontierPoint& point : frontier(predictor, *removed))
            QCOMPARE(point.recipe.layers[cheap].mlpWidth, 0);
    }

    void blocksLeaveAPlainModel()
    {
        Recipe recipe = uniformAt(m_architecture, 1024);
        recipe.mode = WidthMode::Uniform;
        recipe.layers[0].mlpWidth = recipe.layers[0].kvGroups = 0;
        recipe.layers[3].mlpWidth = recipe.layers[3].kvGroups = 0;
        QVERIFY(validateRecipe(recipe, m_architecture).empty());
        const Architecture compressed = compressedArchitecture(recipe, m_architecture);
        QVERIFY(compressed.uniform() && !compressed.wholeBlocks());
        QCOMPARE(compressed.withoutEmptyLayers().layerCount(), m_architecture.layerCount() - 2);
        QCOMPARE(compressed.withoutEmptyLayers().totalParameters(), compressed.totalParameters());
        // Allocation in uniform mode goes on with the layers that are left.
        const Predictor predictor(m_architecture, m_analysis);
        const double share = static_cast<double>(compressed.totalParameters())
            / static_cast<double>(m_architecture.totalParameters());
        const auto narrower = allocate(predictor, recipe, { share - 0.02, {}, {} });
        QVERIFY(narrower.ok());
        QVERIFY(narrower->layers[0].empty() && narrower->layers[1].mlpWidth < 1024);
        recipe.layers[1].mlpWidth = 0; // its attention alone is another shape
        QCOMPARE(validateRecipe(recipe, m_architecture).front().severity,
                 RecipeIssue::Severity::Error);
        for (LayerRecipe& layer : recipe.layers)
            layer.kvGroups = 0;
        recipe.mode = WidthMode::PerLayer;
        QCOMPARE(validateRecipe(recipe, m_architecture).front().severity,
                 RecipeIssue::Severity::Error);
    }

    void removesGroupsWhereTheyCostLeast()
    {
        const Predictor predictor = predictorWithFreeGroups(m_architecture);
        const Recipe whole = start();
        const auto free = allocate(predictor, whole, { 0.95, {}, {} });
        QVERIFY(free.ok());
        QCOMPARE(free->layers.front().kvGroups, 3);
        QVERIFY(free->layers.back().kvGroups < 3);
        const auto kept = allocate(predictor, whole, { 0.95, {}, {} }, { .kvGroups = false });
        QVERIFY(kept.ok());
        QCOMPARE(kept->layers.back().kvGroups, 3);
        QVERIFY(predictor.sumOfSingles(*free) < predictor.sumOfSingles(*kept));
    }

    void widthsAndBitsTogetherBeatEitherAlone()
    {
        const Predictor predictor(m_architecture, m_analysis);
        const std::vector<Scheme> schemes { {},
                                            { SchemeKind::Gptq, { 8, 32, true } },
                                            { SchemeKind::Gptq, { 4, 32, true } } };
        const AllocationFreedom both { .schemes = schemes },
            bits { .widths = false, .kvGroups = false, .schemes = schemes }, widths;
        const auto found = [&](double share, const AllocationFreedom& freedom) {
            const std::int64_t full = recipeSize(start(), m_architecture).weightBytes;
            const auto bytes = static_cast<std::int64_t>(share * static_cast<double>(full));
            const auto recipe = allocate(predictor, start(), { {}, bytes, {} }, freedom);
            if (!recipe.ok() || recipeSize(*recipe, m_architecture).weightBytes > bytes
                || !validateRecipe(*recipe, m_architecture).empty())
                return -1.0;
            return predictor.sumOfSingles(*recipe);
        };
        // Where bits alone suffice, more freedom costs no more than a step's grain.
        QVERIFY(found(0.75, bits) > 0);
        QVERIFY(found(0.75, both) > 0 && found(0.75, both) < 1.05 * found(0.75, bits));
        QVERIFY(found(0.75, both) < found(0.75, widths));
        // Four bits everywhere are not enough here.
        QVERIFY(found(0.68, bits) < 0);
        QVERIFY(found(0.68, both) > 0 && found(0.68, both) < found(0.68, widths));
    }

    void everyStopFitsTheGroups()
    {
        const Predictor predictor(m_architecture, m_analysis);
        Recipe whole = start();
        for (LayerRecipe& layer : whole.layers)
            layer.schemes.fill({ SchemeKind::Gptq, { 4, 64, true } });
        for (double share = 0.999; share > 0.85; share -= 0.007) {
            const auto found = allocate(predictor, whole, { share, {}, {} });
            QVERIFY(found.ok());
            const auto issues = validateRecipe(*found, m_architecture);
            QVERIFY2(issues.empty(), issues.empty() ? "" : issues.front().message.c_str());
        }
    }

    void lockedLayersStay()
    {
        const Predictor predictor(m_architecture, m_analysis);
        Recipe whole = start();
        whole.layers[2].locked = true;
        const Scheme four { SchemeKind::Gptq, { 4, 32, true } };
        const auto found = allocate(predictor, whole, { 0.9, {}, {} }, { .schemes = { four } });
        QVERIFY(found.ok());
        QCOMPARE(found->layers[2], whole.layers[2]);
        QCOMPARE(found->layers[3].schemes.front(), four);
    }

    void equalWidthsStayEqual()
    {
        const Predictor predictor(m_architecture, m_analysis);
        Recipe whole = start();
        whole.mode = WidthMode::Uniform;
        const auto found = allocate(predictor, whole, { 0.85, {}, {} });
        QVERIFY(found.ok());
        for (const LayerRecipe& layer : found->layers) {
            QCOMPARE(layer.mlpWidth, found->layers.front().mlpWidth);
            QCOMPARE(layer.kvGroups, 3);
        }
    }

    void staysUnderAKl()
    {
        const Predictor predictor(m_architecture, m_analysis);
        const auto found = allocate(predictor, start(), { {}, {}, 0.1 });
        QVERIFY(found.ok());
        const double kl = *predictor.predict(*found).kl.value;
        QVERIFY2(kl <= 0.1 && kl > 0.09, qPrintable(QString::number(kl)));
    }

    void staysUnderARiseOfPerplexity()
    {
        const Predictor predictor(m_architecture, m_analysis);
        AllocationTarget target;
        target.maxPerplexityIncrease = 0.05;
        const auto found = allocate(predictor, start(), target);
        QVERIFY(found.ok());
        const double rise = *predictor.predict(*found).perplexity.value
                / *predictor.predict(start()).perplexity.value
            - 1;
        QVERIFY2(rise <= 0.05 && rise > 0.04, qPrintable(QString::number(rise)));
        target.maxPerplexityIncrease = -0.01;
        QVERIFY(allocate(predictor, start(), target).error().message.find("perplexity")
                != std::string::npos);
    }

    void reachesSpeedMemoryAndEnergyWithLittleLoss()
    {
        MachineRates rates;
        rates.decodeTokensPerSecond = 40;
        rates.overheadSeconds = 0.004;
        rates.weightBytes = recipeSize(start(), m_architecture).weightBytes;
        rates.joulesPerToken = 2;
        const Predictor predictor(m_architecture, m_analysis, {}, rates);
        const Prediction whole = predictor.predict(start());
        const auto of = [&](const AllocationTarget& target) {
            const auto found = allocate(predictor, start(), target);
            return found.ok() ? predictor.predict(*found) : Prediction {};
        };
        AllocationTarget speed, memory, energy;
        speed.minDecodeRate = 42;
        memory.maxMemoryBytes = 0.95 * *whole.memory.value;
        energy.maxJoulesPerToken = 1.9;
        const double rate = of(speed).decodeRate.value.value_or(0);
        QVERIFY2(rate >= 42 && rate < 42.2, qPrintable(QString::number(rate)));
        const double bytes = of(memory).memory.value.value_or(0);
        QVERIFY(bytes <= *memory.maxMemoryBytes && bytes > 0.995 * *memory.maxMemoryBytes);
        const double joules = of(energy).energy.value.value_or(0);
        QVERIFY(joules <= 1.9 && joules > 1.89);
    }

    void saysWhyASpeedIsOutOfReach()
    {
        AllocationTarget target;
        target.minDecodeRate = 1000;
        const Predictor unmeasured(m_architecture, m_analysis);
        const auto absent = allocate(unmeasured, start(), target);
        QCOMPARE(absent.error().code, ErrorCode::Verification);
        QVERIFY(absent.error().message.find("measure the baseline") != std::string::npos);
        MachineRates rates;
        rates.decodeTokensPerSecond = 40;
        rates.weightBytes = recipeSize(start(), m_architecture).weightBytes;
        const Predictor predictor(m_architecture, m_analysis, {}, rates);
        const auto slow = allocate(predictor, start(), target);
        QCOMPARE(slow.error().code, ErrorCode::Verification);
        QVERIFY(slow.error().message.find("tokens/s") != std::string::npos);
        // No energy counter: said, and not taken for 0 J.
        AllocationTarget energy;
        energy.maxJoulesPerToken = 1;
        const auto unread = allocate(predictor, start(), energy);
        QVERIFY(unread.error().message.find("energy counter") != std::string::npos);
    }

    void saysWhatIsOutOfReach()
    {
        const Predictor predictor(m_architecture, m_analysis);
        const auto found = allocate(predictor, start(), { {}, 1000, {} });
        QCOMPARE(found.error().code, ErrorCode::Verification);
        QVERIFY(found.error().message.find("smallest") != std::string::npos);
        QCOMPARE(allocate(predictor, start(), { 0.9, {}, {} }, { .widthStep = 0 }).error().code,
                 ErrorCode::Usage);
    }

    void theFrontFallsFromWholeToDeepest()
    {
        const Predictor predictor(m_architecture, m_analysis);
        const auto front = frontier(predictor, uniformAt(m_architecture, 512), 16);
        QCOMPARE(front.size(), std::size_t(16));
        QCOMPARE(front.front().kl, 0.0);
        for (std::size_t index = 1; index < front.size(); ++index) {
            QVERIFY(front[index].bytes < front[index - 1].bytes);
            QVERIFY(front[index].kl >= front[index - 1].kl);
            QVERIFY(front[index].klLow <= front[index].kl
                    && front[index].kl <= front[index].klHigh);
        }
    }

private:
    /// Everything kept, layers free to differ.
    Recipe start() const
    {
        Recipe recipe = identityRecipe(m_architecture);
        recipe.mode = WidthMode::PerLayer;
        return recipe;
    }

    Architecture m_architecture = syntheticArchitecture(6);
    std::shared_ptr<const AnalysisResult> m_analysis
        = std::make_shared<AnalysisResult>(syntheticAnalysis(m_architecture));
};

QTEST_APPLESS_MAIN(RecipeAllocationTest)
#include "recipe_allocation_test.moc"
