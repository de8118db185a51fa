// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "cli/bond_report.h"
#include "cli/commands.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "recipe/allocation.h"

#include <charconv>
#include <fmt/format.h>
#include <iostream>

namespace schmidt::cli {

namespace {

    Json predictionJson(const Prediction& prediction, const Recipe& recipe,
                        const Architecture& architecture)
    {
        const auto share = [](std::int64_t part, std::int64_t whole) {
            return static_cast<double>(part) / static_cast<double>(whole);
        };
        Json json { { "keep_params",
                      share(prediction.size.parameters, architecture.totalParameters()) },
                    { "keep_block_params",
                      share(prediction.size.blockParameters, architecture.blockParameters()) },
                    { "weight_bytes", prediction.size.weightBytes },
                    { "layer_kl", prediction.layerKl },
                    { "recipe", recipe.name } };
        for (const Metric* metric :
             { &prediction.fileBytes, &prediction.parameters, &prediction.kl,
               &prediction.perplexity, &prediction.decodeRate, &prediction.firstToken,
               &prediction.memory, &prediction.energy })
            json["metrics"].push_back(toJson(*metric));
        if (prediction.healedKl)
            json["metrics"].push_back(toJson(*prediction.healedKl));
        return json;
    }

    void printPrediction(const Json& json)
    {
        std::cout << fmt::format("keeps {:.1f} % of all parameters, {:.1f} % of the blocks'\n",
                                 100 * json["keep_params"].get<double>(),
                                 100 * json["keep_block_params"].get<double>());
        for (const Json& entry : json["metrics"])
            if (const auto metric = metricFromJson(entry); metric.ok())
                std::cout << fmt::format("  {:28} {} {}\n", metric->name,
                                         provenanceMark(metric->provenance), formatMetric(*metric));
    }

    struct PlanArguments {
        AllocationTarget target;
        std::int64_t widthStep = 32, calibrationTokens = 65536, correctionRank = 0;
        std::string quant, mode = "per-layer", vocabulary, workload, out, name, start;
        std::vector<std::string> choices, embeddingChoices, networks;
        std::vector<std::size_t> dropped;
        bool keepGroups = false, removals = false;
    };

    Result<std::string> chosenWorkload(const Ledger& ledger, const std::string& named)
    {
        if (!named.empty())
            return named;
        SCHMIDT_TRY(const Json value, ledger.value("workload"));
        return value.is_string() ? value.get<std::string>() : std::string("faq");
    }

    Result<Recipe> startingRecipe(const PlanArguments& arguments, const Architecture& architecture)
    {
        Recipe recipe = identityRecipe(architecture);
        if (!arguments.start.empty()) {
            SCHMIDT_TRY(const Json json, readJsonFile(arguments.start));
            SCHMIDT_TRY(recipe, recipeFromJson(json));
        }
        if (arguments.mode != "uniform" && arguments.mode != "per-layer")
            return usageError("--mode is uniform or per-layer.");
        recipe.mode = arguments.mode == "uniform" ? WidthMode::Uniform : WidthMode::PerLayer;
        recipe.calibrationTokens = arguments.calibrationTokens;
        if (!arguments.quant.empty()) {
            SCHMIDT_TRY(const Scheme scheme, schemeFromName(arguments.quant));
            for (LayerRecipe& layer : recipe.layers)
                layer.schemes.fill(scheme);
        }
        for (const std::size_t layer : arguments.dropped) {
            if (layer >= recipe.layers.size())
                return usageError(
                    fmt::format("--drop-layers names layer {}, but the last one is {}.", layer,
                                recipe.layers.size() - 1));
            recipe.layers[layer].mlpWidth = recipe.layers[layer].kvGroups = 0;
        }
        if (arguments.embeddingChoices.size() == 1) {
            SCHMIDT_TRY(recipe.embeddingScheme, schemeFromName(arguments.embeddingChoices.front()));
        }
        return recipe;
    }

    Result<AllocationFreedom> freedomOf(const PlanArguments& arguments)
    {
        AllocationFreedom freedom;
        freedom.widthStep = arguments.widthStep;
        freedom.kvGroups = !arguments.keepGroups;
        freedom.removals = arguments.removals;
        if (arguments.removals && arguments.mode == "uniform")
            return usageError("--removals lets layers differ; use --mode per-layer, or "
                              "--drop-layers to leave out whole layers.");
        if (!arguments.choices.empty() && arguments.mode == "uniform")
            return usageError("--quant-choices chooses a scheme for every layer by itself; use "
                              "--mode per-layer, or --quant for one scheme in all of them.");
        for (const std::string& name : arguments.choices) {
            SCHMIDT_TRY(const Scheme scheme, schemeFromName(name));
            freedom.schemes.push_back(scheme);
        }
        if (arguments.embeddingChoices.size() > 1)
            for (const std::string& name : arguments.embeddingChoices) {
                SCHMIDT_TRY(const Scheme scheme, schemeFromName(name));
                freedom.embeddingSchemes.push_back(scheme);
            }
        return freedom;
    }

