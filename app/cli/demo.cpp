// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "cli/commands.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "recipe/allocation.h"

#include <cstdlib>
#include <fmt/format.h>
#include <iostream>

namespace schmidt::cli {

namespace fs = std::filesystem;

namespace {

    /// The default model: SCHMIDT_MODEL, else where setup.sh put it.
    Result<fs::path> defaultModel()
    {
        if (const char* named = std::getenv("SCHMIDT_MODEL"); named && *named)
            return fs::path(named);
        const fs::path model = resourceFolder().parent_path() / ".deps" / "models"
            / "SmolLM2-135M-Instruct.Q4_1.gguf";
        std::error_code status;
        if (!fs::exists(model, status))
            return badInput("The default model is missing; run packaging/setup.sh, or name one "
                            "with SCHMIDT_MODEL.");
        return model;
    }

    struct DemoVariant {
        const char* name;
        double keepParameters;
        const char* scheme;
        WidthMode mode;
    };

    JobSpec spec(const CommonOptions& options, JobKind kind, Json arguments)
    {
        JobSpec job;
        job.kind = kind;
        job.project = options.project;
        job.arguments = std::move(arguments);
        job.threads = options.threads;
        job.seed = options.seed;
        return job;
    }

    Result<void> runStep(const CommonOptions& options, const char* title, const JobSpec& job)
    {
        std::cerr << "\n== " << title << "\n   " << commandLine(job) << '\n';
        SCHMIDT_TRY(const Json ignored, runJobQuietly(options, job));
        return {};
    }

    Result<Recipe> planVariant(const CommonOptions& options, const DemoVariant& variant,
                               std::int64_t tokens)
    {
        SCHMIDT_TRY(const ProjectSession session, ProjectSession::open(options.project));
        SCHMIDT_TRY(const Predictor predictor, projectPredictor(session, "faq"));
        Recipe recipe = identityRecipe(session.source()->architecture());
        recipe.mode = variant.mode;
        recipe.calibrationTokens = tokens;
        recipe.seed = options.seed;
        SCHMIDT_TRY(const Scheme scheme, schemeFromName(variant.scheme));
        for (LayerRecipe& layer : recipe.layers)
            layer.schemes.fill(scheme);
        if (scheme.kind != SchemeKind::Keep) {
            SCHMIDT_TRY(recipe.embeddingScheme, schemeFromName("rtn-int8-g32"));
        }
        if (variant.keepParameters < 1) {
            AllocationTarget target;
            target.keepParameters = variant.keepParameters;
            SCHMIDT_TRY(recipe, allocate(predictor, recipe, target));
        }
        recipe.name = variant.name;
        return recipe;
    }

    Result<void> demo(CommonOptions options, std::int64_t tokens)
    {
        SCHMIDT_TRY(const fs::path model, defaultModel());
        SCHMIDT_CHECK(runStep(options, "Analyze: spectra, statistics, sensitivity",
                              spec(options, JobKind::Analyze,
                                   { { "model", model.string() },
                                     { "workload", "faq" },
                                     { "tokens", tokens },
                                     { "quick", true } })));
        static constexpr DemoVariant variants[] = {
            { "pruned-16", 0.84, "keep", WidthMode::PerLayer },
            { "pruned-16-int4", 0.84, "gptq-int4-g32", WidthMode::PerLayer },
        };
        for (const DemoVariant& variant : variants) {
            SCHMIDT_TRY(const Recipe recipe, planVariant(options, variant, tokens));
            const fs::path file = fs::path(options.project) / (recipe.name + ".recipe.json");
            SCHMIDT_CHECK(writeFileAtomically(file, dumpJson(toJson(recipe), 1) + "\n"));
            SCHMIDT_CHECK(runStep(options, "Compress and evaluate",
                                  spec(options, JobKind::Compress,
                                       { { "recipe", toJson(recipe) }, { "name", recipe.name } })));
        }
        SCHMIDT_CHECK(runStep(options, "Measure latency, memory and energy in llama.cpp",
                              spec(options, JobKind::Bench, { { "repetitions", 4 } })));
        const fs::path exports = fs::path(options.project) / "exports";
        const std::string name = variants[1].name;
        std::error_code ignored;
        fs::remove(exports / (name + ".gguf"), ignored);
        SCHMIDT_CHECK(runStep(options, "Export as GGUF",
                              spec(options, JobKind::Export,
                                   { { "run", name },
                                     { "format", "gguf" },
                                     { "out", (exports / (name + ".gguf")).string() } })));
        SCHMIDT_CHECK(runStep(options, "Write the model card",
                              spec(options, JobKind::Card,
                                   { { "run", name },
                                     { "format", "huggingface" },
                                     { "out", (exports / "README.md").string() } })));
        return {};
    }

} // namespace

int runDemo(CommonOptions options, const std::string& folder, std::int64_t tokens)
{
    options.project = folder;
    const auto outcome = demo(options, tokens);
    if (!outcome.ok())
        return fail(options, outcome.error());
    std::cerr << '\n';
    const int status = printComparison(options, {}, options.json ? "json" : "table", false);
    if (!options.json)
        std::cout << fmt::format("\nProject:  {}\nExports:  {}\nOpen it:  schmidt --project {}\n",
                                 folder, (fs::path(folder) / "exports").string(), folder);
    return status;
}

} // namespace schmidt::cli
