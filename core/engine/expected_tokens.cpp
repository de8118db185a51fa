// SPDX-License-Identifier: Apache-2.0
#include "engine/expected_tokens.h"

#include "engine/torch_model.h"

#include <algorithm>
#include <c10/core/InferenceMode.h>

namespace schmidt {

Result<std::vector<double>> expectedTokens(const TransformerModel& model,
                                           const TokenWindows& windows, const WorkContext& context)
{
    constexpr std::int64_t batchTokens = 4096, chunk = 256;
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
            for (const at::Tensor& part : hidden.split(chunk))
                sum += at::softmax(logitsOf(part, head), 1, at::kFloat).sum(0).to(at::kDouble);
        }
        const double* values = sum.data_ptr<double>();
        return std::vector<double>(values, values + vocabulary);
    } catch (const c10::Error& error) {
        return torchError(error, "Counting the expected tokens");
    }
}

} // namespace schmidt
