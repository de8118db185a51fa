// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace schmidt {

/// Windows of tokens run through llama.cpp as a user runs it: keys and values in 16 bits, its own
/// choice of attention. A piece at a time, so that logits never exist for a whole window.
class GgufWindows {
public:
    /// Loads a GGUF, with its adapter, for windows of `length` tokens. `cancel` must outlive the
    /// object. Errors: BadInput, Unsupported, Resources, Cancelled.
    static Result<GgufWindows> open(const std::filesystem::path& gguf, std::int64_t length,
                                    int threads, const CancelToken& cancel);
    GgufWindows(GgufWindows&&) noexcept;
    GgufWindows& operator=(GgufWindows&&) noexcept;
    ~GgufWindows();

    std::int64_t vocabulary() const;

    /// Logits [tokens, vocabulary] of the next tokens of a window; `begin` starts a new one. They
    /// stay until the next call. Errors: Usage for ids outside the vocabulary, Cancelled, Internal.
    Result<std::span<const float>> logits(std::span<const std::int32_t> tokens, bool begin);

private:
    struct State;
    explicit GgufWindows(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace schmidt
