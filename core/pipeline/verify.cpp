// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "pipeline/token_sets.h"
#include "runtime/llama_runtime.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

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
        SCHMIDT_TRY(const auto model, TransformerModel::load(source, Precision::Float32, context));
        return model->logits({ static_cast<std::int64_t>(tokens.size()), tokens });
    }

    /// Fixed ordinary tokens when the model has no tokenizer.
    std::vector<std::int32_t> verificationTokens(const ModelSource& source)
    {
        if (auto tokenizer = Tokenizer::create(source); tokenizer.ok())
            if (auto workload = loadWorkload("faq"); workload.ok())
                if (auto windows
                    = tokenWindows(**tokenizer, workload->evaluation, verifyTokens, verifyTokens);
                    windows.ok())
                    return windows->tokens;
        std::vector<std::int32_t> tokens;
        for (std::int64_t index = 0; index < verifyTokens; ++index)
            tokens.push_back(static_cast<std::int32_t>((index * 7919 + 13)
                                                       % source.architecture().vocabularySize));
        return tokens;
    }

    bool hasQuantizedTensors(const ModelSource& source)
    {
        return std::any_of(source.tensors().begin(), source.tensors().end(),
                           [](const TensorInfo& tensor) { return isQuantized(tensor.dtype); });
    }

    Result<std::vector<float>> referenceLogits(const std::string& against,
                                               const std::vector<std::int32_t>& tokens,
                                               const WorkContext& context)
    {
        const auto colon = against.rfind(':');
        if (colon == std::string::npos)
            return usageError("--against is PROJECT:RUN, for example faq-project:r2.");
        SCHMIDT_TRY(ProjectSession session, ProjectSession::open(against.substr(0, colon)));
        SCHMIDT_TRY(const RunRecord run, session.ledger().findRun(against.substr(colon + 1)));
        if (run.baseline)
            return ownLogits(*session.source(), tokens, context);
        SCHMIDT_TRY(const auto variant, ModelSource::open(session.folder() / run.artefact));
        return ownLogits(*variant, tokens, context);
    }

} // namespace

Result<Json> verifyExport(const fs::path& path, const std::string& against,
                          const WorkContext& context)
{
    SCHMIDT_TRY(const auto source, ModelSource::open(path));
    const std::vector<std::int32_t> tokens = verificationTokens(*source);
    const std::int64_t vocabulary = source->architecture().vocabularySize;
    Json report { { "path", path.string() }, { "tokens", tokens.size() } };
    SCHMIDT_TRY(const auto own, ownLogits(*source, tokens, context));
    bool passed = true;
    const auto record = [&](const char* name, const Agreement& agreement, double bar) {
        report[name] = { { "mean_kl", agreement.meanKl },
                         { "same_top", agreement.sameTop },
                         { "bar", bar } };
        passed = passed && agreement.meanKl <= bar;
    };
    if (source->format() == ModelFormat::Gguf) {
        SCHMIDT_TRY(const auto runtime, ggufLogits(path, tokens));
        report["runtime"] = llamaRuntimeVersion();
        record("runtime_against_own_forward", compareLogits(own, runtime, vocabulary),
               hasQuantizedTensors(*source) ? quantizedParityBar : parityBar);
    } else {
        report["runtime"]
            = "own reader only; load it in transformers with AutoModelForCausalLM to check further";
    }
    if (!against.empty()) {
        SCHMIDT_TRY(const auto reference, referenceLogits(against, tokens, context));
        if (reference.size() != own.size())
            return verificationFailed("The export and " + against
                                      + " have different vocabularies.");
        record("export_against_run", compareLogits(reference, own, vocabulary), parityBar);
    }
    report["passed"] = passed;
    if (!passed)
        return verificationFailed("The export does not compute the same as its source: "
                                      + dumpJson(report),
                                  dumpJson(report));
    return report;
}

} // namespace schmidt
