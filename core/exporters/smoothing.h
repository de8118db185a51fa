// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exporters/export_plan.h"
#include "exporters/exporters.h"

#include <map>
#include <span>
#include <vector>

namespace schmidt {

/// Factors that move outliers of inputs into the weights they meet, so that both round well to 8
/// bits, without changing what the model computes (SmoothQuant, Xiao et al. 2023, arXiv 2211.10438,
/// with the root of the mean square in place of the peak): s_j = √(rms of input j / largest weight
/// of column j), around 1 on average. Gains of norms, rows and bias of up are divided by them,
/// columns of the matrices behind are multiplied.
class Smoothing {
public:
    /// For every layer with known inputs; nothing is smoothed without them. Errors: those of
    /// encodeTensor().
    static Result<Smoothing> of(const Variant& variant, const std::vector<ExportTensor>& tensors,
                                const ImportanceMap& energies);

    /// Applies what concerns a matrix to its values, row-major in the shape of `tensor`.
    void apply(const ExportTensor& tensor, std::span<float> values) const;
    /// The same for a vector of the layer: gains of norms, and the bias of up.
    void applyToVector(Role role, int layer, std::span<float> values) const;

private:
    const std::vector<float>* factors(Role source, int layer) const;

    /// By the norm before attention or MLP, or by down, whose inputs the rows of up make.
    std::map<std::pair<Role, int>, std::vector<float>> m_factors;
};

} // namespace schmidt
