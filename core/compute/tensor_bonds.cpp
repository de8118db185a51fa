// SPDX-License-Identifier: Apache-2.0
#include "compute/tensor_bonds.h"

#include "analysis/bond_sweeps.h"
#include "analysis/spectrum_measures.h"
#include "compute/calibration_set.h"
#include "compute/compute_jobs.h"

#include <charconv>
#include <cmath>

namespace schmidt {

namespace {

    std::optional<NamedRole> tensorFrom(const std::string& name, const Architecture& architecture)
    {
        auto found = roleFromHfName(name);
        const auto point = name.find('.');
        if (!found && point != std::string::npos) {
            int layer = -1;
            const char* end = name.data() + point;
            const auto role = roleFromName(std::string_view(name).substr(point + 1));
            if (const auto number = std::from_chars(name.data(), end, layer);
                role && number.ec == std::errc() && number.ptr == end)
                found = NamedRole { *role, layer };
        }
        const bool known = found && linearRoleIndex(found->role) && found->layer >= 0
            && found->layer < static_cast<int>(architecture.layerCount());
        return known ? found : std::nullopt;
    }

    Json bondsJson(const BondTable& table)
    {
        Json bonds = Json::array();
        for (const std::vector<double>& values : table.spectra) {
            const std::vector<float> sigma(values.begin(), values.end());
            const double entropy = spectralEntropy(sigma);
            bonds.push_back({ { "full", sigma.size() },
                              { "entropy", entropy },
                              { "effective", std::exp(entropy) },
                              { "sigma", sigma } });
        }
        return bonds;
    }

    Json rowJson(const BondRow& row, const BondTable& table)
    {
        Json json { { "bond", row.bond },
                    { "bonds", row.bonds },
                    { "parameters", row.parameters },
                    { "share",
                      static_cast<double>(row.parameters)
                          / static_cast<double>(table.rows * table.columns) },
                    { "loss_lower_bound", row.lowerBound },
                    { "loss_predicted", row.upperBound },
                    { "loss_tt_svd", row.ttSvd },
                    { "loss_variational", row.variational },
                    { "loss_activation", row.activation },
                    { "loss_activation_swept", row.activationSwept },
                    { "svd_rank", row.rank },
                    { "svd_loss", row.rankLoss } };
        if (table.heldOutTokens > 0) {
            json["loss_held_out"] = row.heldOut;
            json["svd_loss_held_out"] = row.rankHeldOut;
        }
        return json;
    }

} // namespace

Result<Json> tensorBonds(ProjectSession& session, const TensorBondsRequest& request,
                         const WorkContext& context)
{
    if (!session.source())
        return badInput("The project's model is gone; its weights are needed to decompose them.");
    const auto named = tensorFrom(request.tensor, session.source()->architecture());
    if (!named)
        return usageError("No matrix is called \"" + request.tensor
                          + "\"; names look like 12.up or " + hfTensorName(Role::Up, 12) + ".");
    std::optional<TokenWindows> text, heldOut;
    if (request.activation) {
        SCHMIDT_TRY(const Workload workload, session.workload(request.workload));
        SCHMIDT_TRY(const ModelView view, session.wholeView());
        SCHMIDT_TRY(CalibrationSet set,
                    calibrationSet(session, view, workload, request.tokens, request.seed, context));
        text = std::move(set.calibration);
        if (set.probe.count() > 0)
            heldOut = std::move(set.probe);
    }
    SCHMIDT_TRY(const BondTable table,
                bondTable(*session.source(), named->role, named->layer, text, heldOut,
                          request.options, context));
    Json json { { "tensor", hfTensorName(named->role, named->layer) },
                { "shape", { table.rows, table.columns } },
                { "metric", table.activationMetric ? "activation" : "plain" },
                { "metric_distance", table.metricDistance },
                { "tokens", table.tokens },
                { "held_out_tokens", table.heldOutTokens },
                { "sites", Json::array() },
                { "bonds", bondsJson(table) },
                { "table", Json::array() } };
    for (const BondSite& site : table.sites)
        json["sites"].push_back({ site.out, site.in });
    for (const BondRow& row : table.table)
        json["table"].push_back(rowJson(row, table));
    return json;
}

namespace {

    /// Losses after the sweeps, for the window.
    Result<void> keepSweeps(Ledger& ledger, const std::string& workload, const Json& report)
    {
        BondSweeps sweeps;
        sweeps.tokens = report["tokens"].get<std::int64_t>();
        for (const Json& row : report["table"]) {
            sweeps.bonds.push_back(row["bond"].get<std::int32_t>());
            sweeps.loss.push_back(row["loss_activation_swept"].get<float>());
            sweeps.heldOut.push_back(row["loss_held_out"].get<float>());
            sweeps.rankHeldOut.push_back(row["svd_loss_held_out"].get<float>());
        }
        SCHMIDT_TRY(Json all, ledger.value(bondSweepsKey));
        if (!all.is_object())
            all = Json::object();
        all[workload][report["tensor"].get<std::string>()] = toJson(sweeps);
        return ledger.setValue(bondSweepsKey, all);
    }

} // namespace

Result<Json> runBonds(const JobContext& job)
{
    job.events.started("Bonds", { { "inputs", "Inputs", 1 }, { "bonds", "Bonds", 4 } });
    TensorBondsRequest request;
    request.tensor = job.text("tensor");
    if (request.tensor.empty())
        return usageError("Name a matrix with --tensor, e.g. 12.up.");
    const std::string metric = job.text("metric", "activation");
    if (metric != "plain" && metric != "activation")
        return usageError("--metric is plain or activation.");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    SCHMIDT_TRY(const Json chosen, session.ledger().value("workload"));
    request.workload = job.text("workload", chosen.is_string() ? chosen.get<std::string>() : "faq");
    request.activation = metric == "activation";
    request.tokens = job.number("tokens", request.tokens);
    request.seed = job.spec.seed;
    request.options.sites = static_cast<int>(job.number("sites", request.options.sites));
    job.events.stage(request.activation ? "inputs" : "bonds");
    WorkContext context = job.work();
    context.progress = [&job](const Progress& progress) {
        if (progress.unit == "bond dimension" && progress.done == 0)
            job.events.stage("bonds");
        job.events.progress(progress);
    };
    SCHMIDT_TRY(const Json report, tensorBonds(session, request, context));
    if (report["held_out_tokens"].get<std::int64_t>() > 0 && request.options.sites == 2)
        SCHMIDT_CHECK(keepSweeps(session.ledger(), request.workload, report));
    return report;
}

} // namespace schmidt
