// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "model/model_source.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace schmidt {

/// A chat message.
struct ChatMessage {
    std::string role; ///< "system", "user", "assistant"
    std::string content;
};

/// Text to ids and back, by llama.cpp's tokenizer on the model's own vocabulary.
class Tokenizer {
public:
    /// Errors: Unsupported when the model carries no tokenizer (name what to add), BadInput.
    static Result<std::shared_ptr<const Tokenizer>> create(const ModelSource& source);
    ~Tokenizer();

    /// Ids of a text. Special tokens in the text are treated as plain text unless `parseSpecial`.
    /// No BOS is added unless `addSpecial` and the model's own configuration asks for it.
    std::vector<std::int32_t> encode(const std::string& text, bool addSpecial = false,
                                     bool parseSpecial = false) const;
    /// Text of ids; invalid UTF-8 at the end is kept as bytes.
    std::string decode(const std::vector<std::int32_t>& tokens) const;
    std::string piece(std::int32_t token) const;
    bool addsBos() const;
    std::int32_t bos() const;
    std::int32_t eos() const;
    /// The conversation as the model's chat template writes it, ending with the opening of the
    /// assistant's turn; a plain "role: content" layout when the model has no template.
    Result<std::string> applyChatTemplate(const std::vector<ChatMessage>& messages) const;

private:
    struct State;
    explicit Tokenizer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace schmidt
