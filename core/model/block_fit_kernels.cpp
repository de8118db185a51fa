// SPDX-License-Identifier: Apache-2.0
#include "model/block_fit_kernels.h"

#include "base/clones.h"
#include "model/half_bits.h"

#include <algorithm>
#include <cmath>

namespace schmidt::fit {

namespace {

    /// One value of each of eight blocks: sums over a block need no shuffling, and all blocks try
    /// their own scales at once.
    constexpr int lanes = 8;
    using Floats = float __attribute__((vector_size(lanes * sizeof(float))));
    using Ints = std::int32_t __attribute__((vector_size(lanes * sizeof(float))));

    template <int size> struct Tile {
        Floats x[size], w[size];
    };

    SCHMIDT_INLINE Floats splat(float value)
    {
        return Floats {} + value;
    }

    SCHMIDT_INLINE Floats smaller(Floats a, Floats b)
    {
        return a < b ? a : b;
    }

    SCHMIDT_INLINE Floats larger(Floats a, Floats b)
    {
        return a > b ? a : b;
    }

    /// To the nearest integer, for |value| < 2^22.
    SCHMIDT_INLINE Floats rounded(Floats value)
    {
        return (value + 12582912.0F) - 12582912.0F;
    }

    SCHMIDT_INLINE Floats code(Floats value, Floats low, Floats high)
    {
        return rounded(smaller(larger(value, low), high));
    }

    /// 1 / value, 0 for 0.
    SCHMIDT_INLINE Floats inverse(Floats value)
    {
        const Floats zero {};
        return value == zero ? zero : 1.0F / value;
    }

    SCHMIDT_INLINE float total(const Floats& value)
    {
        float sum = 0;
        for (int lane = 0; lane < lanes; ++lane)
            sum += value[lane];
        return sum;
    }

    template <int size>
    SCHMIDT_INLINE void loadTile(const float* x, const float* w, Tile<size>& tile)
    {
        for (int i = 0; i < size; ++i)
            for (int lane = 0; lane < lanes; ++lane)
                tile.x[i][lane] = x[lane * size + i];
        for (int i = 0; i < size; ++i)
            for (int lane = 0; lane < lanes; ++lane)
                tile.w[i][lane] = w ? w[lane * size + i] : 1.0F;
    }

    // ---- scale and minimum -----------------------------------------------------------------

    /// Weighted sums of a block on its codes.
    struct Sums {
        Floats w {}, x {}, q {}, qq {}, xq {};
    };

    template <int size>
    SCHMIDT_INLINE void affineSums(const Tile<size>& tile, Floats inverseScale, Floats minimum,
                                   Floats top, Sums& sums)
    {
        Floats q {}, qq {}, xq {};
        for (int i = 0; i < size; ++i) {
            const Floats c = code((tile.x[i] - minimum) * inverseScale, Floats {}, top);
            const Floats wc = tile.w[i] * c;
            q += wc;
            qq += wc * c;
            xq += wc * tile.x[i];
        }
        sums.q = q;
        sums.qq = qq;
        sums.xq = xq;
    }

    /// Regression of scale and minimum on codes; returns the error without its constant Σ w x².
    template <bool negative>
    SCHMIDT_INLINE Floats regress(const Sums& sums, Floats& scale, Floats& minimum)
    {
        const Floats determinant = sums.w * sums.qq - sums.q * sums.q;
        const Floats over = inverse(larger(determinant, Floats {}));
        scale = (sums.w * sums.xq - sums.q * sums.x) * over;
        minimum = (sums.qq * sums.x - sums.q * sums.xq) * over;
        // One code everywhere: a constant block.
        const auto constant = over == Floats {};
        minimum = constant ? sums.x * inverse(sums.w) : minimum;
        if (negative) {
            const auto positive = minimum > Floats {};
            minimum = positive ? Floats {} : minimum;
            scale = positive ? sums.xq * inverse(sums.qq) : scale;
        }
        return scale * scale * sums.qq + minimum * minimum * sums.w
            + 2.0F * scale * minimum * sums.q - 2.0F * scale * sums.xq - 2.0F * minimum * sums.x;
    }

