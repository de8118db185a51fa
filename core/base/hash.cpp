// SPDX-License-Identifier: Apache-2.0
#include "base/hash.h"

#include "base/file.h"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace schmidt {

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256()
    : m_state(std::make_unique<State>())
{
    EVP_DigestInit_ex(m_state->context, EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes)
{
    EVP_DigestUpdate(m_state->context, bytes.data(), bytes.size());
}

void Sha256::update(std::string_view text)
{
    EVP_DigestUpdate(m_state->context, text.data(), text.size());
}

std::string Sha256::finish()
{
    std::array<unsigned char, 32> digest {};
    unsigned int length = 0;
    EVP_DigestFinal_ex(m_state->context, digest.data(), &length);
    constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    hex.reserve(64);
    for (const unsigned char byte : digest) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

std::string sha256Hex(std::string_view text)
{
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

Result<std::string> sha256File(const std::filesystem::path& path, const CancelToken& cancel)
{
    constexpr std::size_t pieceSize = 8U << 20;
    SCHMIDT_TRY(const MappedFile file, MappedFile::open(path));
    Sha256 hash;
    auto rest = file.bytes();
    while (!rest.empty()) {
        if (cancel.cancelled())
            return cancelledError();
        const auto piece = rest.first(std::min(pieceSize, rest.size()));
        hash.update(piece);
        rest = rest.subspan(piece.size());
    }
    return hash.finish();
}

} // namespace schmidt
