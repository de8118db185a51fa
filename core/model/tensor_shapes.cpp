// SPDX-License-Identifier: Apache-2.0
#include "model/tensor_shapes.h"

namespace schmidt {

namespace {

    /// Collects the tensors of one layer, -1 those of none.
    class ShapeList {
    public:
        ShapeList(const Architecture& architecture, int layer)
            : m_architecture(architecture)
            , m_layer(layer)
        {
        }

        void add(Role role, std::vector<std::int64_t> shape)
        {
            m_shapes.push_back({ role, m_layer, std::move(shape) });
        }

        void addAttention(const LayerShape& shape)
        {
            const std::int64_t hidden = m_architecture.hiddenSize, dim = m_architecture.headDim,
                               queries = shape.heads * dim, keys = shape.kvHeads * dim;
            add(Role::AttentionNorm, { hidden });
            add(Role::Query, { queries, hidden });
            add(Role::Key, { keys, hidden });
            add(Role::Value, { keys, hidden });
            add(Role::Output, { hidden, queries });
            if (m_architecture.attentionBias) {
                add(Role::QueryBias, { queries });
                add(Role::KeyBias, { keys });
                add(Role::ValueBias, { keys });
            }
            if (m_architecture.outputBias)
                add(Role::OutputBias, { hidden });
            if (m_architecture.queryKeyNorm) {
                add(Role::QueryNorm, { dim });
                add(Role::KeyNorm, { dim });
            }
            if (m_architecture.layerNorm)
                add(Role::AttentionNormBias, { hidden });
            if (m_architecture.postNorms)
                add(Role::PostAttentionNorm, { hidden });
        }

        void addMlp(const LayerShape& shape)
        {
            const std::int64_t hidden = m_architecture.hiddenSize, width = shape.intermediateSize;
            add(Role::MlpNorm, { hidden });
            if (m_architecture.layerNorm)
                add(Role::MlpNormBias, { hidden });
            if (m_architecture.postNorms)
                add(Role::PostMlpNorm, { hidden });
            if (m_architecture.gatedMlp)
                add(Role::Gate, { width, hidden });
            add(Role::Up, { width, hidden });
            add(Role::Down, { hidden, width });
            if (!m_architecture.mlpBias)
                return;
            if (m_architecture.gatedMlp)
                add(Role::GateBias, { width });
            add(Role::UpBias, { width });
            add(Role::DownBias, { hidden });
        }

        std::vector<TensorShape> take() { return std::move(m_shapes); }

    private:
        const Architecture& m_architecture;
        int m_layer;
        std::vector<TensorShape> m_shapes;
    };

    void append(std::vector<TensorShape>& to, std::vector<TensorShape> shapes)
    {
        to.insert(to.end(), std::make_move_iterator(shapes.begin()),
                  std::make_move_iterator(shapes.end()));
    }

} // namespace

std::vector<TensorShape> layerTensorShapes(const Architecture& architecture, int layer)
{
    const LayerShape& shape = architecture.layers[static_cast<std::size_t>(layer)];
    ShapeList list(architecture, layer);
    if (shape.hasAttention())
        list.addAttention(shape);
    if (shape.hasMlp())
        list.addMlp(shape);
    return list.take();
}

std::vector<TensorShape> tensorShapes(const Architecture& architecture)
{
    const std::int64_t hidden = architecture.hiddenSize, rows = architecture.vocabularySize;
    ShapeList first(architecture, -1), last(architecture, -1);
    first.add(Role::Embedding, { rows, hidden });
    if (architecture.learnedPositions)
        first.add(Role::PositionEmbedding, { architecture.contextLength, hidden });
    last.add(Role::FinalNorm, { hidden });
    if (architecture.layerNorm)
        last.add(Role::FinalNormBias, { hidden });
    if (!architecture.tiedEmbeddings)
        last.add(Role::Head, { rows, hidden });
    std::vector<TensorShape> shapes = first.take();
    for (int layer = 0; layer < static_cast<int>(architecture.layerCount()); ++layer)
        append(shapes, layerTensorShapes(architecture, layer));
    append(shapes, last.take());
    return shapes;
}

} // namespace schmidt