    /// Best scale >= 0 and minimum (<= 0 if `negative`) of each block.
    template <int size, bool negative>
    SCHMIDT_INLINE void fitAffine(const Tile<size>& tile, float topCode, Floats& scale,
                                  Floats& minimum)
    {
        Floats low = tile.x[0], high = tile.x[0];
        Sums sums;
        for (int i = 0; i < size; ++i) {
            low = smaller(low, tile.x[i]);
            high = larger(high, tile.x[i]);
            sums.w += tile.w[i];
            sums.x += tile.w[i] * tile.x[i];
        }
        if (negative)
            low = smaller(low, Floats {});
        high = larger(high, low);
        const Floats top = splat(topCode), range = inverse(high - low);
        scale = (high - low) / top;
        minimum = low;
        affineSums(tile, top * range, low, top, sums);
        Floats best = scale * scale * sums.qq + minimum * minimum * sums.w
            + 2.0F * scale * minimum * sums.q - 2.0F * scale * sums.xq - 2.0F * minimum * sums.x;
        // Fine codes gain less from each, and of few codes many trials give the same ones.
        const int trials = topCode < 4 ? 10 : topCode < 16 ? 20 : 12;
        const float reach = topCode < 4 ? 1.2F : topCode < 16 ? 2.0F : 3.0F;
        for (int trial = 0; trial < trials; ++trial) {
            const float stretch = reach
                * (2.0F * static_cast<float>(trial) / static_cast<float>(trials - 1) - 1.0F);
            Floats step = (top + stretch) * range, offset = low;
            for (int turn = 0; turn < 2; ++turn) {
                affineSums(tile, step, offset, top, sums);
                Floats d, m;
                const Floats error = regress<negative>(sums, d, m);
                const auto better = error < best;
                best = better ? error : best;
                scale = better ? d : scale;
                minimum = better ? m : minimum;
                step = inverse(d);
                offset = m;
            }
        }
    }

    // ---- scale alone -----------------------------------------------------------------------

    /// The codes low … high.
    struct Integers {
        static constexpr bool even = true; ///< the same distance from each level to the next
        Floats low, high;
        __attribute__((always_inline)) Floats nearest(Floats value) const
        {
            return code(value, low, high);
        }
    };

    /// The levels of IQ4_NL. They lie closest around -4.5 and farther apart towards both ends, so a
    /// parabola tells which border between two of them is nearest; the side of it is the answer.
    struct Levels {
        static constexpr bool even = false;
        __attribute__((always_inline)) Floats nearest(Floats value) const
        {
            const Ints border = nearestBorder(value);
            return value > __builtin_shuffle(m_borders[0], m_borders[1], border)
                ? __builtin_shuffle(m_above[0], m_above[1], border)
                : __builtin_shuffle(m_below[0], m_below[1], border);
        }

        /// Number of the level, 0 … 15.
        __attribute__((always_inline)) Ints number(Floats value) const
        {
            const Ints border = nearestBorder(value);
            return border - (value > __builtin_shuffle(m_borders[0], m_borders[1], border));
        }

        __attribute__((always_inline)) Levels()
        {
            for (int i = 0; i < 15; ++i) {
                m_below[i / lanes][i % lanes] = levels[i];
                m_above[i / lanes][i % lanes] = levels[i + 1];
                m_borders[i / lanes][i % lanes] = 0.5F * (levels[i] + levels[i + 1]);
            }
        }

    private:
        /// Its number, 0 … 14, in the low four bits.
        __attribute__((always_inline)) static Ints nearestBorder(Floats value)
        {
            constexpr float center = -4.5F, slope = 0.08947F, bend = 2.192e-4F, reach = 116.0F;
            const Floats shifted = smaller(larger(value - center, splat(-reach)), splat(reach)),
                         away = larger(shifted, -shifted);
            // They run from -7 to 7 there; the low bits of 1.5 2^23 + n are those of n.
            return reinterpret_cast<Ints>(shifted * (slope - bend * away) + (12582912.0F + 7.0F));
        }

        /// Of the border between levels i and i + 1: the two, and where it is.
        Floats m_below[2] {}, m_above[2] {}, m_borders[2] {};
    };

