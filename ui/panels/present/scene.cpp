// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/present/scene.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "ledger/report.h"
#include "ui/model/workspace.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr const char* wordsKey = "scenes";

    struct Kind {
        SceneKind kind;
        const char* name;
        int seconds;
    };

    constexpr Kind kinds[] = {
        { SceneKind::Model, "model", 30 },           { SceneKind::Spectra, "spectra", 50 },
        { SceneKind::Prediction, "prediction", 50 }, { SceneKind::Comparison, "comparison", 40 },
        { SceneKind::Answers, "answers", 40 },       { SceneKind::Goals, "goals", 30 },
    };

    const Kind& entryOf(SceneKind kind)
    {
        return *std::find_if(std::begin(kinds), std::end(kinds),
                             [kind](const Kind& entry) { return entry.kind == kind; });
    }

    /// Texts of this file share one context.
    struct Words {
        Q_DECLARE_TR_FUNCTIONS(schmidt::Scene)
    };

    QString runTitle(const RunRecord& run)
    {
        return QStringLiteral("r%1 %2")
            .arg(run.id.value)
            .arg(QString::fromStdString(validUtf8(run.name)));
    }

    Scene sceneOf(SceneKind kind, const QString& title)
    {
        Scene scene;
        scene.kind = kind;
        scene.title = title;
        scene.seconds = entryOf(kind).seconds;
        return scene;
    }

    SceneNumber numberOf(const Metric& metric, const QString& caption)
    {
        return { metricValueText(metric), caption, metric.provenance };
    }

    /// Value of a metric in a run; 0 when it is absent.
    double valueOf(const RunRecord& run, const char* name)
    {
        const Metric* metric = findMetric(run.metrics, name);
        return metric && metric->value ? *metric->value : 0;
    }

    Scene modelScene(const Workspace& workspace)
    {
        const Architecture& model = *workspace.architecture();
        Scene scene = sceneOf(SceneKind::Model, Words::tr("The model"));
        const auto count = [](std::int64_t value) {
            Metric metric;
            metric.value = static_cast<double>(value);
            return metricValueText(metric);
        };
        scene.numbers.push_back(
            { count(model.totalParameters()), Words::tr("parameters"), Provenance::Measured });
        scene.numbers.push_back(
            { QString::number(model.layerCount()), Words::tr("layers"), Provenance::Measured });
        const RunRecord* baseline = baselineRun(workspace);
        if (const Metric* bytes
            = baseline ? findMetric(baseline->metrics, metric_names::fileBytes) : nullptr;
            bytes && bytes->value)
            scene.numbers.push_back(numberOf(*bytes, Words::tr("as a file in 16 bit")));
        const double blocks = static_cast<double>(model.blockParameters())
            / static_cast<double>(std::max<std::int64_t>(1, model.totalParameters()));
        scene.sentence
            = Words::tr("%1 keeps %2 of its parameters in its layers; that is where it can shrink.")
                  .arg(QString::fromStdString(validUtf8(model.name)), percentText(blocks));
        scene.hint = Words::tr("Say what the model is used for (workload: %1) and what limits it "
                               "today: memory, speed or cost.")
                         .arg(QString::fromStdString(validUtf8(workspace.goals().workload)));
        return scene;
    }

    std::optional<Scene> spectraScene(const Workspace& workspace)
    {
        const auto& analysis = workspace.analysis();
        if (!analysis || analysis->spectra.empty())
            return std::nullopt;
        Scene scene = sceneOf(SceneKind::Spectra, Words::tr("What the spectra say"));
        double share = 0, known = 0;
        int matrices = 0, units = 0;
        for (const TensorSpectrum& spectrum : analysis->spectra) {
            const bool weighted = !spectrum.weighted.empty();
            const auto full = static_cast<double>(std::min(spectrum.rows, spectrum.columns));
            if (full <= 0)
                continue;
            share += (weighted ? spectrum.weightedEffectiveRank : spectrum.effectiveRank) / full;
            ++matrices;
        }
        for (const LayerAnalysis& layer : analysis->layers)
            for (const float redundancy : layer.unitRedundancy) {
                known += redundancy;
                ++units;
            }
        const QString directions = percentText(share / std::max(1, matrices), 2);
        scene.numbers.push_back({ directions,
                                  Words::tr("of the directions of a matrix carry its work"),
                                  Provenance::Measured });
        if (units > 0)
            scene.numbers.push_back({ percentText(known / units, 2),
                                      Words::tr("of a unit's activity follows from the others"),
                                      Provenance::Measured });
        scene.numbers.push_back({ countText(analysis->calibrationTokens),
                                  Words::tr("tokens of the workload were read"),
                                  Provenance::Measured });
        scene.sentence
            = Words::tr("On “%1”, %2 of a matrix's directions do the work: the rest is "
                        "correlation that a smaller matrix can carry.")
                  .arg(QString::fromStdString(validUtf8(analysis->workload)), directions);
        scene.hint = Words::tr("Rows are layers, the left edge is the strongest direction. Dark "
                               "on the right means: little is lost there. Point out one layer that "
                               "differs from its neighbours.");
        return scene;
    }

    std::optional<Scene> predictionScene(const Workspace& workspace)
    {
        const auto run = presentedRun(workspace);
        if (!run || run->baseline)
            return std::nullopt;
        const auto predictor = workspace.predictorWithout(run->id);
        if (!predictor)
            return std::nullopt;
        const auto recipe = recipeFromJson(workspace.recipeOf(run->id));
        const Metric* measured = findMetric(run->metrics, metric_names::klMean);
        if (!recipe.ok() || recipe->heal.enabled()
            || recipe->layers.size() != predictor->architecture().layers.size() || !measured
            || !measured->value || measured->provenance != Provenance::Measured)
            return std::nullopt;
        const Prediction prediction = predictor->predict(*recipe);
        if (!prediction.kl.present())
            return std::nullopt;
        Scene scene = sceneOf(SceneKind::Prediction, Words::tr("Predicted, then measured"));
        scene.numbers.push_back(numberOf(prediction.kl, Words::tr("KL predicted")));
        scene.numbers.push_back(numberOf(*measured, Words::tr("KL measured")));
        const double expected = std::max(1e-12, *prediction.kl.value),
                     band = 1 + prediction.kl.uncertainty.value_or(0) / expected;
        scene.numbers.push_back({ QStringLiteral("×÷\u2009") + numberText(band),
                                  Words::tr("band that 90 % of recipes keep to"),
                                  Provenance::Predicted });
        const double ratio = *measured->value / expected;
        const bool inside = ratio <= band && ratio >= 1 / band;
        scene.sentence
            = (inside
                   ? Words::tr("What the sliders promised for %1 is what was measured: inside the "
                               "band.")
                   : Words::tr("For %1 the measurement lies outside the predicted band; the next "
                               "predictions learn from it."))
                  .arg(runTitle(*run));
        scene.hint
            = Words::tr("The dashed line is every size the sliders can reach with this recipe's "
                        "schemes, before anything is computed; solid markers were run. The number "
                        "predicted here learned from all runs but this one.");
        return scene;
    }

    std::optional<Scene> comparisonScene(const Workspace& workspace, const ComparisonTable& table)
    {
        const auto run = presentedRun(workspace);
        const RunRecord* baseline = baselineRun(workspace);
        if (!run || !baseline)
            return std::nullopt;
        Scene scene = sceneOf(SceneKind::Comparison, Words::tr("Original and variant"));
        const double bytes = valueOf(*run, metric_names::fileBytes),
                     fullBytes = valueOf(*baseline, metric_names::fileBytes),
                     rate = valueOf(*run, metric_names::decodeTokensPerSecond),
                     fullRate = valueOf(*baseline, metric_names::decodeTokensPerSecond);
        const auto provenance = [&run](const char* name) {
            const Metric* metric = findMetric(run->metrics, name);
            return metric ? metric->provenance : Provenance::Absent;
        };
        if (bytes > 0 && fullBytes > 0)
            scene.numbers.push_back({ percentText(bytes / fullBytes - 1),
                                      Words::tr("file, now %1").arg(bytesText(bytes)),
                                      provenance(metric_names::fileBytes) });
        if (rate > 0 && fullRate > 0)
            scene.numbers.push_back({ QStringLiteral("×\u2009") + numberText(rate / fullRate),
                                      Words::tr("decoding speed"),
                                      provenance(metric_names::decodeTokensPerSecond) });
        if (const Metric* kl = findMetric(run->metrics, metric_names::klMean); kl && kl->value)
            scene.numbers.push_back(numberOf(*kl, Words::tr("KL to the original")));
        scene.sentence = run->promoted
            ? Words::tr("%1 is in use instead of the original.").arg(runTitle(*run))
            : verdictSentence(table);
        scene.hint = Words::tr("Open Compare (Ctrl+5) afterwards for every measure with its "
                               "uncertainty, and Chat there for answers side by side.");
        return scene;
    }

    std::optional<Scene> answersScene(const Workspace& workspace)
    {
        const auto run = presentedRun(workspace);
        const auto exchange = presentedExchange(workspace);
        if (!run || !exchange)
            return std::nullopt;
        Scene scene = sceneOf(SceneKind::Answers, Words::tr("What they answer"));
        const RunRecord* baseline = baselineRun(workspace);
        for (const RunRecord* shown : { baseline, &*run }) {
            const Metric* rate = findMetric(shown->metrics, metric_names::decodeTokensPerSecond);
            if (rate && rate->value)
                scene.numbers.push_back(
                    numberOf(*rate,
                             shown->baseline ? Words::tr("the original writes")
                                             : Words::tr("%1 writes").arg(runTitle(*shown))));
        }
        if (const Metric* same = findMetric(run->metrics, metric_names::sameTop);
            same && same->value)
            scene.numbers.push_back(numberOf(*same, Words::tr("of all tokens come out the same")));
        scene.sentence
            = Words::tr("Both were asked: “%1”")
                  .arg(QString::fromStdString(validUtf8(exchange->prompt)).simplified().left(160));
        scene.hint = Words::tr("Read both answers aloud. Ask your own question in Compare > Chat, "
                               "blind if the guests should choose.");
        return scene;
    }

    std::optional<Scene> goalsScene(const Workspace& workspace)
    {
        const auto run = presentedRun(workspace);
        const RunRecord* baseline = baselineRun(workspace);
        if (!run)
            return std::nullopt;
        const auto checks = checkGoals(workspace.goals(), run->metrics,
                                       baseline ? baseline->metrics : std::vector<Metric> {});
        if (checks.empty())
            return std::nullopt;
        const auto count = [&checks](Verdict verdict) {
            return static_cast<int>(
                std::count_if(checks.begin(), checks.end(),
                              [verdict](const GoalCheck& c) { return c.verdict == verdict; }));
        };
        Scene scene = sceneOf(SceneKind::Goals, Words::tr("The goals"));
        const std::pair<Verdict, QString> kinds[]
            = { { Verdict::Met, Words::tr("met") },
                { Verdict::Missed, Words::tr("missed") },
                { Verdict::NotMeasured, Words::tr("not measured") } };
        for (const auto& [verdict, caption] : kinds)
            scene.numbers.push_back(
                { QString::number(count(verdict)), caption, Provenance::Measured });
        scene.sentence = count(Verdict::Met) == static_cast<int>(checks.size())
            ? Words::tr("%1 meets every goal of the project.").arg(runTitle(*run))
            : Words::tr("%1 meets %2 of %3 goals; the rest says what to do next.")
                  .arg(runTitle(*run))
                  .arg(count(Verdict::Met))
                  .arg(checks.size());
        scene.hint = Words::tr("Only measured values count. Ask whether a missed limit or the "
                               "recipe should give way.");
        return scene;
    }

    void applyStoredWords(const Workspace& workspace, std::vector<Scene>& scenes)
    {
        const auto stored = workspace.ledger()->value(wordsKey);
        if (!stored.ok() || !stored->is_object())
            return;
        for (Scene& scene : scenes) {
            const auto words = stored->find(entryOf(scene.kind).name);
            if (words == stored->end() || !words->is_object())
                continue;
            const auto take = [&words](const char* key, QString& text) {
                const auto own = jsonValue<std::string>(*words, key, {});
                if (!own.empty())
                    text = QString::fromStdString(own);
            };
            take("sentence", scene.sentence);
            take("hint", scene.hint);
        }
    }

    ComparisonTable comparisonOf(const Workspace& workspace)
    {
        std::vector<RunRecord> finished;
        for (const RunRecord& run : workspace.runs())
            if (run.state == RunState::Done)
                finished.push_back(run);
        return finished.empty() ? ComparisonTable {} : compareRuns(finished, workspace.goals());
    }

    std::vector<Scene> generatedScenes(const Workspace& workspace)
    {
        std::vector<Scene> scenes;
        if (!workspace.isOpen() || !workspace.architecture())
            return scenes;
        scenes.push_back(modelScene(workspace));
        for (auto& scene : { spectraScene(workspace), predictionScene(workspace),
                             comparisonScene(workspace, comparisonOf(workspace)),
                             answersScene(workspace), goalsScene(workspace) })
            if (scene)
                scenes.push_back(*scene);
        return scenes;
    }

} // namespace

