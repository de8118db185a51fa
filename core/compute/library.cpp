// SPDX-License-Identifier: Apache-2.0
// The door of the shared library: pipeline/engine_library.h says what it does.
#include "compute/compute_jobs.h"
#include "engine/input_energies.h"
#include "engine/speed.h"
#include "pipeline/engine_library.h"

namespace schmidt {

namespace {

    struct Arithmetic {
        Precision precision;
        const char* name;
    };

    Arithmetic arithmeticOf(MeasuredRuntime runtime)
    {
        switch (runtime) {
        case MeasuredRuntime::EngineHalf:
            return { Precision::BFloat16, "bf16" };
        case MeasuredRuntime::EngineInt8:
            return { Precision::Int8, "8 bits per weight, bf16" };
        case MeasuredRuntime::EngineInt4:
            return { Precision::Int4, "4 bits per weight, bf16" };
        default:
            return { Precision::Float32, "fp32" };
        }
    }

    class Library final : public EngineLibrary {
    public:
        Result<Json> run(const JobContext& job) const override
        {
            setEngineThreads(job.spec.threads);
            switch (job.spec.kind) {
            case JobKind::Analyze:
                return runAnalyze(job);
            case JobKind::Compress:
                return runCompress(job);
            case JobKind::Search:
                return runSearch(job);
            case JobKind::Evaluate:
                return runEvaluate(job);
            case JobKind::Tasks:
                return runTasks(job);
            case JobKind::Tokens:
                return runTokens(job);
            case JobKind::Bonds:
                return runBonds(job);
            default:
                return internalError("This job is none of the engine's.");
            }
        }

        Result<std::vector<float>> logits(const ModelSource& source,
                                          const std::vector<std::int32_t>& tokens,
                                          const WorkContext& context) const override
        {
            SCHMIDT_TRY(const auto model,
                        TransformerModel::load(source, Precision::Float32, context));
            return model->logits({ static_cast<std::int64_t>(tokens.size()), tokens });
        }

        Result<std::vector<float>> logits(const Variant& variant,
                                          const std::vector<std::int32_t>& tokens) const override
        {
            SCHMIDT_TRY(const auto model, TransformerModel::load(variant, Precision::Float32));
            return model->logits({ static_cast<std::int64_t>(tokens.size()), tokens });
        }

        Result<ImportanceMap> inputEnergies(const Variant& variant, const TokenWindows& windows,
                                            int threads, const WorkContext& context) const override
        {
            setEngineThreads(threads);
            SCHMIDT_TRY(const auto model, TransformerModel::load(variant, Precision::Auto));
            return schmidt::inputEnergies(*model, windows, context);
        }

        Result<Json> measure(const std::filesystem::path& path, MeasuredRuntime runtime,
                             const RuntimeProtocol& protocol,
                             const WorkContext& context) const override
        {
            setEngineThreads(protocol.threads);
            const std::int64_t before = processMemory("VmRSS");
            SCHMIDT_TRY(auto source, ModelSource::open(path));
            const Arithmetic arithmetic = arithmeticOf(runtime);
            SCHMIDT_TRY(const auto model,
                        TransformerModel::load(*source, arithmetic.precision, context));
            source.reset(); // what is mapped of its file is not the model's memory
            SCHMIDT_TRY(const SpeedSamples speed,
                        measureSpeed(*model,
                                     { protocol.prefillTokens, protocol.decodeTokens,
                                       protocol.repetitions, protocol.warmups },
                                     context));
            RuntimeSamples samples;
            samples.prefillSeconds = speed.prefillSeconds;
            samples.decodeSeconds = speed.decodeSeconds;
            samples.firstTokenSeconds = speed.firstTokenSeconds;
            samples.interTokenSeconds = speed.interTokenSeconds;
            samples.kvBytes = speed.kvBytes;
            measureMemory(samples, before);
            return toJson(samples, engineVersion() + ", " + arithmetic.name);
        }
    };

} // namespace

} // namespace schmidt

extern "C" const schmidt::EngineLibrary* schmidtEngineLibrary()
{
    static const schmidt::Library library;
    return &library;
}