    template <int size, typename Grid>
    SCHMIDT_INLINE void symmetricSums(const Tile<size>& tile, const Grid& grid, Floats inverseScale,
                                      Floats& qq, Floats& xq)
    {
        Floats squares {}, products {};
        for (int i = 0; i < size; ++i) {
            const Floats c = grid.nearest(tile.x[i] * inverseScale);
            const Floats wc = tile.w[i] * c;
            squares += wc * c;
            products += wc * tile.x[i];
        }
        qq = squares;
        xq = products;
    }

    /// Scales that a fit tries: those that put the largest value of the block at an end of the grid
    /// or `from` … `to` beyond it.
    struct Search {
        int trials;
        float from, to;
        int refinements; ///< codes of the best scale, the best scale of these, and so on
    };

    /// Codes of eight bits are so fine that the plain scale is nearly the best one. Where the
    /// levels lie far apart at the ends, blocks gain from staying inside.
    SCHMIDT_INLINE Search searchOf(bool even, float low, float high)
    {
        if (!even)
            return { 4, -0.2F * high, 0.05F * high, 1 };
        if (low == -high)
            return { 3, -0.04F * high, 0.04F * high, 0 };
        return high < 5 ? Search { 9, -1, 1, 2 } : Search { 5, -0.12F * high, 0.12F * high, 2 };
    }

    /// Best scale of each block, of either sign; `low` and `high` are the ends of the grid.
    template <int size, typename Grid>
    SCHMIDT_INLINE void fitSymmetric(const Tile<size>& tile, const Grid& grid, float low,
                                     float high, Floats& scale)
    {
        Floats largest = tile.x[0];
        for (int i = 1; i < size; ++i) {
            const Floats x = tile.x[i];
            largest = larger(x, -x) > larger(largest, -largest) ? x : largest;
        }
        const Floats over = inverse(largest);
        Floats best {};
        scale = Floats {};
        // Codes of the values at a scale, and the scale that is best for these codes.
        const auto attempt = [&](const Floats& inverseScale) __attribute__((always_inline))
        {
            Floats qq, xq;
            symmetricSums(tile, grid, inverseScale, qq, xq);
            const Floats d = xq * inverse(qq);
            const Floats gain = d * xq;
            const auto better = gain > best;
            best = better ? gain : best;
            scale = better ? d : scale;
            return d;
        };
        const Search search = searchOf(Grid::even, low, high);
        const float step = (search.to - search.from) / static_cast<float>(search.trials - 1);
        // On a grid that is the same at both ends the sign does not matter.
        for (int end = low == -high ? 1 : 0; end < 2; ++end)
            for (int trial = 0; trial < search.trials; ++trial) {
                const float beyond = search.from + step * static_cast<float>(trial);
                const Floats d = attempt(over * (end == 0 ? low - beyond : high + beyond));
                if (high < 5) // few levels need a refinement of every trial
                    attempt(inverse(d));
            }
        for (int turn = 0; turn < search.refinements; ++turn)
            attempt(inverse(scale));
    }

    // ---- super-blocks ----------------------------------------------------------------------

    SCHMIDT_INLINE float halved(float value)
    {
        return bits::fromHalf(bits::toHalf(value));
    }

    /// Step of the grid low … high whose multiples come nearest to the values; `extreme` is the
    /// one of largest magnitude and lands on the end of the grid, or a little beyond or before it.
    template <int tiles>
    SCHMIDT_INLINE float bestStep(const Floats* values, const Floats* weights, float extreme,
                                  float low, float high)
    {
        const float end = low < 0 ? low : high;
        float best = 0, least = 0;
        constexpr int trials = 24;
        for (int trial = 0; trial < trials && extreme != 0; ++trial) {
            const float used = end * (1.06F - 0.02F * static_cast<float>(trial));
            const float step = extreme / used;
            const Floats over = splat(used / extreme);
            Floats error {};
            for (int k = 0; k < tiles; ++k) {
                const Floats off
                    = values[k] - step * code(values[k] * over, splat(low), splat(high));
                error += weights[k] * off * off;
            }
            const float sum = total(error);
            if (trial == 0 || sum < least) {
                least = sum;
                best = step;
            }
        }
        return best;
    }

    template <int size>
    SCHMIDT_INLINE Floats affineError(const Tile<size>& tile, Floats scale, Floats minimum,
                                      Floats top)
    {
        const Floats over = inverse(scale);
        Floats error {};
        for (int i = 0; i < size; ++i) {
            const Floats shifted = tile.x[i] - minimum;
            const Floats off = shifted - scale * code(shifted * over, Floats {}, top);
            error += tile.w[i] * off * off;
        }
        return error;
    }

