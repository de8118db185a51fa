// SPDX-License-Identifier: Apache-2.0
#include "engine/attention_gradient.h"

#include "engine/half_products.h"
#include "engine/kernels.h"
#include "engine/training_kernels.h"

#include <ATen/Parallel.h>
#include <ATen/native/CPUBlas.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_backward.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace schmidt {

namespace {

    /// Keys of one block: its scores with all later queries of a usual window stay in the second
    /// cache.
    constexpr std::int64_t blockKeys = 64;
    /// Lengths and head sizes are taken in multiples of this; lengths are filled up with zeros.
    constexpr std::int64_t unit = 32;
    /// Between rows of queries, so that those of usual lengths do not share a cache set; what
    /// transposePairs() takes at a time.
    constexpr std::int64_t gap = 16;

    using Halves = std::vector<std::uint16_t>;
    using Pairs = std::vector<std::uint32_t>;
    using Floats = std::vector<float>;

    HeadGradients libraryGradient(const AttentionInputs& inputs, const at::Tensor& attended,
                                  const at::Tensor& logSum, const at::Tensor& gradient)
    {
        const std::int64_t count = inputs.query.size(0), heads = inputs.query.size(1),
                           length = inputs.query.size(2), dim = inputs.query.size(3),
                           copies = heads / inputs.key.size(1);
        const auto [query, key, value] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
            gradient.view({ count, length, heads, dim }).transpose(1, 2), inputs.query,
            repeatedHeads(inputs.key, copies), repeatedHeads(inputs.value, copies), attended,
            logSum, 0.0, true);
        return { query.transpose(1, 2).contiguous(), key.transpose(1, 2).contiguous(),
                 value.transpose(1, 2).contiguous() };
    }

    /// One side of attention for one query head in the forms that products read.
    struct PackedRows {
        PackedRows(std::int64_t padded, std::int64_t dim)
            : rows(static_cast<std::size_t>(padded * dim))
            , transposed(static_cast<std::size_t>((padded + gap) * dim / 2))
            , pairs(rows.size() / 2)
        {
        }

        /// `count` rows of `dim` values, `stride` apart.
        void pack(const std::uint16_t* in, std::int64_t stride, std::int64_t count,
                  std::int64_t padded, std::int64_t dim)
        {
            for (std::int64_t row = 0; row < count; ++row)
                std::memcpy(rows.data() + row * dim, in + row * stride,
                            static_cast<std::size_t>(dim) * sizeof(std::uint16_t));
            kernels::transposePairs(reinterpret_cast<const std::uint32_t*>(rows.data()), padded,
                                    dim / 2, padded + gap, transposed.data());
            kernels::packPairs(rows.data(), padded, dim, dim, dim, padded, pairs.data());
        }

        Halves rows; ///< [padded, dim], zeros behind the last
        Pairs transposed; ///< [dim / 2, padded + gap], neighbours of a row in pairs
        Pairs pairs; ///< [padded / 2, dim], neighbouring rows in pairs
    };

    /// The heads of one sequence that share a key, one after the other, in memory kept between
    /// them.
    class SharedHead {
    public:
        SharedHead(std::int64_t length, std::int64_t dim)
            : m_length(length)
            , m_padded(roundedUp(length, unit))
            , m_stride(m_padded + gap)
            , m_dim(dim)
            , m_query(m_padded, dim)
            , m_gradient(m_padded, dim)
            , m_key(size(m_padded, dim))
            , m_value(m_key.size())
            , m_keyTransposed(m_key.size())
            , m_weights(size(blockKeys, m_stride))
            , m_scoreGradient(m_weights.size())
            , m_scorePairs(m_weights.size() / 2)
            , m_scores(m_weights.size())
            , m_weightGradient(m_weights.size())
            , m_logSum(static_cast<std::size_t>(m_padded), 1e30F)
            , m_along(static_cast<std::size_t>(m_padded), 0.0F)
            , m_queryTransposed(size(dim, m_stride))
            , m_queryGradient(m_queryTransposed.size())
            , m_keyGradient(m_key.size())
            , m_valueGradient(m_key.size())
        {
        }

        /// Key and value, contiguous [length, dim].
        void begin(const std::uint16_t* key, const std::uint16_t* value)
        {
            const auto bytes = static_cast<std::size_t>(m_length * m_dim) * sizeof(std::uint16_t);
            std::memcpy(m_key.data(), key, bytes);
            std::memcpy(m_value.data(), value, bytes);
            for (std::int64_t row = 0; row < m_length; ++row)
                for (std::int64_t column = 0; column < m_dim; ++column)
                    m_keyTransposed[static_cast<std::size_t>(column * m_padded + row)]
                        = key[row * m_dim + column];
            m_shared = false;
        }

        /// Query [length, dim], results and their gradient with rows `stride` apart.
        struct QueryHead {
            const std::uint16_t* query = nullptr;
            const std::uint16_t* attended = nullptr;
            std::int64_t attendedStride = 0;
            const std::uint16_t* gradient = nullptr;
            std::int64_t gradientStride = 0;
            const float* logSum = nullptr;
        };
        void add(const QueryHead& head)
        {
            m_query.pack(head.query, m_dim, m_length, m_padded, m_dim);
            m_gradient.pack(head.gradient, head.gradientStride, m_length, m_padded, m_dim);
            std::copy_n(head.logSum, m_length, m_logSum.begin());
            for (std::int64_t row = 0; row < m_length; ++row)
                m_along[static_cast<std::size_t>(row)]
                    = kernels::productHalf(head.gradient + row * head.gradientStride,
                                           head.attended + row * head.attendedStride, m_dim);
            for (std::int64_t first = 0; first < m_padded; first += blockKeys)
                addBlock(first);
            kernels::transposePairs(
                reinterpret_cast<const std::uint32_t*>(m_queryTransposed.data()), m_dim, m_stride,
                m_dim, reinterpret_cast<std::uint32_t*>(m_queryGradient.data()));
            m_shared = true;
        }

        void storeQuery(std::uint16_t* out, std::int64_t stride) const
        {
            store(m_queryGradient, out, stride);
        }
        void storeKey(std::uint16_t* out, std::int64_t stride) const
        {
            store(m_keyGradient, out, stride);
        }
        void storeValue(std::uint16_t* out, std::int64_t stride) const
        {
            store(m_valueGradient, out, stride);
        }

    private:
        static std::size_t size(std::int64_t rows, std::int64_t columns)
        {
            return static_cast<std::size_t>(rows * columns);
        }

        void addBlock(std::int64_t first)
        {
            using at::native::cpublas::brgemm;
            const std::int64_t keys = std::min(blockKeys, m_padded - first),
                               queries = m_padded - first;
            brgemm(keys, queries, m_dim, m_dim, m_stride, m_stride, false,
                   entries(m_key.data() + first * m_dim),
                   entries(m_query.transposed.data() + first), m_scores.data());
            brgemm(keys, queries, m_dim, m_dim, m_stride, m_stride, false,
                   entries(m_value.data() + first * m_dim),
                   entries(m_gradient.transposed.data() + first), m_weightGradient.data());
            kernels::scoreGradientHalf({ m_scores.data(), m_weightGradient.data(),
                                         m_logSum.data() + first, m_along.data() + first,
                                         1 / std::sqrt(static_cast<float>(m_dim)), m_stride },
                                       keys, queries, m_weights.data(), m_scoreGradient.data());
            kernels::packPairs(m_scoreGradient.data(), keys, m_stride, queries, m_stride, keys,
                               m_scorePairs.data());
            brgemm(keys, m_dim, queries, m_stride, m_dim, m_dim, m_shared,
                   entries(m_weights.data()), entries(m_gradient.pairs.data() + first / 2 * m_dim),
                   m_valueGradient.data() + first * m_dim);
            brgemm(keys, m_dim, queries, m_stride, m_dim, m_dim, m_shared,
                   entries(m_scoreGradient.data()),
                   entries(m_query.pairs.data() + first / 2 * m_dim),
                   m_keyGradient.data() + first * m_dim);
            brgemm(m_dim, queries, keys, m_padded, m_stride, m_stride, first > 0,
                   entries(m_keyTransposed.data() + first), entries(m_scorePairs.data()),
                   m_queryTransposed.data() + first);
        }

        void store(const Floats& values, std::uint16_t* out, std::int64_t stride) const
        {
            for (std::int64_t row = 0; row < m_length; ++row)
                kernels::toHalf(values.data() + row * m_dim, m_dim, out + row * stride);
        }

        std::int64_t m_length, m_padded, m_stride, m_dim;
        PackedRows m_query, m_gradient;
        Halves m_key, m_value, m_keyTransposed; ///< the last [dim, padded]
        Halves m_weights, m_scoreGradient; ///< of one block, [keys, queries], rows m_stride apart
        Pairs m_scorePairs; ///< the same gradient, neighbouring keys in pairs
        Floats m_scores, m_weightGradient;
        Floats m_logSum, m_along; ///< ln Σ exp and gradient · result of each query
        Floats m_queryTransposed, m_queryGradient, m_keyGradient, m_valueGradient;
        bool m_shared = false; ///< key and value have gradients of earlier query heads
    };

    HeadGradients halfGradient(const AttentionInputs& inputs, const at::Tensor& attended,
                               const at::Tensor& logSum, const at::Tensor& gradient)
    {
        const std::int64_t count = inputs.query.size(0), heads = inputs.query.size(1),
                           length = inputs.query.size(2), dim = inputs.query.size(3),
                           kvHeads = inputs.key.size(1), copies = heads / kvHeads;
        const at::Tensor query = inputs.query.contiguous(), key = inputs.key.contiguous(),
                         value = inputs.value.contiguous(), sums = logSum.contiguous(),
                         rows = gradient.contiguous();
        HeadGradients out { at::empty({ count, length, heads, dim }, query.options()),
                            at::empty({ count, length, kvHeads, dim }, query.options()),
                            at::empty({ count, length, kvHeads, dim }, query.options()) };
        const std::int64_t queryRow = heads * dim, keyRow = kvHeads * dim;
        at::parallel_for(0, count * kvHeads, 1, [&](std::int64_t begin, std::int64_t end) {
            SharedHead shared(length, dim);
            for (std::int64_t task = begin; task < end; ++task) {
                const std::int64_t sequence = task / kvHeads, kvHead = task % kvHeads;
                shared.begin(halves(key) + task * length * dim,
                             halves(value) + task * length * dim);
                for (std::int64_t copy = 0; copy < copies; ++copy) {
                    const std::int64_t head = kvHead * copies + copy,
                                       place = sequence * heads + head,
                                       column = sequence * length * queryRow + head * dim;
                    shared.add({ halves(query) + place * length * dim,
                                 halves(attended) + sequence * attended.stride(0)
                                     + head * attended.stride(1),
                                 attended.stride(2), halves(rows) + column, queryRow,
                                 floats(sums) + place * length });
                    shared.storeQuery(halves(out.query) + column, queryRow);
                }
                const std::int64_t column = sequence * length * keyRow + kvHead * dim;
                shared.storeKey(halves(out.key) + column, keyRow);
                shared.storeValue(halves(out.value) + column, keyRow);
            }
            at::native::cpublas::brgemm_release();
        });
        return out;
    }

} // namespace

at::Tensor repeatedHeads(const at::Tensor& heads, std::int64_t copies)
{
    if (copies == 1)
        return heads;
    const std::int64_t count = heads.size(0), kvHeads = heads.size(1), length = heads.size(2),
                       dim = heads.size(3);
    return heads.unsqueeze(2)
        .expand({ count, kvHeads, copies, length, dim })
        .reshape({ count, kvHeads * copies, length, dim });
}

HeadGradients attentionGradient(const AttentionInputs& inputs, const at::Tensor& attended,
                                const at::Tensor& logSum, const at::Tensor& gradient)
{
    const bool inBlocks = isHalf(inputs.query) && hasHalfUnits() && inputs.query.size(3) % unit == 0
        && attended.stride(3) == 1;
    return inBlocks ? halfGradient(inputs, attended, logSum, gradient)
                    : libraryGradient(inputs, attended, logSum, gradient);
}

} // namespace schmidt
