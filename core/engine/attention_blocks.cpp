// SPDX-License-Identifier: Apache-2.0
#include "engine/attention_blocks.h"

#include "engine/half_products.h"
#include "engine/kernels.h"

#include <ATen/Parallel.h>
#include <ATen/native/CPUBlas.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace schmidt {

namespace {

    /// Keys come in multiples of this, head sizes in multiples of `headUnit`; missing keys are
    /// zeros.
    constexpr std::int64_t keyUnit = 64, headUnit = 32;
    /// Keys of one product.
    constexpr std::int64_t productKeys = 512;
    /// Between rows of packed keys and of scores, so that those of usual lengths do not share a
    /// cache set.
    constexpr std::int64_t gap = 16;
    /// Scores of one block of queries, so many that they stay in the second cache.
    constexpr std::int64_t blockScores = 64 * 2048, mostQueries = 64, fewestQueries = 16;

    class BlockAttention {
    public:
        BlockAttention(const AttentionInputs& inputs, double scale)
            : m_query(inputs.query.contiguous())
            , m_key(inputs.key.contiguous())
            , m_value(inputs.value.contiguous())
            , m_scale(static_cast<float>(scale))
            , m_count(inputs.query.size(0))
            , m_heads(inputs.query.size(1))
            , m_kvHeads(inputs.key.size(1))
            , m_length(inputs.query.size(2))
            , m_dim(inputs.query.size(3))
            , m_padded(roundedUp(m_length, keyUnit))
            , m_stride(m_padded + gap)
            , m_queries(std::clamp(blockScores / m_padded, fewestQueries, mostQueries))
            , m_keyPairs(static_cast<std::size_t>(m_count * m_kvHeads * m_dim / 2 * m_stride))
            , m_valuePairs(static_cast<std::size_t>(m_count * m_kvHeads * m_padded / 2 * m_dim))
        {
        }

        Attended run()
        {
            at::parallel_for(0, m_count * m_kvHeads, 1,
                             [this](std::int64_t begin, std::int64_t end) {
                                 std::vector<std::uint16_t> filled;
                                 for (std::int64_t head = begin; head < end; ++head)
                                     pack(head, filled);
                             });
            const at::Tensor rows
                = at::empty({ m_count, m_length, m_heads, m_dim }, m_query.options());
            const Attended out { rows.transpose(1, 2),
                                 at::empty({ m_count, m_heads, m_length }, at::kFloat) };
            const std::int64_t blocks = (m_length + m_queries - 1) / m_queries;
            at::parallel_for(0, m_count * m_heads * blocks, 1,
                             [&](std::int64_t begin, std::int64_t end) {
                                 Scratch scratch(*this);
                                 for (std::int64_t task = begin; task < end; ++task)
                                     attend(task / blocks, task % blocks * m_queries, scratch, out);
                                 at::native::cpublas::brgemm_release();
                             });
            return out;
        }

    private:
        /// What one thread works in.
        struct Scratch {
            explicit Scratch(const BlockAttention& attention)
                : scores(static_cast<std::size_t>(attention.m_queries * attention.m_stride))
                , weights(scores.size())
                , result(static_cast<std::size_t>(attention.m_queries * attention.m_dim))
            {
            }
            std::vector<float> scores;
            std::vector<std::uint16_t> weights;
            std::vector<float> result; ///< [queries, headDim]
        };

        /// Keys as [headDim / 2, keys] pairs of neighbouring entries, values as [keys / 2, headDim]
        /// pairs of neighbouring keys. `filled` is scratch.
        void pack(std::int64_t head, std::vector<std::uint16_t>& filled)
        {
            const std::uint16_t* key = halves(m_key) + head * m_length * m_dim;
            if (m_padded > m_length) {
                filled.assign(static_cast<std::size_t>(m_padded * m_dim), 0);
                std::copy_n(key, m_length * m_dim, filled.begin());
                key = filled.data();
            }
            kernels::transposePairs(reinterpret_cast<const std::uint32_t*>(key), m_padded,
                                    m_dim / 2, m_stride,
                                    m_keyPairs.data() + head * m_dim / 2 * m_stride);
            kernels::packPairs(halves(m_value) + head * m_length * m_dim, m_length, m_dim, m_dim,
                               m_dim, m_padded, m_valuePairs.data() + head * m_padded / 2 * m_dim);
        }

        /// Some queries of one head of one sequence.
        void attend(std::int64_t head, std::int64_t first, Scratch& scratch, const Attended& out)
        {
            using at::native::cpublas::brgemm;
            const std::int64_t sequence = head / m_heads, copies = m_heads / m_kvHeads,
                               shared = sequence * m_kvHeads + head % m_heads / copies,
                               queries = std::min(m_queries, m_length - first),
                               keys = roundedUp(first + queries, keyUnit);
            const std::uint16_t* query = halves(m_query) + (head * m_length + first) * m_dim;
            const std::uint32_t* keyPairs = m_keyPairs.data() + shared * m_dim / 2 * m_stride;
            const std::uint32_t* valuePairs = m_valuePairs.data() + shared * m_padded / 2 * m_dim;
            for (std::int64_t key = 0; key < keys; key += productKeys)
                brgemm(queries, std::min(productKeys, keys - key), m_dim, m_dim, m_stride, m_stride,
                       false, entries(query), entries(keyPairs + key), scratch.scores.data() + key);
            float* logSum = floats(out.logSum) + head * m_length + first;
            std::array<float, mostQueries> sums;
            for (std::int64_t row = 0; row < queries; ++row)
                sums[static_cast<std::size_t>(row)] = kernels::attentionWeightsHalf(
                    scratch.scores.data() + row * m_stride, first + row + 1, keys, m_scale,
                    scratch.weights.data() + row * m_stride, logSum[row]);
            for (std::int64_t key = 0; key < keys; key += productKeys)
                brgemm(queries, m_dim, std::min(productKeys, keys - key), m_stride, m_dim, m_dim,
                       key > 0, entries(scratch.weights.data() + key),
                       entries(valuePairs + key / 2 * m_dim), scratch.result.data());
            std::uint16_t* rows = halves(out.values)
                + ((sequence * m_length + first) * m_heads + head % m_heads) * m_dim;
            for (std::int64_t row = 0; row < queries; ++row)
                kernels::scaledHalf(scratch.result.data() + row * m_dim,
                                    1 / sums[static_cast<std::size_t>(row)], m_dim,
                                    rows + row * m_heads * m_dim);
        }

        at::Tensor m_query, m_key, m_value;
        float m_scale;
        std::int64_t m_count, m_heads, m_kvHeads, m_length, m_dim, m_padded, m_stride;
        std::int64_t m_queries; ///< of one block
        std::vector<std::uint32_t> m_keyPairs, m_valuePairs;
    };

} // namespace

bool attendsInBlocks(const AttentionInputs& inputs)
{
    return isHalf(inputs.query) && hasHalfUnits() && !libraryHasHalfUnits()
        && inputs.query.size(3) % headUnit == 0;
}

Attended blockAttention(const AttentionInputs& inputs, double scale)
{
    return BlockAttention(inputs, scale).run();
}

} // namespace schmidt
