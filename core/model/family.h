// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace schmidt {

/// Model families; each is one entry of the family table plus its differences from Llama.
enum class Family { Llama, Qwen2, Qwen3, Gemma2, Gemma3, Gpt2, GptNeoX };

} // namespace schmidt
