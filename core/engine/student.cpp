// SPDX-License-Identifier: Apache-2.0
#include "engine/student.h"

#include "engine/backward.h"
#include "engine/quantizers.h"
#include "engine/training_kernels.h"

#include <ATen/Parallel.h>
#include <c10/util/Half.h>
#include <cmath>

namespace schmidt {

namespace {

    constexpr double clippedNorm = 1.0;
    constexpr float weightDecay = 0.01F;
    constexpr std::int64_t grain = 65536;

    /// What a variant folder keeps of a value.
    at::Tensor stored(const at::Tensor& master)
    {
        return master.to(at::kHalf);
    }

    float zeroOf(const VariantMatrix& matrix, std::size_t group)
    {
        return matrix.grid.symmetric ? static_cast<float>(1 << (matrix.grid.bits - 1))
                                     : matrix.zeros[group];
    }

    /// Calls `each(first, count, group)` for the groups of all rows, rows split over threads.
    template <typename Each> void forEachGroup(const VariantMatrix& matrix, const Each& each)
    {
        const std::int64_t size = matrix.grid.groupSize, groups = matrix.columns / size;
        at::parallel_for(0, matrix.rows, 16, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t group = begin * groups; group < end * groups; ++group)
                each(group * size, size, static_cast<std::size_t>(group));
        });
    }

} // namespace

Student::Student(Variant variant, const TransformerModel& model)
    : m_variant(std::move(variant))
    , m_weights(model.weights())
    , m_finalNormGradient(at::zeros_like(m_weights.finalNorm))
{
    for (const LayerWeights& layer : m_weights.layers)
        m_gradients.push_back(zeroGradients(layer));
    for (int layer = 0; layer < static_cast<int>(m_weights.layers.size()); ++layer)
        addLayer(layer);
    add(Role::FinalNorm, -1, m_weights.finalNorm, m_finalNormGradient);
    refresh();
}

void Student::addLayer(int layer)
{
    const LayerWeights& weights = m_weights.layers[static_cast<std::size_t>(layer)];
    const LayerWeights& gradients = m_gradients[static_cast<std::size_t>(layer)];
    const std::int64_t dim = m_weights.architecture.headDim, queries = weights.shape.heads * dim,
                       keys = weights.shape.kvHeads * dim, units = weights.shape.intermediateSize;
    const auto rows = [&](Role role, const at::Tensor& working, const at::Tensor& gradient,
                          std::int64_t first, std::int64_t count) {
        if (working.defined())
            add(role, layer, working.narrow(0, first, count), gradient.narrow(0, first, count));
    };
    const auto whole = [&](Role role, const at::Tensor& working, const at::Tensor& gradient) {
        if (working.defined())
            add(role, layer, working, gradient);
    };
    // Parts that the layer lacks are undefined.
    whole(Role::AttentionNorm, weights.attentionNorm, gradients.attentionNorm);
    whole(Role::MlpNorm, weights.mlpNorm, gradients.mlpNorm);
    rows(Role::Query, weights.queryKeyValue, gradients.queryKeyValue, 0, queries);
    rows(Role::Key, weights.queryKeyValue, gradients.queryKeyValue, queries, keys);
    rows(Role::Value, weights.queryKeyValue, gradients.queryKeyValue, queries + keys, keys);
    const at::Tensor& bias = weights.queryKeyValueBias;
    rows(Role::QueryBias, bias, gradients.queryKeyValueBias, 0, queries);
    rows(Role::KeyBias, bias, gradients.queryKeyValueBias, queries, keys);
    rows(Role::ValueBias, bias, gradients.queryKeyValueBias, queries + keys, keys);
    whole(Role::Output, weights.output, gradients.output);
    whole(Role::OutputBias, weights.outputBias, gradients.outputBias);
    whole(Role::QueryNorm, weights.queryNorm, gradients.queryNorm);
    whole(Role::KeyNorm, weights.keyNorm, gradients.keyNorm);
    rows(Role::Gate, weights.gateUp, gradients.gateUp, 0, units);
    rows(Role::Up, weights.gateUp, gradients.gateUp, units, units);
    rows(Role::GateBias, weights.gateUpBias, gradients.gateUpBias, 0, units);
    rows(Role::UpBias, weights.gateUpBias, gradients.gateUpBias, units, units);
    whole(Role::Down, weights.down, gradients.down);
    whole(Role::DownBias, weights.downBias, gradients.downBias);
}

