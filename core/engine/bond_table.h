// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/transformer.h"

#include <optional>
#include <vector>

namespace schmidt {

/// Factors of the two indices of a matrix at one site.
struct BondSite {
    std::int64_t out = 1, in = 1;
};

struct BondTableOptions {
    int sites = 2;
    int sweeps = 4; ///< variational sweeps after TT-SVD; two sites need none
    int momentSweeps = 2; ///< further ones in the metric of the inputs itself
    int momentSteps = 4; ///< conjugate-gradient steps of these per core
    Precision precision = Precision::Auto; ///< of the forward pass that measures the inputs
};

/// Truncation of one matrix to a largest bond dimension χ, beside a plain low-rank matrix that
/// stores no more numbers. Losses are relative squared errors.
struct BondRow {
    std::int64_t bond = 0; ///< χ
    std::vector<std::int64_t> bonds; ///< every bond as it is, saturated ones are smaller
    std::int64_t parameters = 0;
    double lowerBound = 0; ///< no tensor train with these bonds loses less
    double upperBound = 0; ///< TT-SVD loses no more; the exact loss for two sites
    double ttSvd = 0; ///< measured
    double variational = 0; ///< measured after the sweeps
    double activation = 0; ///< E|(W - W')x|² / E|W x|² of the result; equals `variational` in the
                           ///< plain metric
    double activationSwept = 0; ///< the same after sweeps in that metric itself
    std::int64_t rank = 0; ///< of the low-rank matrix
    double rankLoss = 0; ///< its loss, plain or in the inputs' own second moment like `activation`
    double heldOut = 0; ///< loss of the swept result on text that nothing was fitted to
    double rankHeldOut = 0; ///< of the low-rank matrix there
};

/// A matrix as a matrix product operator.
struct BondTable {
    std::int64_t rows = 0, columns = 0;
    std::vector<BondSite> sites;
    bool activationMetric = false;
    std::int64_t tokens = 0; ///< behind the second moment of the inputs
    std::int64_t heldOutTokens = 0; ///< 0 where there was no such text
    double metricDistance = 0; ///< |C - ⊗ C_k| / |C|; bounds, TT-SVD and sweeps use the product
    std::vector<std::vector<double>> spectra; ///< Schmidt values of every bond in that metric
    std::vector<BondRow> table;
};

/// Decomposes one matrix of a model. With `text` in the activation metric: the second moment of the
/// matrix's inputs is measured by a forward pass up to its layer, one layer in memory at a time,
/// and replaced by a Kronecker product over the sites (engine/mpo.h), since only that keeps the
/// form of a matrix product operator; `activation` and the low-rank matrix are judged by the moment
/// itself, and by the one of `heldOut` where that is given. Errors: Usage (sites < 2, tokens
/// outside the vocabulary), BadInput, Cancelled, Resources.
Result<BondTable> bondTable(const ModelSource& source, Role role, int layer,
                            const std::optional<TokenWindows>& text,
                            const std::optional<TokenWindows>& heldOut,
                            const BondTableOptions& options, const WorkContext& context = {});

} // namespace schmidt