    template <int size>
    SCHMIDT_INLINE Floats symmetricError(const Tile<size>& tile, Floats scale, Floats low,
                                         Floats high)
    {
        const Floats over = inverse(scale);
        Floats error {};
        for (int i = 0; i < size; ++i) {
            const Floats off = tile.x[i] - scale * code(tile.x[i] * over, low, high);
            error += tile.w[i] * off * off;
        }
        return error;
    }

    /// Moves the integer scales and minimums of a tile by at most one where that helps; returns
    /// the error.
    template <int size>
    SCHMIDT_INLINE Floats nudgeAffine(const Tile<size>& tile, float d, float dmin, Floats top,
                                      Floats scaleTop, Floats& scales, Floats& minimums)
    {
        const Floats scale0 = scales, minimum0 = minimums;
        Floats best = affineError(tile, d * scale0, -dmin * minimum0, top);
        for (int move = 0; move < 9; ++move) {
            if (move == 4)
                continue;
            const Floats scale
                = code(scale0 + static_cast<float>(move % 3 - 1), Floats {}, scaleTop);
            const Floats minimum
                = code(minimum0 + static_cast<float>(move / 3 - 1), Floats {}, scaleTop);
            const Floats error = affineError(tile, d * scale, -dmin * minimum, top);
            const auto better = error < best;
            best = better ? error : best;
            scales = better ? scale : scales;
            minimums = better ? minimum : minimums;
        }
        return best;
    }

    template <int size>
    SCHMIDT_INLINE Floats nudgeSymmetric(const Tile<size>& tile, float d, Floats low, Floats high,
                                         float scaleHalf, Floats& scales)
    {
        const Floats scale0 = scales;
        Floats best = symmetricError(tile, d * scale0, low, high);
        for (const float move : { -2.0F, -1.0F, 1.0F, 2.0F }) {
            const Floats scale = code(scale0 + move, splat(-scaleHalf), splat(scaleHalf - 1));
            const Floats error = symmetricError(tile, d * scale, low, high);
            const auto better = error < best;
            best = better ? error : best;
            scales = better ? scale : scales;
        }
        return best;
    }

    /// What a super-block is described by while it is fitted.
    template <int tiles> struct SuperState {
        float d = 0, dmin = 0;
        Floats scales[tiles] {}, minimums[tiles] {};
    };

    /// Regression of d and dmin on the present codes and integer scales.
    template <int size, int tiles>
    SCHMIDT_INLINE void regressSuper(const Tile<size>* tile, Floats top, SuperState<tiles>& state)
    {
        Floats ss {}, sm {}, mm {}, sx {}, mx {};
        for (int k = 0; k < tiles; ++k) {
            Sums sums;
            affineSums(tile[k], inverse(state.d * state.scales[k]), -state.dmin * state.minimums[k],
                       top, sums);
            for (int i = 0; i < size; ++i) {
                sums.w += tile[k].w[i];
                sums.x += tile[k].w[i] * tile[k].x[i];
            }
            const Floats s = state.scales[k], m = state.minimums[k];
            ss += s * s * sums.qq;
            sm += s * m * sums.q;
            mm += m * m * sums.w;
            sx += s * sums.xq;
            mx += m * sums.x;
        }
        const double a = total(ss), b = total(sm), c = total(mm), u = total(sx), v = total(mx);
        const double determinant = a * c - b * b;
        if (determinant > 1e-9 * a * c) {
            state.d = halved(static_cast<float>((c * u - b * v) / determinant));
            state.dmin = halved(static_cast<float>((b * u - a * v) / determinant));
        } else if (a > 0) {
            state.d = halved(static_cast<float>((u + b * state.dmin) / a));
        }
    }

    constexpr int superTurns = 4;