    /// A number of tokens, or "auto": that of the analysis' sizes that serves the target best.
    Result<void> chooseVocabulary(const std::string& wanted, const Predictor& predictor,
                                  Recipe& recipe, AllocationFreedom& freedom)
    {
        if (wanted.empty())
            return {};
        if (wanted != "auto") {
            const auto end = wanted.data() + wanted.size();
            const auto read = std::from_chars(wanted.data(), end, recipe.vocabulary);
            return read.ec == std::errc {} && read.ptr == end && recipe.vocabulary > 0
                ? Result<void> {}
                : usageError("--vocabulary is a number of tokens or auto; \"" + wanted
                             + "\" is neither.");
        }
        freedom.vocabularies = predictor.vocabularySizes();
        if (freedom.vocabularies.empty() || !predictor.vocabularyMeasured())
            return usageError("The analysis knows nothing of smaller vocabularies: the model's "
                              "tokenizer is no byte-level BPE, or it was analyzed by an earlier "
                              "version; analyze it again or leave --vocabulary out.");
        freedom.vocabularies.insert(freedom.vocabularies.begin(), 0);
        return {};
    }

    /// Puts tensor networks in place of matrices, each named "12.up=24": layer, role and bond.
    Result<void> addNetworks(const std::vector<std::string>& networks,
                             const Architecture& architecture, Recipe& recipe)
    {
        for (const std::string& text : networks) {
            const std::size_t dot = text.find('.'), equals = text.find('=');
            std::size_t layer = 0;
            std::int64_t bond = 0;
            const auto number = [](std::string_view part, auto& value) {
                const auto [end, status]
                    = std::from_chars(part.data(), part.data() + part.size(), value);
                return status == std::errc {} && end == part.data() + part.size();
            };
            const std::string_view view = text;
            const auto role = dot < equals && equals != std::string::npos
                ? roleFromName(text.substr(dot + 1, equals - dot - 1))
                : std::nullopt;
            const auto position = role ? linearRoleIndex(*role) : std::nullopt;
            if (!position || !number(view.substr(0, dot), layer)
                || !number(view.substr(equals + 1), bond) || layer >= recipe.layers.size())
                return usageError("A tensor network is named by layer, matrix and bond, as in "
                                  "12.up=24; \""
                                  + text + "\" names none.");
            recipe.layers[layer].bonds[*position] = bond;
            recipe.layers[layer].setScheme(*position, {});
        }
        for (const RecipeIssue& issue : validateRecipe(recipe, architecture))
            if (!networks.empty() && issue.severity == RecipeIssue::Severity::Error)
                return usageError(issue.message);
        return {};
    }

    Result<Json> plan(const CommonOptions& options, const PlanArguments& arguments)
    {
        SCHMIDT_TRY(const ProjectSession session, ProjectSession::open(options.project));
        SCHMIDT_TRY(const std::string workload,
                    chosenWorkload(session.ledger(), arguments.workload));
        SCHMIDT_TRY(const Predictor predictor, projectPredictor(session, workload));
        SCHMIDT_TRY(Recipe recipe, startingRecipe(arguments, session.source()->architecture()));
        recipe.workload = workload;
        recipe.seed = options.seed;
        SCHMIDT_TRY(AllocationFreedom freedom, freedomOf(arguments));
        SCHMIDT_CHECK(chooseVocabulary(arguments.vocabulary, predictor, recipe, freedom));
        SCHMIDT_TRY(recipe, allocate(predictor, recipe, arguments.target, freedom));
        if (arguments.correctionRank > 0)
            recipe = withCorrections(recipe, session.source()->architecture(),
                                     arguments.correctionRank);
        SCHMIDT_CHECK(addNetworks(arguments.networks, session.source()->architecture(), recipe));
        recipe.name = arguments.name;
        SCHMIDT_CHECK(writeFileAtomically(arguments.out, dumpJson(toJson(recipe), 1) + "\n"));
        Json json
            = predictionJson(predictor.predict(recipe), recipe, session.source()->architecture());
        json["out"] = arguments.out;
        return json;
    }

