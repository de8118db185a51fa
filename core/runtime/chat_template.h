// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "runtime/tokenizer.h"

#include <string>
#include <vector>

namespace schmidt {

/// A conversation as llama.cpp writes it for a Jinja template, ending with the opening of the
/// assistant's turn. llama.cpp recognizes templates instead of running them, so the system message
/// that a template puts in front of conversations without one is added here. A plain
/// "role: content" layout when the template is empty or not recognized.
std::string renderChat(const std::string& chatTemplate, std::vector<ChatMessage> messages);

/// The system message a ChatML template gives to conversations that bring none; empty without one.
std::string defaultSystemMessage(const std::string& chatTemplate);

} // namespace schmidt
