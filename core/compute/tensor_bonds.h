// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/bond_table.h"
#include "pipeline/project_session.h"

#include <string>

namespace schmidt {

/// One matrix of a project's model as a matrix product operator.
struct TensorBondsRequest {
    std::string tensor; ///< "12.up" or the Hugging Face name
    std::string workload; ///< whose text measures the inputs
    bool activation = true; ///< else the plain metric, which needs no text
    std::int64_t tokens = 8192;
    std::uint64_t seed = 1;
    BondTableOptions options = {};
};

/// Keys: tensor, shape, metric, metric_distance, tokens, sites [[out, in]], bonds [{full, entropy,
/// effective, sigma}], table [{bond, bonds, parameters, share, loss_lower_bound, loss_predicted,
/// loss_tt_svd, loss_variational, loss_activation, loss_activation_swept, svd_rank, svd_loss,
/// loss_held_out, svd_loss_held_out}], the last two on text that nothing was fitted to. Losses are
/// relative squared errors. Errors: Usage for an unknown tensor, those of bondTable().
Result<Json> tensorBonds(ProjectSession& session, const TensorBondsRequest& request,
                         const WorkContext& context);

} // namespace schmidt