    void addPlan(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "plan", "Find the best recipe for a target", true);
        auto arguments = std::make_shared<PlanArguments>();
        auto* target = command->add_option_group("target", "one of");
        AllocationTarget& limits = arguments->target;
        target->add_option("--keep-params", limits.keepParameters, "share of all parameters kept")
            ->check(CLI::Range(0.0, 1.0));
        target->add_option("--target-bytes", limits.bytes, "weight bytes at most");
        target->add_option("--max-kl", limits.maxKl, "predicted KL at most, nat");
        target->add_option("--max-perplexity-increase", limits.maxPerplexityIncrease,
                           "predicted rise of perplexity at most, 0.03 = 3 %");
        target->add_option("--min-decode-rate", limits.minDecodeRate,
                           "predicted tokens per second at least");
        target->add_option("--max-memory", limits.maxMemoryBytes,
                           "predicted bytes of memory at most, key-value cache included");
        target->add_option("--max-joules-per-token", limits.maxJoulesPerToken,
                           "predicted energy per token at most");
        for (CLI::Option* option : target->get_options())
            option->check(CLI::PositiveNumber);
        target->require_option(1);
        command->add_option("--quant", arguments->quant,
                            "scheme of all matrices, e.g. gptq-int4-g64");
        command
            ->add_option("--quant-choices", arguments->choices,
                         "schemes among which each layer chooses, e.g. keep,gptq-int4-g32")
            ->delimiter(',');
        command
            ->add_option("--correction-rank", arguments->correctionRank,
                         "rank of a low-rank correction of every quantized matrix, added on top of "
                         "the target")
            ->check(CLI::NonNegativeNumber);
        command
            ->add_option("--mpo", arguments->networks,
                         "tensor networks of two sites in place of matrices, e.g. "
                         "12.up=24,13.down=32 (layer, matrix, bond), after the plan")
            ->delimiter(',');
        command->add_option("--vocabulary", arguments->vocabulary,
                            "tokens to keep, those of the workload first, or auto");
        command->add_flag("--keep-kv-groups", arguments->keepGroups,
                          "remove MLP units only, no KV groups");
        command->add_flag("--removals", arguments->removals,
                          "layers may lose their attention or MLP as a whole; per-layer mode");
        command
            ->add_option("--drop-layers", arguments->dropped,
                         "layers to leave out as a whole, e.g. 12,17; they stay out")
            ->delimiter(',');
        command
            ->add_option("--embedding-quant", arguments->embeddingChoices,
                         "scheme of the embedding, or several to choose from, e.g. "
                         "rtn-int8-g32,gptq-int4-g32")
            ->delimiter(',');
        command->add_option("--mode", arguments->mode, "uniform or per-layer");
        command->add_option("--workload", arguments->workload,
                            "workload (the project's own choice if left out)");
        command->add_option("--width-step", arguments->widthStep, "widths are multiples of this");
        command->add_option("--tokens", arguments->calibrationTokens,
                            "calibration tokens of the run");
        command->add_option("--start", arguments->start, "recipe to start from (its locks stay)");
        command->add_option("--name", arguments->name, "name of the recipe");
        command->add_option("--out", arguments->out, "recipe file to write")->required();
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                const auto result = plan(options, *arguments);
                return result.ok() ? succeed(options, *result, printPrediction)
                                   : fail(options, result.error());
            };
        });
    }

    Result<Json> predict(const CommonOptions& options, const std::string& file)
    {
        SCHMIDT_TRY(const ProjectSession session, ProjectSession::open(options.project));
        SCHMIDT_TRY(const Json json, readJsonFile(file));
        SCHMIDT_TRY(const Recipe recipe, recipeFromJson(json));
        for (const RecipeIssue& issue : validateRecipe(recipe, session.source()->architecture()))
            if (issue.severity == RecipeIssue::Severity::Error)
                return unsupported(issue.message);
        SCHMIDT_TRY(const Predictor predictor, projectPredictor(session, recipe.workload));
        return predictionJson(predictor.predict(recipe), recipe, session.source()->architecture());
    }

    void addPredict(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "predict",
                                   "Size, quality and speed of a recipe before it runs", true);
        auto recipe = std::make_shared<std::string>();
        command->add_option("--recipe", *recipe, "recipe file")->required();
        command->callback([&options, &action, recipe] {
            action = [&options, recipe] {
                const auto result = predict(options, *recipe);
                return result.ok() ? succeed(options, *result, printPrediction)
                                   : fail(options, result.error());
            };
        });
    }

    struct SpectraArguments {
        std::string tensor, measure = "sigma", workload;
        BondArguments bonds;
    };

    Json measureValue(const TensorSpectrum& spectrum, const AnalysisResult& analysis,
                      const std::string& measure)
    {
        if (measure == "sigma")
            return spectrum.sigma;
        if (measure == "weighted")
            return spectrum.weighted;
        if (measure == "energy")
            return prefixEnergies(spectrum.sigma);
        if (measure == "entropy")
            return spectrum.entropy;
        if (measure == "effective_rank")
            return spectrum.effectiveRank;
        if (measure == "participation_ratio")
            return spectrum.participationRatio;
        if (measure == "alpha")
            return spectrum.tail.alpha;
        if (measure == "bulk")
            return { { "lower_edge", spectrum.bulk.lowerEdge },
                     { "upper_edge", spectrum.bulk.upperEdge },
                     { "spikes", spectrum.bulk.spikes },
                     { "distance", spectrum.bulk.distance } };
        if (measure == "sensitivity") {
            Json points = Json::array();
            for (const SensitivityPoint& point : analysis.sensitivity)
                if (point.layer == spectrum.layer)
                    points.push_back({ point.level, point.kl });
            return points;
        }
        return correlationValue(spectrum, analysis, measure);
    }

    Result<Json> spectra(const CommonOptions& options, const SpectraArguments& arguments)
    {
        SCHMIDT_TRY(const Ledger ledger, Ledger::open(options.project, true));
        SCHMIDT_TRY(const std::string workload, chosenWorkload(ledger, arguments.workload));
        SCHMIDT_TRY(const AnalysisResult analysis, projectAnalysis(ledger, workload));
        if (isCorrelationMeasure(arguments.measure) && !analysis.hasCorrelations())
            return usageError("The analysis was made before correlations and bonds were stored; "
                              "analyze the model again to have \""
                              + arguments.measure + "\".");
        Json list = Json::array();
        for (const TensorSpectrum& spectrum : analysis.spectra) {
            const std::string name = hfTensorName(spectrum.role, spectrum.layer);
            const std::string shortName
                = fmt::format("{}.{}", spectrum.layer, roleName(spectrum.role));
            if (!arguments.tensor.empty() && arguments.tensor != name
                && arguments.tensor != shortName)
                continue;
            const Json value = measureValue(spectrum, analysis, arguments.measure);
            if (value.is_null())
                return usageError("Unknown measure \"" + arguments.measure
                                  + "\"; use sigma, weighted, energy, entropy, effective_rank, "
                                    "participation_ratio, alpha, "
                                    "bulk, sensitivity, bond, units, heads or blocks.");
            list.push_back({ { "tensor", name },
                             { "shape", { spectrum.rows, spectrum.columns } },
                             { "value", value } });
        }
        if (list.empty())
            return usageError("No tensor is called \"" + arguments.tensor
                              + "\"; names look like 12.up or " + hfTensorName(Role::Up, 12) + ".");
        return Json { { "workload", workload },
                      { "measure", arguments.measure },
                      { "tensors", list } };
    }

    /// `spectra`, or with --bonds the tensor-network view of one tensor.
    int runSpectra(const CommonOptions& options, const SpectraArguments& arguments)
    {
        if (arguments.bonds.wanted)
            return reportBonds(options, arguments.bonds, arguments.tensor, arguments.workload);
        const auto result = spectra(options, arguments);
        if (!result.ok())
            return fail(options, result.error());
        return succeed(options, *result, [](const Json& json) {
            for (const Json& tensor : json["tensors"])
                std::cout << fmt::format("{:48} {}\n", tensor["tensor"].get<std::string>(),
                                         dumpJson(tensor["value"]));
        });
    }

    void addSpectra(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(app, options, "spectra",
                                   "Spectra and measures of an analyzed model", true);
        auto arguments = std::make_shared<SpectraArguments>();
        command->add_option("--tensor", arguments->tensor, "one tensor, e.g. 12.up");
        command->add_option("--measure", arguments->measure,
                            "sigma, weighted, energy, entropy, effective_rank, "
                            "participation_ratio, alpha, bulk, sensitivity, bond, units, heads, "
                            "blocks");
        command->add_option("--workload", arguments->workload, "workload");
        command->add_flag("--bonds", arguments->bonds.wanted,
                          "the tensor as a matrix product operator: bond spectra, truncation, and "
                          "low rank at equal size");
        addBondOptions(*command, arguments->bonds);
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] { return runSpectra(options, *arguments); };
        });
    }

    void addBonds(CLI::App& app, CommonOptions& options, Action& action)
    {
        auto* command = addCommand(
            app, options, "bonds",
            "One matrix as a matrix product operator, beside low rank at equal size", true);
        auto arguments = std::make_shared<SpectraArguments>();
        command->add_option("--tensor", arguments->tensor, "matrix, e.g. 12.up")->required();
        command->add_option("--workload", arguments->workload, "workload");
        addBondOptions(*command, arguments->bonds);
        command->callback([&options, &action, arguments] {
            action = [&options, arguments] {
                return reportBonds(options, arguments->bonds, arguments->tensor,
                                   arguments->workload);
            };
        });
    }

} // namespace

void addRecipeCommands(CLI::App& app, CommonOptions& options, Action& action)
{
    addPlan(app, options, action);
    addPredict(app, options, action);
    addSpectra(app, options, action);
    addBonds(app, options, action);
}

} // namespace schmidt::cli