QString sceneKindName(SceneKind kind)
{
    return QString::fromLatin1(entryOf(kind).name);
}

const RunRecord* baselineRun(const Workspace& workspace)
{
    for (const RunRecord& run : workspace.runs())
        if (run.baseline)
            return &run;
    return nullptr;
}

std::optional<RunRecord> presentedRun(const Workspace& workspace)
{
    for (const RunRecord& run : workspace.runs())
        if (run.promoted && !run.baseline && run.state == RunState::Done)
            return run;
    const ComparisonTable table = comparisonOf(workspace);
    const int best = bestColumn(table);
    if (best < 0)
        return std::nullopt;
    const RunId id = table.columns[static_cast<std::size_t>(best)].run;
    for (const RunRecord& run : workspace.runs())
        if (run.id == id)
            return run;
    return std::nullopt;
}

std::optional<Exchange> presentedExchange(const Workspace& workspace)
{
    const auto run = presentedRun(workspace);
    const RunRecord* baseline = baselineRun(workspace);
    if (!run || !baseline)
        return std::nullopt;
    const auto exchanges = keptExchanges(*workspace.ledger());
    if (!exchanges.ok())
        return std::nullopt;
    for (auto exchange = exchanges->rbegin(); exchange != exchanges->rend(); ++exchange)
        if (exchange->answerOf(run->id) && exchange->answerOf(baseline->id))
            return *exchange;
    return std::nullopt;
}

std::vector<Scene> projectScenes(const Workspace& workspace)
{
    std::vector<Scene> scenes = generatedScenes(workspace);
    if (!scenes.empty())
        applyStoredWords(workspace, scenes);
    return scenes;
}

Result<void> storeSceneWords(const Workspace& workspace, const Scene& scene)
{
    if (!workspace.ledger())
        return usageError("Open a project first.");
    SCHMIDT_TRY(Json stored, workspace.ledger()->value(wordsKey));
    if (!stored.is_object())
        stored = Json::object();
    Json words = Json::object();
    for (const Scene& generated : generatedScenes(workspace))
        if (generated.kind == scene.kind) {
            if (generated.sentence != scene.sentence)
                words["sentence"] = scene.sentence.toStdString();
            if (generated.hint != scene.hint)
                words["hint"] = scene.hint.toStdString();
        }
    const std::string key = entryOf(scene.kind).name;
    if (words.empty())
        stored.erase(key);
    else
        stored[key] = words;
    return workspace.ledger()->setValue(wordsKey, stored);
}

} // namespace schmidt
