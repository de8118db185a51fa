// SPDX-License-Identifier: Apache-2.0
#include "model/adapter_files.h"
#include "pipeline/engine_library.h"
#include "pipeline/onnx_helper.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "pipeline/token_sets.h"
#include "runtime/llama_runtime.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    /// Tokens compared; enough for a mean KL of 1e-5 to be told from rounding.
    constexpr std::int64_t verifyTokens = 256;
    /// Largest mean KL that counts as the same model (16-bit containers and kernels differ by
    /// ~1e-5).
    constexpr double parityBar = 1e-4;
    /// llama.cpp multiplies quantized matrices with activations rounded to 8 bits.
    constexpr double quantizedParityBar = 5e-3;
    /// Largest difference between a whole window and one through the cache, relative to the largest
    /// logit.
    constexpr double stepBar = 1e-3;

    struct Agreement {
        double meanKl = 0;
        double sameTop = 0;
    };

    Agreement compareLogits(const std::vector<float>& reference, const std::vector<float>& other,
                            std::int64_t vocabulary)
    {
        const auto positions = static_cast<std::int64_t>(reference.size()) / vocabulary;
        Agreement agreement;
        for (std::int64_t position = 0; position < positions; ++position) {
            const float* p = reference.data() + position * vocabulary;
            const float* q = other.data() + position * vocabulary;
            const auto logNormalizer = [vocabulary](const float* logits) {
                const double top = *std::max_element(logits, logits + vocabulary);
                double sum = 0;
                for (std::int64_t token = 0; token < vocabulary; ++token)
                    sum += std::exp(logits[token] - top);
                return top + std::log(sum);
            };
            const double normalizerP = logNormalizer(p), normalizerQ = logNormalizer(q);
            for (std::int64_t token = 0; token < vocabulary; ++token) {
                const double logP = p[token] - normalizerP;
                agreement.meanKl += std::exp(logP) * (logP - (q[token] - normalizerQ));
            }
            agreement.sameTop += std::max_element(p, p + vocabulary) - p
                == std::max_element(q, q + vocabulary) - q;
        }
        agreement.meanKl /= static_cast<double>(positions);
        agreement.sameTop /= static_cast<double>(positions);
        return agreement;
    }

    Result<std::vector<float>> ownLogits(const ModelSource& source,
                                         const std::vector<std::int32_t>& tokens,
                                         const WorkContext& context)
    {
        SCHMIDT_TRY(const EngineLibrary* engine, engineLibrary());
        return engine->logits(source, tokens, context);
    }

    /// Logits of an export, with its adapter where it has one.
    Result<std::vector<float>> exportLogits(const ModelSource& source, const fs::path& adapter,
                                            const std::vector<std::int32_t>& tokens,
                                            const WorkContext& context)
    {
        if (adapter.empty())
            return ownLogits(source, tokens, context);
        SCHMIDT_TRY(const Variant variant, variantWithAdapter(source, adapter));
        SCHMIDT_TRY(const EngineLibrary* engine, engineLibrary());
        return engine->logits(variant, tokens);
    }

    /// Ordinary token numbers where there is no text to take them from.
    std::vector<std::int32_t> anyTokens(std::int64_t vocabulary)
    {
        std::vector<std::int32_t> tokens;
        for (std::int64_t index = 0; index < verifyTokens; ++index)
            tokens.push_back(static_cast<std::int32_t>((index * 7919 + 13) % vocabulary));
        return tokens;
    }

    /// Fixed ordinary tokens when the model has no tokenizer.
    std::vector<std::int32_t> verificationTokens(const ModelSource& source)
    {
        if (auto tokenizer = Tokenizer::create(source); tokenizer.ok())
            if (auto workload = loadWorkload("faq"); workload.ok())
                if (auto windows = tokenWindows(**tokenizer, workload->evaluation, verifyTokens,
                                                verifyTokens, TextPart::Start);
                    windows.ok())
                    return windows->tokens;
        return anyTokens(source.architecture().vocabularySize);
    }

    bool hasQuantizedTensors(const ModelSource& source)
    {
        return std::any_of(source.tensors().begin(), source.tensors().end(),
                           [](const TensorInfo& tensor) { return isQuantized(tensor.dtype); });
    }

    /// The model that `against` ("project:run") names.
    Result<std::shared_ptr<const ModelSource>> referenceOf(const std::string& against)
    {
        const auto colon = against.rfind(':');
        if (colon == std::string::npos)
            return usageError("--against is PROJECT:RUN, for example faq-project:r2.");
        SCHMIDT_TRY(ProjectSession session, ProjectSession::open(against.substr(0, colon)));
        SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(against.substr(colon + 1)));
        if (run.baseline)
            return session.source();
        return ModelSource::open(session.folder() / run.artefact);
    }

    /// A report under way: what was looked at, in words, and whether all of it held.
    struct Verification {
        Json report;
        bool passed = true;

        void checked(const std::string& sentence) { report["checked"].push_back(sentence); }
        void compared(const char* name, const Agreement& agreement, double bar)
        {
            report[name] = { { "mean_kl", agreement.meanKl },
                             { "same_top", agreement.sameTop },
                             { "bar", bar } };
            passed = passed && agreement.meanKl <= bar;
        }
        Result<Json> finished()
        {
            report["passed"] = passed;
            if (passed)
                return report;
            return verificationFailed("The export does not compute the same as its source: "
                                          + dumpJson(report),
                                      dumpJson(report));
        }
    };

    bool allFinite(const std::vector<float>& logits)
    {
        return std::all_of(logits.begin(), logits.end(),
                           [](float value) { return std::isfinite(value); });
    }

    /// An ONNX folder has no reader here, so all there is to compare it with is a run and itself.
    Result<Json> verifyOnnx(const fs::path& path, const std::string& against,
                            const WorkContext& context)
    {
        SCHMIDT_TRY(const Json config, readJsonFile(path / "genai_config.json"));
        const auto vocabulary = jsonValue<std::int64_t>(
            jsonValue<Json>(config, "model", Json::object()), "vocab_size", 0);
        if (vocabulary <= 0)
            return badInput((path / "genai_config.json").string() + " names no vocabulary size.");
        std::shared_ptr<const ModelSource> reference;
        if (!against.empty()) {
            SCHMIDT_TRY(reference, referenceOf(against));
        }
        const auto tokens = reference ? verificationTokens(*reference) : anyTokens(vocabulary);
        SCHMIDT_TRY(const OnnxLogits found, onnxLogits(path, tokens, context.cancel));
        Verification verification { { { "path", path.string() },
                                      { "tokens", tokens.size() },
                                      { "runtime", found.version },
                                      { "step_difference", found.stepDifference },
                                      { "step_bar", stepBar } } };
        const bool finite = allFinite(found.logits);
        verification.passed = finite && found.stepDifference <= stepBar;
        verification.checked("ONNX Runtime loads the graph; its logits are "
                             + std::string(finite ? "finite" : "not finite"));
        verification.checked("decoding through the cache against the whole window");
        if (!reference) {
            verification.checked("no weights were compared; name the run with --against");
            return verification.finished();
        }
        SCHMIDT_TRY(const auto logits, ownLogits(*reference, tokens, context));
        if (logits.size() != found.logits.size())
            return verificationFailed("The export and " + against
                                      + " have different vocabularies.");
        verification.checked("next-token distributions against " + against);
        verification.compared("export_against_run", compareLogits(logits, found.logits, vocabulary),
                              parityBar);
        return verification.finished();
    }

    /// What was done to a folder of safetensors, packed ones included.
    void describeFolder(const ModelSource& source, bool finite, Verification& verification)
    {
        std::map<std::string, int> packings;
        for (const TensorInfo& tensor : source.tensors())
            if (!tensor.packing.empty())
                ++packings[tensor.packing];
        for (const auto& [packing, count] : packings)
            verification.checked(fmt::format(
                "{} matrices packed as {}: shapes, scales and zero points fit, all values decode",
                count, packing));
        verification.checked("the forward pass of this program on the decoded weights; its logits "
                             "are "
                             + std::string(finite ? "finite" : "not finite"));
        verification.passed = finite;
        verification.report["runtime"]
            = "own reader only; load it in transformers with AutoModelForCausalLM to check further";
    }

} // namespace

