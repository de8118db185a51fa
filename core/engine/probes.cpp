// SPDX-License-Identifier: Apache-2.0
#include "engine/probes.h"

#include "engine/moments.h"
#include "engine/selection.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    /// The original's logits stay in memory up to this size; larger ones are computed every time.
    constexpr std::int64_t logitsLimitBytes = 512LL << 20;

    at::Tensor indexOf(const std::vector<std::int32_t>& values)
    {
        return at::tensor(std::vector<std::int64_t>(values.begin(), values.end()), at::kLong);
    }

    at::Tensor expanded(const std::vector<std::int32_t>& groups, std::int64_t size)
    {
        return (indexOf(groups).unsqueeze(1) * size + at::arange(size, at::kLong).unsqueeze(0))
            .reshape({ -1 });
    }

    /// The reading matrix refitted to the kept inputs alone.
    at::Tensor refittedTo(const at::Tensor& weight, const at::Tensor& moment,
                          const at::Tensor& kept, double damping)
    {
        const at::Tensor w = weight.to(at::kDouble), c = moment.to(at::kDouble);
        const at::Tensor columns = c.index_select(1, kept);
        return refitted(w.index_select(1, kept), columns.index_select(0, kept), at::mm(w, columns),
                        damping)
            .to(at::kFloat);
    }

    const at::Tensor& momentOf(const LayerMoments& moments, Role role)
    {
        switch (role) {
        case Role::Output:
            return moments.heads;
        case Role::Down:
            return moments.units;
        case Role::Gate:
        case Role::Up:
            return moments.mlpInput;
        default:
            return moments.attentionInput;
        }
    }

} // namespace

LayerWeights probedLayer(const Architecture& architecture, const LayerTensors& tensors,
                         const LayerMoments& moments, const LayerAnalysis& analysis,
                         const std::vector<std::int32_t>& groupOrder, const Probe& probe,
                         double damping, at::ScalarType type, RoundingMetrics& metrics)
{
    LayerShape shape = architecture.layers[static_cast<std::size_t>(probe.layer)];
    LayerTensors changed = tensors;
    const auto select = [&changed](Role role, const at::Tensor& rows) {
        if (const auto found = changed.find(role); found != changed.end())
            found->second = found->second.index_select(0, rows);
    };
    const auto level = static_cast<std::int64_t>(probe.level);
    if (probe.kind == ProbeKind::MlpWidth) {
        const at::Tensor kept
            = indexOf(keptAfter(analysis.unitOrder, shape.intermediateSize, level));
        for (const Role role : { Role::Gate, Role::Up, Role::GateBias, Role::UpBias })
            select(role, kept);
        changed[Role::Down] = refittedTo(tensors.at(Role::Down), moments.units, kept, damping);
        shape.intermediateSize = level;
    } else if (probe.kind == ProbeKind::KvGroups) {
        const auto groups = keptAfter(groupOrder, shape.kvHeads, level);
        const std::int64_t perGroup = shape.heads / shape.kvHeads;
        const at::Tensor queries = expanded(groups, perGroup * architecture.headDim),
                         keys = expanded(groups, architecture.headDim);
        for (const Role role : { Role::Query, Role::QueryBias })
            select(role, queries);
        for (const Role role : { Role::Key, Role::KeyBias, Role::Value, Role::ValueBias })
            select(role, keys);
        changed[Role::Output]
            = refittedTo(tensors.at(Role::Output), moments.heads, queries, damping);
        shape.kvHeads = level;
        shape.heads = level * perGroup;
    } else {
        for (const Role role : linearRoles) {
            Scheme scheme { SchemeKind::Gptq, { static_cast<int>(probe.level), 64, true } };
            if (tensors.at(role).size(1) % scheme.grid.groupSize != 0)
                scheme.grid.groupSize = 32;
            changed[role] = denseOf(
                quantizedMatrix(tensors.at(role), momentOf(moments, role), scheme, metrics));
        }
    }
    return makeLayer(architecture, shape, type, [&](Role role) { return changed.at(role); });
}

