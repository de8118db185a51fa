// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/reasons.h"

#include "ui/panels/spectra/measures.h"
#include "ui/plots/number_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace schmidt {

namespace {

    struct Reasons {
        Q_DECLARE_TR_FUNCTIONS(schmidt::Reasons)
    };

    QString fateText(bool removed)
    {
        return removed ? Reasons::tr("the draft removes it") : Reasons::tr("the draft keeps it");
    }

    double squareSum(const std::vector<float>& sigma)
    {
        double sum = 0;
        for (const float value : sigma)
            sum += static_cast<double>(value) * static_cast<double>(value);
        return sum;
    }

    enum class BulkSide { Above, Inside, Below };

    /// Where a singular value lies to the random-matrix bulk, which is fitted to
    /// σ² / max(rows, columns).
    BulkSide bulkSide(const TensorSpectrum& spectrum, std::size_t place)
    {
        const double sigma = spectrum.sigma[place];
        const double eigenvalue
            = sigma * sigma / static_cast<double>(std::max(spectrum.rows, spectrum.columns));
        return eigenvalue > spectrum.bulk.upperEdge ? BulkSide::Above
            : eigenvalue < spectrum.bulk.lowerEdge  ? BulkSide::Below
                                                    : BulkSide::Inside;
    }

    QString chanceText(BulkSide side)
    {
        switch (side) {
        case BulkSide::Above:
            return Reasons::tr("It stands out of what a random matrix would have.");
        case BulkSide::Inside:
            return Reasons::tr("A random matrix would have directions as strong as this one.");
        case BulkSide::Below:
            return Reasons::tr("It is weaker than any direction of a random matrix would be.");
        }
        return {};
    }

    QString sideText(BulkSide side)
    {
        return side == BulkSide::Above ? Reasons::tr("above")
            : side == BulkSide::Inside ? Reasons::tr("inside")
                                       : Reasons::tr("below");
    }

    std::vector<Fact> directionFacts(const TensorSpectrum& spectrum, std::size_t place,
                                     double share, double rest)
    {
        const auto relative = [place](const std::vector<float>& sigma) {
            return numberText(sigma[place] / sigma.front(), 2);
        };
        const bool weighted = !spectrum.weighted.empty();
        std::vector<Fact> facts {
            { Reasons::tr("energy"), percentText(share, 2),
              weighted ? Reasons::tr("on your workload") : Reasons::tr("of the weights"),
              Reasons::tr("Its σ² over the sum of all, in the metric of the inputs where it is "
                          "known.") },
            { Reasons::tr("lost from here on"), percentText(rest, 2),
              Reasons::tr("before any refit"),
              Reasons::tr("Energy of this direction and of all behind it: the relative squared "
                          "error of the matrix's output when it is cut before this one.") },
            { Reasons::tr("σ/σ₁"), relative(spectrum.sigma),
              spectrum.shuffled.size() > place
                  ? Reasons::tr("shuffled weights %1")
                        .arg(numberText(spectrum.shuffled[place] / spectrum.sigma.front(), 2))
                  : QString(),
              Reasons::tr("Singular value of the plain weights beside that of the same weights in "
                          "random places.") },
        };
        if (weighted)
            facts.push_back({ Reasons::tr("σ/σ₁, weighted"),
                              relative(spectrum.weighted),
                              {},
                              Reasons::tr("Singular value of W·C½, C = second moment of the "
                                          "inputs on the workload.") });
        facts.push_back({ Reasons::tr("random-matrix bulk"), sideText(bulkSide(spectrum, place)),
                          Reasons::tr("fit KS %1").arg(numberText(spectrum.bulk.distance, 2)),
                          measureDefinition(MapMeasure::Spikes) });
        return facts;
    }

} // namespace

