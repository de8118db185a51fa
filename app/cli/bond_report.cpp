// SPDX-License-Identifier: Apache-2.0
#include "cli/bond_report.h"

#include "pipeline/tensor_bonds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>

namespace schmidt::cli {

namespace {

    void printSites(const Json& json)
    {
        std::vector<std::string> outs, ins;
        for (const Json& site : json["sites"]) {
            outs.push_back(std::to_string(site[0].get<std::int64_t>()));
            ins.push_back(std::to_string(site[1].get<std::int64_t>()));
        }
        std::cout << fmt::format("{}: {} x {} = ({}) x ({})\n", json["tensor"].get<std::string>(),
                                 json["shape"][0].get<std::int64_t>(),
                                 json["shape"][1].get<std::int64_t>(), fmt::join(outs, "*"),
                                 fmt::join(ins, "*"));
    }

    void printMetric(const Json& json)
    {
        if (json["metric"] == "plain") {
            std::cout << "Metric: plain, loss = |W - W'|^2 / |W|^2.\n";
            return;
        }
        std::cout << fmt::format(
            "Metric: inputs of {} tokens. The tensor train is cut in the Kronecker product over "
            "the "
            "sites\nthat is nearest to their second moment C (distance {:.1f} % of |C|); the last "
            "three columns are\njudged by C itself, loss = E|(W - W')x|^2 / E|W x|^2.\n",
            json["tokens"].get<std::int64_t>(), 100 * json["metric_distance"].get<double>());
    }

    void printTable(const Json& json)
    {
        const bool activation = json["metric"] == "activation";
        const bool exact = json["sites"].size() == 2;
        std::cout << fmt::format("\n{:>6} {:>10} {:>8} {:>10} {:>10} {:>10} {:>12} {:>6} {:>10}\n",
                                 "bond", "numbers", "share", exact ? "predicted" : "at most",
                                 "TT-SVD", "swept", activation ? "on inputs" : "", "rank",
                                 "SVD loss");
        for (const Json& row : json["table"])
            std::cout << fmt::format(
                "{:>6} {:>10} {:>6.1f} % {:>8.2f} % {:>8.2f} % {:>8.2f} % {:>12} {:>6} {:>8.2f} "
                "%\n",
                row["bond"].get<std::int64_t>(), row["parameters"].get<std::int64_t>(),
                100 * row["share"].get<double>(), 100 * row["loss_predicted"].get<double>(),
                100 * row["loss_tt_svd"].get<double>(), 100 * row["loss_variational"].get<double>(),
                activation ? fmt::format("{:.2f} %", 100 * row["loss_activation"].get<double>())
                           : std::string(),
                row["svd_rank"].get<std::int64_t>(), 100 * row["svd_loss"].get<double>());
    }

    void printVerdict(const Json& json)
    {
        int better = 0;
        for (const Json& row : json["table"])
            better += row["loss_activation"].get<double>() < row["svd_loss"].get<double>() ? 1 : 0;
        std::cout << fmt::format(
            "\nAt equal size the tensor train loses less than a plain low-rank matrix in {} of {} "
            "rows.\n",
            better, json["table"].size());
    }

    void printBonds(const Json& json)
    {
        printSites(json);
        printMetric(json);
        for (std::size_t bond = 0; bond < json["bonds"].size(); ++bond)
            std::cout << fmt::format(
                "Bond {}: full dimension {}, entropy {:.3f} nat, effective dimension {:.1f}\n",
                bond + 1, json["bonds"][bond]["full"].get<std::int64_t>(),
                json["bonds"][bond]["entropy"].get<double>(),
                json["bonds"][bond]["effective"].get<double>());
        printTable(json);
        printVerdict(json);
    }

    Result<Json> bonds(const CommonOptions& options, const BondArguments& arguments,
                       const std::string& tensor, const std::string& workload)
    {
        if (tensor.empty())
            return usageError("--bonds needs --tensor, e.g. 12.up.");
        if (arguments.metric != "plain" && arguments.metric != "activation")
            return usageError("--metric is plain or activation.");
        SCHMIDT_TRY(ProjectSession session, ProjectSession::open(options.project));
        TensorBondsRequest request;
        request.tensor = tensor;
        request.workload = workload;
        request.activation = arguments.metric == "activation";
        request.tokens = arguments.tokens;
        request.seed = options.seed;
        request.threads = options.threads;
        request.options.sites = arguments.sites;
        return tensorBonds(session, request, { {}, interruptToken() });
    }

} // namespace

int reportBonds(const CommonOptions& options, const BondArguments& arguments,
                const std::string& tensor, const std::string& workload)
{
    const auto result = bonds(options, arguments, tensor, workload);
    return result.ok() ? succeed(options, *result, printBonds) : fail(options, result.error());
}

} // namespace schmidt::cli
