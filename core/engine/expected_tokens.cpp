// SPDX-License-Identifier: Apache-2.0
#include "engine/expected_tokens.h"

#include "engine/kernels.h"
#include "engine/torch_model.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/core/InferenceMode.h>

namespace schmidt {

namespace {

    /// sums[thread, token] += p(token) of the rows of `logits`.
    void addProbabilities(const at::Tensor& logits, at::Tensor& sums)
    {
        const std::int64_t vocabulary = logits.size(1);
        at::parallel_for(0, logits.size(0), 4, [&](std::int64_t begin, std::int64_t end) {
            float* own = floats(sums) + at::get_thread_num() * vocabulary;
            for (std::int64_t row = begin; row < end; ++row)
                if (isHalf(logits)) {
                    const std::uint16_t* values = halves(logits) + row * vocabulary;
                    kernels::addProbabilitiesHalf(
                        values, kernels::scoreRowHalf(values, vocabulary).logNormalizer, vocabulary,
                        own);
                } else {
                    const float* values = floats(logits) + row * vocabulary;
                    kernels::addProbabilitiesFloat(
                        values, kernels::scoreRowFloat(values, vocabulary).logNormalizer,
                        vocabulary, own);
                }
        });
    }

} // namespace

Result<std::vector<double>> expectedTokens(const TransformerModel& model,
                                           const TokenWindows& windows, const WorkContext& context)
{
    constexpr std::int64_t batchTokens = 4096;
    const c10::InferenceMode guard;
    const std::int64_t vocabulary = model.architecture().vocabularySize;
    SCHMIDT_CHECK(checkLength(model.architecture(), windows.length));
    SCHMIDT_CHECK(checkTokens(windows.tokens, vocabulary));
    try {
        const OutputHead head = outputHead(model.weights());
        at::Tensor sum = at::zeros({ vocabulary }, at::kDouble);
        const std::int64_t batch
            = std::max<std::int64_t>(1, batchTokens / std::max<std::int64_t>(1, windows.length));
        for (std::int64_t first = 0; first < windows.count(); first += batch) {
            if (context.cancel.cancelled())
                return cancelledError();
            context.report(first * windows.length, windows.size(), "token");
            const at::Tensor hidden = finalHidden(model.weights(), windows, first,
                                                  std::min(batch, windows.count() - first));
            at::Tensor parts = at::zeros({ at::get_num_threads(), vocabulary }, at::kFloat);
            for (const at::Tensor& part : hidden.split(logitsChunk))
                addProbabilities(logitsOf(part, head), parts);
            sum += parts.sum(0, false, at::kDouble);
        }
        const double* values = sum.data_ptr<double>();
        return std::vector<double>(values, values + vocabulary);
    } catch (const c10::Error& error) {
        return torchError(error, "Counting the expected tokens");
    }
}

} // namespace schmidt
