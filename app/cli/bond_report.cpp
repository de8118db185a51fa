// SPDX-License-Identifier: Apache-2.0
#include "cli/bond_report.h"

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
            "sites\nthat is likeliest for their second moment C (distance {:.1f} % of |C|); the "
            "last "
            "four columns are\njudged by C itself, loss = E|(W - W')x|^2 / E|W x|^2; the second "
            "\"swept\" is after sweeps in C.\n",
            json["tokens"].get<std::int64_t>(), 100 * json["metric_distance"].get<double>());
    }

    void printTable(const Json& json)
    {
        const bool activation = json["metric"] == "activation";
        const bool exact = json["sites"].size() == 2;
        const auto percent = [](const Json& row, const char* key) {
            return fmt::format("{:.2f} %", 100 * row[key].get<double>());
        };
        std::cout << fmt::format("\n{:>6} {:>9} {:>8} {:>10} {:>9} {:>9}", "bond", "numbers",
                                 "share", exact ? "predicted" : "at most", "TT-SVD", "swept");
        if (activation)
            std::cout << fmt::format(" {:>10} {:>9}", "on inputs", "swept");
        std::cout << fmt::format(" {:>6} {:>9}\n", "rank", "SVD loss");
        for (const Json& row : json["table"]) {
            std::cout << fmt::format("{:>6} {:>9} {:>8} {:>10} {:>9} {:>9}",
                                     row["bond"].get<std::int64_t>(),
                                     row["parameters"].get<std::int64_t>(), percent(row, "share"),
                                     percent(row, "loss_predicted"), percent(row, "loss_tt_svd"),
                                     percent(row, "loss_variational"));
            if (activation)
                std::cout << fmt::format(" {:>10} {:>9}", percent(row, "loss_activation"),
                                         percent(row, "loss_activation_swept"));
            std::cout << fmt::format(" {:>6} {:>9}\n", row["svd_rank"].get<std::int64_t>(),
                                     percent(row, "svd_loss"));
        }
    }

    void printVerdict(const Json& json)
    {
        if (json["held_out_tokens"].get<std::int64_t>() > 0) {
            std::cout << fmt::format("\nOn {} tokens that nothing was fitted to:\n",
                                     json["held_out_tokens"].get<std::int64_t>());
            for (const Json& row : json["table"])
                std::cout << fmt::format("{:>6} {:>8.2f} % swept {:>8.2f} % SVD\n",
                                         row["bond"].get<std::int64_t>(),
                                         100 * row["loss_held_out"].get<double>(),
                                         100 * row["svd_loss_held_out"].get<double>());
        }
        const bool heldOut = json["held_out_tokens"].get<std::int64_t>() > 0;
        int better = 0;
        for (const Json& row : json["table"]) {
            const double own
                = row[heldOut ? "loss_held_out" : "loss_activation_swept"].get<double>(),
                other = row[heldOut ? "svd_loss_held_out" : "svd_loss"].get<double>();
            better += own < other ? 1 : 0;
        }
        std::cout << fmt::format(
            "\nAt equal size the tensor train loses less than a plain low-rank matrix in {} of {} "
            "rows{}.\n",
            better, json["table"].size(), heldOut ? " on that text" : "");
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

    Json bondValue(const BondSpectrum& bond)
    {
        return { { "rows", bond.rows },
                 { "columns", bond.columns },
                 { "sigma", bond.sigma },
                 { "weighted", bond.weighted },
                 { "metric_distance", bond.metricDistance },
                 { "measured_bonds", bond.measuredBonds },
                 { "measured_loss", bond.measuredLoss } };
    }

} // namespace

bool isCorrelationMeasure(const std::string& measure)
{
    return measure == "bond" || measure == "units" || measure == "heads" || measure == "blocks";
}

Json correlationValue(const TensorSpectrum& spectrum, const AnalysisResult& analysis,
                      const std::string& measure)
{
    if (measure == "bond")
        return bondValue(spectrum.bond);
    const auto layer = static_cast<std::size_t>(spectrum.layer);
    if (!isCorrelationMeasure(measure) || layer >= analysis.layers.size())
        return nullptr;
    const LayerAnalysis& own = analysis.layers[layer];
    if (measure == "heads")
        return own.headInformation;
    if (measure == "units")
        return { { "units", own.correlations.units },
                 { "mean", own.correlations.mean },
                 { "largest", own.correlations.largest } };
    const auto side = static_cast<std::ptrdiff_t>(analysis.layers.size());
    const auto row = analysis.blockSimilarity.begin() + spectrum.layer * side;
    return std::vector<float>(row, row + side);
}

int reportBonds(const CommonOptions& options, const BondArguments& arguments,
                const std::string& tensor, const std::string& workload)
{
    JobSpec spec;
    spec.kind = JobKind::Bonds;
    spec.project = options.project;
    spec.threads = options.threads;
    spec.seed = options.seed;
    spec.arguments = { { "tensor", tensor },
                       { "metric", arguments.metric },
                       { "sites", arguments.sites },
                       { "tokens", arguments.tokens } };
    if (!workload.empty())
        spec.arguments["workload"] = workload;
    return runJobCommand(options, spec, printBonds);
}

void addBondOptions(CLI::App& command, BondArguments& arguments)
{
    command.add_option("--sites", arguments.sites, "sites of the matrix product operator (2)");
    command.add_option("--metric", arguments.metric,
                       "activation (default: the workload's inputs) or plain");
    command.add_option("--tokens", arguments.tokens, "tokens that measure the inputs (8192)");
}

} // namespace schmidt::cli
