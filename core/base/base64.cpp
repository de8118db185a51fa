// SPDX-License-Identifier: Apache-2.0
#include "base/base64.h"

#include <openssl/evp.h>

namespace schmidt {

std::string base64FromBytes(std::span<const std::uint8_t> bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // OpenSSL ends it with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

Result<std::vector<std::uint8_t>> bytesFromBase64(std::string_view text)
{
    std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
    const int length = text.size() % 4 != 0
        ? -1
        : EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                          static_cast<int>(text.size()));
    if (length < 0)
        return badInput("A text that should be base64 is not; the file is damaged.");
    // OpenSSL counts what padding stands for as zeros.
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

} // namespace schmidt