Result<Json> verifyExport(const fs::path& path, const std::string& against,
                          const WorkContext& context)
{
    std::error_code status;
    if (fs::exists(path / "model.onnx", status))
        return verifyOnnx(path, against, context);
    SCHMIDT_TRY(const auto source, ModelSource::open(path));
    const std::vector<std::int32_t> tokens = verificationTokens(*source);
    const std::int64_t vocabulary = source->architecture().vocabularySize;
    Verification verification {
        { { "path", path.string() }, { "tokens", tokens.size() }, { "checked", Json::array() } }
    };
    SCHMIDT_TRY(const fs::path adapter, adapterOf(path));
    SCHMIDT_TRY(const auto own, exportLogits(*source, adapter, tokens, context));
    if (!adapter.empty())
        verification.checked("the adapter " + adapter.string() + " is applied to the model");
    if (source->format() == ModelFormat::Gguf) {
        SCHMIDT_TRY(const auto runtime, ggufLogits(path, tokens));
        verification.report["runtime"] = llamaRuntimeVersion();
        verification.checked("next-token distributions of llama.cpp against this program's");
        verification.compared("runtime_against_own_forward",
                              compareLogits(own, runtime, vocabulary),
                              hasQuantizedTensors(*source) ? quantizedParityBar : parityBar);
    } else {
        describeFolder(*source, allFinite(own), verification);
    }
    if (against.empty())
        return verification.finished();
    SCHMIDT_TRY(const auto reference, referenceOf(against));
    SCHMIDT_TRY(const auto logits, ownLogits(*reference, tokens, context));
    if (logits.size() != own.size())
        return verificationFailed("The export and " + against + " have different vocabularies.");
    verification.checked("next-token distributions against " + against);
    verification.compared("export_against_run", compareLogits(logits, own, vocabulary), parityBar);
    return verification.finished();
}

} // namespace schmidt
