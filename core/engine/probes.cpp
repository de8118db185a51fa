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

    /// Tokens scored before it is asked whether they are enough.
    constexpr std::int64_t partRows = 512;

    /// Σ w x / Σ w and its standard error √(Σ w² (x - mean)²) / Σ w.
    class WeightedMean {
    public:
        void add(double value, double weight)
        {
            m_weights += weight;
            m_sum += weight * value;
            m_squares += weight * weight;
            m_linear += weight * weight * value;
            m_quadratic += weight * weight * value * value;
        }
        double mean() const { return m_weights > 0 ? m_sum / m_weights : 0; }
        double error() const
        {
            const double center = mean(),
                         squares
                = m_quadratic - 2 * center * m_linear + center * center * m_squares;
            return m_weights > 0 ? std::sqrt(std::max(0.0, squares)) / m_weights : 0;
        }

    private:
        double m_weights = 0, m_sum = 0, m_squares = 0, m_linear = 0, m_quadratic = 0;
    };

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
    if (probe.kind == ProbeKind::MlpWidth && level == 0) {
        shape.intermediateSize = 0;
    } else if (probe.kind == ProbeKind::KvGroups && level == 0) {
        shape.heads = shape.kvHeads = 0;
    } else if (probe.kind == ProbeKind::MlpWidth) {
        const at::Tensor kept
            = indexOf(keptAfter(analysis.unitOrder, shape.intermediateSize, level));
        for (const Role role : { Role::Gate, Role::Up, Role::GateBias, Role::UpBias })
            select(role, kept);
        changed[Role::Down] = refittedTo(tensors.at(Role::Down), moments.units, kept, damping);
        shape.intermediateSize = level;
    } else if (probe.kind == ProbeKind::KvGroups) {
        const auto groups = keptAfter(groupOrder, shape.kvHeads, level);
        const std::int64_t perGroup = shape.queriesPerGroup();
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
                       const ProbeBenchOptions& options)
    : m_weights(weights)
    , m_probe(probe)
    , m_relativeError(options.relativeError)
    , m_block(blockContext(weights.architecture, weights.type, probe.length))
{
    at::Tensor residual = embedTokens(weights.embedding, probe.tokens.data(), probe.size());
    for (const LayerWeights& layer : weights.layers) {
        if (options.everyLayer || m_before.empty())
            m_before.push_back(residual.clone());
        forwardBlock(layer, m_block, residual, probe.length);
    }
    takeParts(rmsNormed(residual, weights.finalNorm, m_block.epsilon, weights.type),
              std::max(options.representedLength, probe.length));
}

void ProbeBench::takeParts(const at::Tensor& hidden, std::int64_t representedLength)
{
    const std::int64_t size = m_probe.size(), length = m_probe.length;
    const std::int64_t start = std::min(startTokens, length / 2);
    const double later
        = static_cast<double>(representedLength - start) / static_cast<double>(length - start);
    const bool keepLogits
        = size * m_weights.head.size(0) * m_weights.head.element_size() <= logitsLimitBytes;
    const std::int64_t count = (size + partRows - 1) / partRows;
    double nll = 0, sum = 0;
    for (std::int64_t first = 0; first < count; ++first) {
        Part part;
        part.rows = at::arange(first, size, count, at::kLong);
        for (std::int64_t row = first; row < size; row += count) {
            const std::int64_t position = row % length;
            const bool last = position + 1 == length;
            part.targets.push_back(last ? -1 : m_probe.tokens[static_cast<std::size_t>(row) + 1]);
            part.weights.push_back(last ? 0 : position < start ? 1 : later);
        }
        part.teacher.hidden = hidden.index_select(0, part.rows);
        part.teacher.head = { m_weights.head };
        if (keepLogits)
            part.teacher.logits = logitsOf(part.teacher.hidden, part.teacher.head);
        part.teacher.scores
            = scoreHidden({ part.teacher.hidden }, { part.teacher.head }, part.targets).front();
        for (std::size_t row = 0; row < part.weights.size(); ++row) {
            if (part.weights[row] > 0)
                nll += part.weights[row] * part.teacher.scores.nll[row];
            sum += part.weights[row];
        }
        m_parts.push_back(std::move(part));
    }
    m_nll = nll / std::max(sum, 1.0);
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
    WeightedMean kl, nllChange;
    Outcome outcome;
    for (const Part& part : m_parts) {
        const RowScores scores
            = scoreStudent(part.teacher, hidden.index_select(0, part.rows), { head }, part.targets);
        for (std::size_t row = 0; row < part.weights.size(); ++row) {
            if (part.weights[row] <= 0)
                continue;
            kl.add(scores.kl[row], part.weights[row]);
            nllChange.add(scores.nll[row] - part.teacher.scores.nll[row], part.weights[row]);
            ++outcome.tokens;
        }
        if (kl.error() < m_relativeError * kl.mean())
            break;
    }
    outcome.kl = kl.mean();
    outcome.klError = kl.error();
    outcome.nllChange = nllChange.mean();
    return outcome;
}

} // namespace schmidt