ProbeBench::ProbeBench(const TransformerModel::Weights& weights, const TokenWindows& probe,
                       std::int64_t representedLength, bool everyLayer)
    : m_weights(weights)
    , m_probe(probe)
    , m_block(blockContext(weights.architecture, weights.type, probe.length))
{
    at::Tensor residual = embedTokens(weights.embedding, probe.tokens.data(), probe.size());
    for (const LayerWeights& layer : weights.layers) {
        if (everyLayer || m_before.empty())
            m_before.push_back(residual.clone());
        forwardBlock(layer, m_block, residual, probe.length);
    }
    m_teacher.hidden = rmsNormed(residual, weights.finalNorm, m_block.epsilon, weights.type);
    m_teacher.head = { weights.head };
    const std::int64_t start = std::min(startTokens, probe.length / 2);
    const double later = std::max(1.0,
                                  static_cast<double>(representedLength - start)
                                      / static_cast<double>(probe.length - start));
    for (std::int64_t row = 0; row < probe.size(); ++row) {
        const std::int64_t position = row % probe.length;
        const bool last = position + 1 == probe.length;
        m_targets.push_back(last ? -1 : probe.tokens[static_cast<std::size_t>(row) + 1]);
        m_rowWeights.push_back(last ? 0 : position < start ? 1 : later);
    }
    if (probe.size() * weights.head.size(0) * weights.head.element_size() <= logitsLimitBytes)
        m_teacher.logits = logitsOf(m_teacher.hidden, m_teacher.head);
    m_teacher.scores = scoreHidden({ m_teacher.hidden }, { m_teacher.head }, m_targets).front();
    double sum = 0;
    for (std::size_t row = 0; row < m_rowWeights.size(); ++row) {
        if (m_rowWeights[row] > 0)
            m_nll += m_rowWeights[row] * m_teacher.scores.nll[row];
        sum += m_rowWeights[row];
    }
    m_nll /= std::max(sum, 1.0);
}

ProbeBench::Outcome ProbeBench::measure(const std::map<int, LayerWeights>& replaced) const
{
    const std::size_t first
        = std::min(m_before.size() - 1, static_cast<std::size_t>(replaced.begin()->first));
    at::Tensor residual = m_before[first].clone();
    for (std::size_t layer = first; layer < m_weights.layers.size(); ++layer) {
        const auto found = replaced.find(static_cast<int>(layer));
        forwardBlock(found == replaced.end() ? m_weights.layers[layer] : found->second, m_block,
                     residual, m_probe.length);
    }
    return outcomeOf(residual, m_weights.head);
}

ProbeBench::Outcome ProbeBench::measureOuter(const at::Tensor& embedding,
                                             const at::Tensor& head) const
{
    at::Tensor residual = embedTokens(embedding, m_probe.tokens.data(), m_probe.size());
    for (const LayerWeights& layer : m_weights.layers)
        forwardBlock(layer, m_block, residual, m_probe.length);
    return outcomeOf(residual, head);
}

ProbeBench::Outcome ProbeBench::outcomeOf(const at::Tensor& residual, const at::Tensor& head) const
{
    const at::Tensor hidden
        = rmsNormed(residual, m_weights.finalNorm, m_block.epsilon, m_weights.type);
    const RowScores scores = scoreStudent(m_teacher, hidden, { head }, m_targets);
    double weights = 0, kl = 0, nll = 0;
    for (std::size_t row = 0; row < m_rowWeights.size(); ++row) {
        const double weight = m_rowWeights[row];
        if (weight <= 0)
            continue;
        weights += weight;
        kl += weight * scores.kl[row];
        nll += weight * scores.nll[row];
    }
    Outcome outcome;
    outcome.kl = kl / weights;
    outcome.nllChange = nll / weights - m_nll;
    double squares = 0;
    for (std::size_t row = 0; row < m_rowWeights.size(); ++row)
        if (m_rowWeights[row] > 0)
            squares += std::pow(m_rowWeights[row] * (scores.kl[row] - outcome.kl), 2);
    outcome.klError = std::sqrt(squares) / weights;
    return outcome;
}

} // namespace schmidt