Reason directionReason(const TensorSpectrum& spectrum, int direction, std::int64_t keptRank)
{
    const auto full = static_cast<int>(spectrum.sigma.size());
    const std::vector<float>& sigma
        = spectrum.weighted.empty() ? spectrum.sigma : spectrum.weighted;
    const auto place = static_cast<std::size_t>(direction - 1);
    const double total = squareSum(sigma);
    if (direction < 1 || direction > full || sigma.size() != spectrum.sigma.size() || total <= 0)
        return {};
    const double own = static_cast<double>(sigma[place]);
    const double rest = squareSum({ sigma.begin() + direction - 1, sigma.end() }) / total;
    const QString goes = Reasons::tr("Direction %1 goes as number %2 of %3")
                             .arg(direction)
                             .arg(full - direction + 1)
                             .arg(full);
    const QString share = percentText(own * own / total, 2), gone = percentText(rest, 2);
    Reason reason;
    reason.sentence
        = (spectrum.weighted.empty()
               ? Reasons::tr("%1: it carries %2 of the weights' energy, with all that go before it "
                             "%3.")
               : Reasons::tr("%1: it carries %2 of what the matrix puts out on your workload, with "
                             "all that go before it %3."))
              .arg(goes, share, gone)
        + QLatin1Char(' ') + chanceText(bulkSide(spectrum, place));
    reason.facts = directionFacts(spectrum, place, own * own / total, rest);
    reason.facts.insert(reason.facts.begin(),
                        { Reasons::tr("direction"),
                          Reasons::tr("%1 of %2").arg(direction).arg(full),
                          fateText(keptRank > 0 && direction > keptRank),
                          Reasons::tr("Counted from the largest singular value.") });
    return reason;
}

namespace {

    /// Place of a layer among all layers that were probed in the same way, the cheapest first.
    struct ProbePlace {
        SensitivityPoint point;
        int place = 0, probed = 0;
    };

    std::optional<ProbePlace> probePlace(const AnalysisResult& analysis, ProbeKind kind, int layer,
                                         double level)
    {
        ProbePlace found;
        for (const SensitivityPoint& point : analysis.sensitivity)
            if (point.kind == kind && point.level == level && point.layer == layer) {
                found.point = point;
                found.place = 1;
            }
        if (found.place == 0)
            return std::nullopt;
        for (const SensitivityPoint& point : analysis.sensitivity)
            if (point.kind == kind && point.level == level) {
                ++found.probed;
                found.place += point.kl < found.point.kl ? 1 : 0;
            }
        return found;
    }

    std::optional<ProbePlace> halvedPlace(const AnalysisResult& analysis, int layer)
    {
        const auto own
            = std::find_if(analysis.layers.begin(), analysis.layers.end(),
                           [layer](const LayerAnalysis& entry) { return entry.layer == layer; });
        if (own == analysis.layers.end() || own->unitScore.empty())
            return std::nullopt;
        // Probed widths are shares of the full one: the middle of them is nearest to half.
        const SensitivityPoint* halved = analysis.nearestProbe(
            ProbeKind::MlpWidth, layer, static_cast<double>(own->unitScore.size()) / 2);
        return halved ? probePlace(analysis, ProbeKind::MlpWidth, layer, halved->level)
                      : std::nullopt;
    }

    Fact probeFact(const QString& name, const ProbePlace& probe)
    {
        return { name,
                 Reasons::tr("%1 ± %2").arg(numberText(probe.point.kl),
                                            numberText(probe.point.klError, 2)),
                 Reasons::tr("rank %1 of %2").arg(probe.place).arg(probe.probed),
                 Reasons::tr("Ranks count from the cheapest layer.") + QLatin1Char(' ')
                     + measureDefinition(MapMeasure::Sensitivity) };
    }

    Fact groupProbeFact(const ProbePlace& probe, const LayerShape& shape)
    {
        return probeFact(Reasons::tr("KL at %1 of %2 KV groups ●")
                             .arg(probe.point.level, 0, 'g', 6)
                             .arg(shape.kvHeads),
                         probe);
    }

} // namespace

std::optional<Fact> halvedFact(const AnalysisResult& analysis, int layer)
{
    const auto halved = halvedPlace(analysis, layer);
    if (!halved)
        return std::nullopt;
    return probeFact(Reasons::tr("KL at %1 units ●").arg(halved->point.level, 0, 'g', 6), *halved);
}

namespace {

    /// Groups by what is lost with each alone, the smallest loss first.
    std::vector<int> groupOrder(const std::vector<float>& score)
    {
        std::vector<int> order(score.size());
        for (std::size_t group = 0; group < order.size(); ++group)
            order[group] = static_cast<int>(group);
        std::stable_sort(order.begin(), order.end(), [&score](int a, int b) {
            return score[static_cast<std::size_t>(a)] < score[static_cast<std::size_t>(b)];
        });
        return order;
    }