void Student::add(Role role, int layer, const at::Tensor& working, const at::Tensor& gradient)
{
    Trained trained { role, layer, Form::Vector, working, gradient, {}, {} };
    const auto slot = [&trained](const at::Tensor& master, const at::Tensor& slotGradient) {
        const at::Tensor nothing = at::zeros_like(master, at::kBFloat16);
        trained.slots.push_back({ master, nothing, nothing.clone(), slotGradient });
    };
    const auto found = m_variant.matrices.find({ role, layer });
    if (found != m_variant.matrices.end() && found->second.network())
        return; // stays as it is while the rest adapts to it
    if (found == m_variant.matrices.end()) {
        slot(working.clone(), gradient);
    } else if (VariantMatrix& matrix = found->second; matrix.lowRank()) {
        trained.form = Form::Factors;
        const at::Tensor left = tensorOf(matrix.left, { matrix.rows, matrix.rank }),
                         right = tensorOf(matrix.right, { matrix.rank, matrix.columns });
        slot(left, at::zeros_like(left));
        slot(right, at::zeros_like(right));
    } else if (matrix.quantized()) {
        trained.form = Form::Grid;
        trained.firstScales = matrix.scales;
        const auto groups = static_cast<std::int64_t>(matrix.scales.size());
        slot(
            tensorOf({ matrix.codes.begin(), matrix.codes.end() }, { matrix.rows, matrix.columns }),
            gradient);
        slot(at::zeros({ groups }, at::kFloat), at::zeros({ groups }, at::kFloat));
    } else {
        trained.form = Form::Dense;
        slot(denseOf(matrix), gradient);
        std::vector<float>().swap(matrix.dense); // the master holds it from now on
    }
    m_trained.push_back(std::move(trained));
}

VariantMatrix& Student::matrixOf(const Trained& trained)
{
    return m_variant.matrices.at({ trained.role, trained.layer });
}

void Student::clearGradients()
{
    for (const Trained& trained : m_trained)
        at::Tensor(trained.gradient).zero_();
}

void Student::spreadGridGradient(Trained& trained)
{
    const VariantMatrix& matrix = matrixOf(trained);
    const float* gradient = floats(trained.gradient);
    float* sums = floats(trained.slots[1].gradient);
    forEachGroup(matrix, [&](std::int64_t first, std::int64_t size, std::size_t group) {
        sums[group] = trained.firstScales[group]
            * kernels::alongGrid(gradient + first, matrix.codes.data() + first, size,
                                 zeroOf(matrix, group));
    });
}

void Student::spreadGradients()
{
    for (Trained& trained : m_trained) {
        if (trained.form == Form::Grid)
            spreadGridGradient(trained);
        if (trained.form != Form::Factors)
            continue;
        Slot &left = trained.slots[0], &right = trained.slots[1];
        at::mm_out(left.gradient, trained.gradient, right.master.t());
        at::mm_out(right.gradient, left.master.t(), trained.gradient);
    }
}

double Student::gradientNorm() const
{
    double squares = 0;
    for (const Trained& trained : m_trained)
        for (const Slot& slot : trained.slots) {
            const double norm = at::linalg_vector_norm(slot.gradient).item<double>();
            squares += norm * norm;
        }
    return std::sqrt(squares);
}

