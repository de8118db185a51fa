// SPDX-License-Identifier: Apache-2.0
#include "runtime/chat_template.h"

#include <llama.h>
#include <string_view>

namespace schmidt {

namespace {

    std::string plainChat(const std::vector<ChatMessage>& messages)
    {
        std::string text;
        for (const ChatMessage& message : messages)
            text += message.role + ": " + message.content + "\n";
        return text + "assistant:";
    }

} // namespace

std::string defaultSystemMessage(const std::string& chatTemplate)
{
    constexpr std::string_view opening = "<|im_start|>system", closing = "<|im_end|>";
    for (auto at = chatTemplate.find(opening); at != std::string::npos;
         at = chatTemplate.find(opening, at + 1)) {
        auto first = at + opening.size();
        if (chatTemplate.compare(first, 1, "\n") == 0)
            first += 1;
        else if (chatTemplate.compare(first, 2, "\\n") == 0)
            first += 2;
        else
            continue;
        const auto last = chatTemplate.find(closing, first);
        if (last == std::string::npos)
            break;
        const std::string text = chatTemplate.substr(first, last - first);
        // A quote or brace means that the template inserts a value there.
        if (!text.empty() && text.find_first_of("'\"{}\\") == std::string::npos)
            return text;
    }
    return {};
}

std::string renderChat(const std::string& chatTemplate, std::vector<ChatMessage> messages)
{
    if (chatTemplate.empty())
        return plainChat(messages);
    if (messages.empty() || messages.front().role != "system")
        if (std::string system = defaultSystemMessage(chatTemplate); !system.empty())
            messages.insert(messages.begin(), { "system", std::move(system) });
    std::vector<llama_chat_message> parts;
    std::size_t length = 256;
    for (const ChatMessage& message : messages) {
        parts.push_back({ message.role.c_str(), message.content.c_str() });
        length += 2 * (message.role.size() + message.content.size());
    }
    std::string text;
    // The second pass has the exact length, should the first guess have been too short.
    for (int pass = 0; pass < 2; ++pass) {
        text.assign(length, '\0');
        const std::int32_t written
            = llama_chat_apply_template(chatTemplate.c_str(), parts.data(), parts.size(), true,
                                        text.data(), static_cast<std::int32_t>(length));
        if (written < 0)
            return plainChat(messages);
        const auto needed = static_cast<std::size_t>(written);
        text.resize(std::min(needed, length));
        if (needed <= length)
            break;
        length = needed;
    }
    return text;
}

} // namespace schmidt
