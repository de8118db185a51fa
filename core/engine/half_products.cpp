// SPDX-License-Identifier: Apache-2.0
#include "engine/half_products.h"

#include "engine/kernels.h"
#include "engine/torch_model.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/native/CPUBlas.h>
#include <algorithm>
#include <optional>
#include <vector>

namespace schmidt {

namespace {

    /// Side of a block of the result, tokens packed at a time, and tokens of one product; the first
    /// keeps a product's operands in the second cache, the last keeps sums as exact as fp32 ones.
    constexpr std::int64_t blockSide = 192, tokenChunk = 2048, tokenStep = 128;

    /// Some tokens of a matrix in the two forms that block products read, missing tokens and
    /// columns as zeros. Both hold neighbouring tokens in pairs.
    class PackedTokens {
    public:
        explicit PackedTokens(const at::Tensor& matrix)
            : m_matrix(matrix)
            , m_columns(matrix.size(1))
            , m_blocks((m_columns + blockSide - 1) / blockSide)
            , m_pairs(static_cast<std::size_t>(m_blocks * blockSide * tokenChunk / 2))
            , m_transposed(m_pairs.size())
        {
        }

        std::int64_t blocks() const { return m_blocks; }
        std::int64_t width(std::int64_t block) const
        {
            return std::min(blockSide, m_columns - block * blockSide);
        }

        void pack(std::int64_t first, std::int64_t count)
        {
            at::parallel_for(0, m_blocks, 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t block = begin; block < end; ++block) {
                    const std::int64_t start = block * blockSide * tokenChunk / 2;
                    kernels::packPairs(halves(m_matrix) + first * m_columns + block * blockSide,
                                       count, m_columns, width(block), blockSide,
                                       roundedUp(count, tokenStep), m_pairs.data() + start);
                    kernels::transposePairs(m_pairs.data() + start, roundedUp(count, tokenStep) / 2,
                                            blockSide, tokenChunk / 2, m_transposed.data() + start);
                }
            });
        }

        /// [blockSide, tokens] with rows of tokenChunk, tokens from `token` on.
        const at::BFloat16* left(std::int64_t block, std::int64_t token) const
        {
            return entries(m_transposed.data()) + block * blockSide * tokenChunk + token;
        }
        /// [tokens / 2, blockSide, 2].
        const at::BFloat16* right(std::int64_t block, std::int64_t token) const
        {
            return entries(m_pairs.data()) + block * blockSide * tokenChunk + token * blockSide;
        }

    private:
        const at::Tensor& m_matrix;
        std::int64_t m_columns, m_blocks;
        std::vector<std::uint32_t> m_pairs, m_transposed;
    };

    struct BlockPlace {
        std::int64_t row = 0, column = 0;
    };

    bool hasVectorInstructions()
    {
#ifdef __x86_64__
        return __builtin_cpu_supports("avx512bf16") != 0;
#else
        return false;
#endif
    }

} // namespace

bool hasHalfUnits()
{
    static const bool known = libraryHasHalfUnits()
        || (at::globalContext().userEnabledMkldnn() && hasVectorInstructions());
    return known;
}

bool libraryHasHalfUnits()
{
    static const bool known = at::native::cpublas::could_pack(at::kBFloat16);
    return known;
}

at::Tensor halfGram(const at::Tensor& a, const at::Tensor& b)
{
    const bool symmetric = a.is_same(b);
    const at::Tensor left = a.contiguous(), right = symmetric ? left : b.contiguous();
    PackedTokens leftPacked(left);
    std::optional<PackedTokens> other;
    if (!symmetric)
        other.emplace(right);
    PackedTokens& rightPacked = symmetric ? leftPacked : *other;
    std::vector<BlockPlace> places;
    for (std::int64_t row = 0; row < leftPacked.blocks(); ++row)
        for (std::int64_t column = symmetric ? row : 0; column < rightPacked.blocks(); ++column)
            places.push_back({ row, column });

    const std::int64_t tokens = left.size(0), columns = right.size(1);
    at::Tensor product = at::zeros({ left.size(1), columns }, at::kFloat);
    for (std::int64_t first = 0; first < tokens; first += tokenChunk) {
        const std::int64_t count = std::min(tokenChunk, tokens - first);
        leftPacked.pack(first, count);
        if (!symmetric)
            rightPacked.pack(first, count);
        at::parallel_for(
            0, static_cast<std::int64_t>(places.size()), 1,
            [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t index = begin; index < end; ++index) {
                    const auto [row, column] = places[static_cast<std::size_t>(index)];
                    float* out = floats(product) + (row * columns + column) * blockSide;
                    for (std::int64_t token = 0; token < count; token += tokenStep)
                        at::native::cpublas::brgemm(
                            leftPacked.width(row), rightPacked.width(column), tokenStep, tokenChunk,
                            blockSide, columns, true, leftPacked.left(row, token),
                            rightPacked.right(column, token), out);
                }
                at::native::cpublas::brgemm_release();
            });
    }
    return product;
}

at::Tensor mirrored(const at::Tensor& upper)
{
    return upper.triu().add_(upper.triu(1).t());
}

} // namespace schmidt