    template <int size, int tiles>
    SCHMIDT_INLINE void fitAffineSuper(const float* x, const float* w, int topCode, int topScale,
                                       AffineSuper& out)
    {
        const Floats top = splat(static_cast<float>(topCode));
        const auto scaleTop = static_cast<float>(topScale);
        Tile<size> tile[tiles];
        Floats scale[tiles], minimum[tiles], squares[tiles], weights[tiles];
        float largestScale = 0, largestMinimum = 0;
        for (int k = 0; k < tiles; ++k) {
            loadTile(x + k * lanes * size, w ? w + k * lanes * size : nullptr, tile[k]);
            fitAffine<size, true>(tile[k], static_cast<float>(topCode), scale[k], minimum[k]);
            Sums sums;
            affineSums(tile[k], inverse(scale[k]), minimum[k], top, sums);
            squares[k] = sums.qq;
            weights[k] = Floats {};
            for (int i = 0; i < size; ++i)
                weights[k] += tile[k].w[i];
            scale[k] = larger(scale[k], Floats {});
            minimum[k] = larger(-minimum[k], Floats {});
            for (int lane = 0; lane < lanes; ++lane) {
                largestScale = std::max(largestScale, scale[k][lane]);
                largestMinimum = std::max(largestMinimum, minimum[k][lane]);
            }
        }
        SuperState<tiles> state;
        state.d = halved(bestStep<tiles>(scale, squares, largestScale, 0, scaleTop));
        state.dmin = halved(bestStep<tiles>(minimum, weights, largestMinimum, 0, scaleTop));
        for (int k = 0; k < tiles; ++k) {
            state.scales[k] = code(scale[k] * inverse(splat(state.d)), Floats {}, splat(scaleTop));
            state.minimums[k]
                = code(minimum[k] * inverse(splat(state.dmin)), Floats {}, splat(scaleTop));
        }
        SuperState<tiles> best = state;
        float least = 0;
        for (int turn = 0; turn < superTurns; ++turn) {
            Floats error {};
            for (int k = 0; k < tiles; ++k)
                error += nudgeAffine(tile[k], state.d, state.dmin, top, splat(scaleTop),
                                     state.scales[k], state.minimums[k]);
            const float sum = total(error);
            if (turn == 0 || sum < least) {
                least = sum;
                best = state;
            }
            regressSuper<size, tiles>(tile, top, state);
        }
        out.d = bits::toHalf(best.d);
        out.dmin = bits::toHalf(best.dmin);
        for (int k = 0; k < tiles; ++k) {
            const Floats over = inverse(best.d * best.scales[k]);
            for (int lane = 0; lane < lanes; ++lane) {
                out.scales[k * lanes + lane] = static_cast<std::uint8_t>(best.scales[k][lane]);
                out.minimums[k * lanes + lane] = static_cast<std::uint8_t>(best.minimums[k][lane]);
            }
            for (int i = 0; i < size; ++i) {
                const Floats c
                    = code((tile[k].x[i] + best.dmin * best.minimums[k]) * over, Floats {}, top);
                for (int lane = 0; lane < lanes; ++lane)
                    out.codes[(k * lanes + lane) * size + i] = static_cast<std::uint8_t>(c[lane]);
            }
        }
    }