    QString lossText(double score, double energy)
    {
        return energy > 0 ? percentText(score / energy, 2) : numberText(score);
    }

} // namespace

Reason headReason(const AnalysisResult& analysis, const LayerAnalysis& layer,
                  const LayerShape& shape, const LayerRecipe& draft, int head)
{
    const auto groups = static_cast<int>(layer.groupScore.size());
    if (groups == 0 || shape.kvHeads != groups || head < 0 || head >= shape.heads)
        return {};
    const auto perGroup = static_cast<int>(shape.heads / shape.kvHeads);
    const int group = head / perGroup;
    const std::vector<int> order = groupOrder(layer.groupScore);
    const TensorSpectrum* output = analysis.spectrum(Role::Output, layer.layer);
    const double energy = output ? squareSum(output->weighted) : 0;
    const auto removed = static_cast<int>(shape.kvHeads - draft.kvGroups);
    Reason reason;
    int chosenPlace = 0;
    for (int place = 0; place < groups; ++place) {
        const int entry = order[static_cast<std::size_t>(place)];
        if (entry == group)
            chosenPlace = place;
        reason.facts.push_back(
            { Reasons::tr("without KV group %1").arg(entry),
              lossText(layer.groupScore[static_cast<std::size_t>(entry)], energy),
              fateText(place < removed),
              Reasons::tr("Share of the attention's output on your workload that the other groups "
                          "cannot make up for after a refit. A run that removes several groups "
                          "chooses each after the one before it is gone.") });
    }
    const QString lost = lossText(layer.groupScore[static_cast<std::size_t>(group)], energy);
    reason.sentence = groups == 1
        ? Reasons::tr("All heads of this layer read one KV group, which stays.")
        : Reasons::tr("H%1 goes and stays with KV group %2 (H%3 to H%4), which goes "
                      "as number %5 of %6: without it %7 of the attention's output "
                      "is lost after the refit.")
              .arg(head)
              .arg(group)
              .arg(group * perGroup)
              .arg(group * perGroup + perGroup - 1)
              .arg(chosenPlace + 1)
              .arg(groups)
              .arg(lost);
    for (int kept = groups - 1; kept > 0; --kept)
        if (const auto probe = probePlace(analysis, ProbeKind::KvGroups, layer.layer, kept))
            reason.facts.push_back(groupProbeFact(*probe, shape));
    return reason;
}

Reason blockReason(const AnalysisResult& analysis, const LayerAnalysis& layer,
                   const LayerShape& shape, const LayerRecipe& draft)
{
    Reason reason;
    int lower = 0;
    for (const LayerAnalysis& other : analysis.layers)
        lower += other.blockInfluence < layer.blockInfluence ? 1 : 0;
    reason.facts.push_back(
        { Reasons::tr("block influence"), numberText(layer.blockInfluence),
          Reasons::tr("rank %1 of %2").arg(lower + 1).arg(analysis.layers.size()),
          measureDefinition(MapMeasure::BlockInfluence) });
    const auto halved = halvedPlace(analysis, layer.layer);
    if (halved) {
        reason.sentence
            = Reasons::tr("Half of the MLP of %1 costs %2 nat on your workload: number %3 of %4 "
                          "when the cheapest blocks are narrowed first.")
                  .arg(layerText(layer.layer), numberText(halved->point.kl))
                  .arg(halved->place)
                  .arg(halved->probed);
        reason.facts.push_back(*halvedFact(analysis, layer.layer));
    }
    if (const auto probe
        = probePlace(analysis, ProbeKind::KvGroups, layer.layer,
                     static_cast<double>(std::max<std::int64_t>(1, shape.kvHeads - 1))))
        reason.facts.push_back(groupProbeFact(*probe, shape));
    if (const auto probe = probePlace(analysis, ProbeKind::Bits, layer.layer, 4))
        reason.facts.push_back(probeFact(Reasons::tr("KL at 4 bits ●"), *probe));
    reason.facts.push_back(
        { Reasons::tr("kept by the draft"),
          percentText(static_cast<double>(draft.mlpWidth)
                      / static_cast<double>(std::max<std::int64_t>(1, shape.intermediateSize))),
          Reasons::tr("%1 of %2 KV groups").arg(draft.kvGroups).arg(shape.kvHeads),
          Reasons::tr("Share of the block's MLP units, and its KV groups.") });
    return reason;
}

} // namespace schmidt