void Student::update(const Rates& rates, std::int64_t step)
{
    spreadGradients();
    kernels::AdamStep adam;
    const double norm = gradientNorm(), count = static_cast<double>(step);
    adam.gradientScale = static_cast<float>(norm > clippedNorm ? clippedNorm / norm : 1.0);
    adam.firstCorrection
        = static_cast<float>(1.0 / (1.0 - std::pow(static_cast<double>(adam.firstDecay), count)));
    adam.secondCorrection
        = static_cast<float>(1.0 / (1.0 - std::pow(static_cast<double>(adam.secondDecay), count)));
    for (Trained& trained : m_trained) {
        for (std::size_t index = 0; index < trained.slots.size(); ++index) {
            const Slot& slot = trained.slots[index];
            const bool grid = trained.form == Form::Grid;
            kernels::AdamStep own = adam;
            own.rate = static_cast<float>(!grid            ? rates.weights
                                              : index == 0 ? rates.positions
                                                           : rates.scales);
            own.decay = grid || trained.form == Form::Vector ? 0.0F : weightDecay;
            at::parallel_for(
                0, slot.master.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
                    kernels::adamStep(floats(slot.master) + begin, halves(slot.first) + begin,
                                      halves(slot.second) + begin, floats(slot.gradient) + begin,
                                      end - begin, own);
                });
        }
        refresh(trained);
    }
}

void Student::refreshGrid(Trained& trained, VariantMatrix& matrix)
{
    at::Tensor values = at::empty({ matrix.rows, matrix.columns }, at::kFloat);
    const int levels = 1 << matrix.grid.bits;
    const float* changes = floats(trained.slots[1].master);
    forEachGroup(matrix, [&](std::int64_t first, std::int64_t size, std::size_t group) {
        matrix.scales[group] = c10::Half(trained.firstScales[group] * (1.0F + changes[group]));
        kernels::toGrid(floats(trained.slots[0].master) + first, size, matrix.scales[group],
                        zeroOf(matrix, group), levels, matrix.codes.data() + first,
                        floats(values) + first);
    });
    if (matrix.corrected())
        values.addmm_(tensorOf(matrix.left, { matrix.rows, matrix.rank }),
                      tensorOf(matrix.right, { matrix.rank, matrix.columns }));
    trained.working.copy_(values);
}

void Student::refresh(Trained& trained)
{
    const at::Tensor& master = trained.slots[0].master;
    switch (trained.form) {
    case Form::Vector:
        trained.working.copy_(master);
        break;
    case Form::Dense:
        trained.working.copy_(stored(master));
        break;
    case Form::Factors:
        trained.working.copy_(
            at::mm(stored(master).to(at::kFloat), stored(trained.slots[1].master).to(at::kFloat)));
        break;
    case Form::Grid:
        refreshGrid(trained, matrixOf(trained));
        break;
    }
}

void Student::refresh()
{
    for (Trained& trained : m_trained)
        refresh(trained);
}

std::vector<at::Tensor> Student::state() const
{
    std::vector<at::Tensor> tensors;
    for (const Trained& trained : m_trained)
        for (const Slot& slot : trained.slots)
            for (const at::Tensor& tensor : { slot.master, slot.first, slot.second })
                tensors.push_back(tensor);
    return tensors;
}

std::vector<at::Tensor> Student::masters() const
{
    std::vector<at::Tensor> copies;
    for (const Trained& trained : m_trained)
        for (std::size_t index = 0; index < trained.slots.size(); ++index) {
            const at::Tensor& master = trained.slots[index].master;
            copies.push_back(trained.form == Form::Dense ? stored(master)
                                 : trained.form == Form::Grid && index == 0
                                 ? master.round().to(at::kByte)
                                 : master.clone());
        }
    return copies;
}

void Student::setMasters(const std::vector<at::Tensor>& masters)
{
    std::size_t index = 0;
    for (Trained& trained : m_trained)
        for (Slot& slot : trained.slots)
            slot.master.copy_(masters[index++]);
    refresh();
}

Variant Student::variant() const
{
    Variant result = m_variant;
    for (const Trained& trained : m_trained) {
        const auto values
            = [&trained](std::size_t slot) { return valuesOf(trained.slots[slot].master); };
        if (trained.form == Form::Vector) {
            result.vectors.at({ trained.role, trained.layer }) = values(0);
            continue;
        }
        VariantMatrix& matrix = result.matrices.at({ trained.role, trained.layer });
        if (trained.form == Form::Factors) {
            matrix.left = valuesOf(stored(trained.slots[0].master));
            matrix.right = valuesOf(stored(trained.slots[1].master));
        } else if (trained.form == Form::Dense) {
            matrix = denseMatrix(trained.slots[0].master);
        }
    }
    return result;
}

} // namespace schmidt