    template <int tiles>
    SCHMIDT_INLINE void fitSymmetricSuper(const float* x, const float* w, int half, int scaleHalf,
                                          SymmetricSuper& out)
    {
        constexpr int size = 16;
        const auto end = static_cast<float>(half), scaleEnd = static_cast<float>(scaleHalf);
        const Integers grid { splat(-end), splat(end - 1) };
        Tile<size> tile[tiles];
        Floats scale[tiles], squares[tiles];
        float extreme = 0;
        for (int k = 0; k < tiles; ++k) {
            loadTile(x + k * lanes * size, w ? w + k * lanes * size : nullptr, tile[k]);
            fitSymmetric(tile[k], grid, -end, end - 1, scale[k]);
            Floats products;
            symmetricSums(tile[k], grid, inverse(scale[k]), squares[k], products);
            for (int lane = 0; lane < lanes; ++lane)
                if (std::fabs(scale[k][lane]) > std::fabs(extreme))
                    extreme = scale[k][lane];
        }
        SuperState<tiles> state;
        state.d = halved(bestStep<tiles>(scale, squares, extreme, -scaleEnd, scaleEnd - 1));
        for (int k = 0; k < tiles; ++k)
            state.scales[k]
                = code(scale[k] * inverse(splat(state.d)), splat(-scaleEnd), splat(scaleEnd - 1));
        SuperState<tiles> best = state;
        float least = 0;
        for (int turn = 0; turn < superTurns; ++turn) {
            Floats error {}, ss {}, sx {};
            for (int k = 0; k < tiles; ++k)
                error += nudgeSymmetric(tile[k], state.d, grid.low, grid.high, scaleEnd,
                                        state.scales[k]);
            const float sum = total(error);
            if (turn == 0 || sum < least) {
                least = sum;
                best = state;
            }
            for (int k = 0; k < tiles; ++k) {
                Floats qq, xq;
                symmetricSums(tile[k], grid, inverse(state.d * state.scales[k]), qq, xq);
                ss += state.scales[k] * state.scales[k] * qq;
                sx += state.scales[k] * xq;
            }
            if (const float sumOfSquares = total(ss); sumOfSquares > 0)
                state.d = halved(total(sx) / sumOfSquares);
        }
        out.d = bits::toHalf(best.d);
        for (int k = 0; k < tiles; ++k) {
            const Floats over = inverse(best.d * best.scales[k]);
            for (int lane = 0; lane < lanes; ++lane)
                out.scales[k * lanes + lane] = static_cast<std::int8_t>(best.scales[k][lane]);
            for (int i = 0; i < size; ++i) {
                const Floats c = grid.nearest(tile[k].x[i] * over) + end;
                for (int lane = 0; lane < lanes; ++lane)
                    out.codes[(k * lanes + lane) * size + i] = static_cast<std::uint8_t>(c[lane]);
            }
        }
    }

    SCHMIDT_INLINE void storeLanes(const Floats& values, float* out)
    {
        for (int lane = 0; lane < lanes; ++lane)
            out[lane] = values[lane];
    }

} // namespace

SCHMIDT_CLONES void affineTile(const float* x, const float* w, int top, float* scale,
                               float* minimum)
{
    Tile<32> tile;
    loadTile(x, w, tile);
    // Seen from their lowest value, blocks far from zero lose no digits in the sums.
    Floats low = tile.x[0];
    for (const Floats& value : tile.x)
        low = smaller(low, value);
    for (Floats& value : tile.x)
        value -= low;
    Floats d, m;
    fitAffine<32, false>(tile, static_cast<float>(top), d, m);
    storeLanes(d, scale);
    storeLanes(m + low, minimum);
}

SCHMIDT_CLONES void symmetricTile(const float* x, const float* w, int low, int high, float* scale)
{
    Tile<32> tile;
    loadTile(x, w, tile);
    Floats d;
    const auto least = static_cast<float>(-low), most = static_cast<float>(high);
    fitSymmetric(tile, Integers { splat(least), splat(most) }, least, most, d);
    storeLanes(d, scale);
}

SCHMIDT_CLONES void levelTile(const float* x, const float* w, float* scale)
{
    Tile<32> tile;
    loadTile(x, w, tile);
    Floats d;
    fitSymmetric(tile, Levels {}, levels[0], levels[15], d);
    storeLanes(d, scale);
}

SCHMIDT_CLONES void levelCodes(const float* x, float inverseScale, std::uint8_t* codes)
{
    const Levels grid;
    for (int i = 0; i < 32; i += lanes) {
        Floats value;
        for (int lane = 0; lane < lanes; ++lane)
            value[lane] = x[i + lane];
        const Ints number = grid.number(value * inverseScale);
        for (int lane = 0; lane < lanes; ++lane)
            codes[i + lane] = static_cast<std::uint8_t>(number[lane] & 15);
    }
}

SCHMIDT_CLONES void affineSuper16(const float* x, const float* w, int top, int scaleTop,
                                  AffineSuper& out)
{
    fitAffineSuper<16, 2>(x, w, top, scaleTop, out);
}

SCHMIDT_CLONES void affineSuper32(const float* x, const float* w, int top, int scaleTop,
                                  AffineSuper& out)
{
    fitAffineSuper<32, 1>(x, w, top, scaleTop, out);
}

SCHMIDT_CLONES void symmetricSuper(const float* x, const float* w, int half, int scaleHalf,
                                   SymmetricSuper& out)
{
    fitSymmetricSuper<2>(x, w, half, scaleHalf, out);
}

} // namespace schmidt::fit
