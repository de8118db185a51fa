// SPDX-License-Identifier: Apache-2.0
#include "runtime/tokenizer.h"

#include "exporters/exporters.h"
#include "runtime/chat_template.h"
#include "runtime/llama_session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

namespace schmidt {

namespace fs = std::filesystem;

struct Tokenizer::State {
    LlamaModel model; ///< vocabulary only
    const llama_vocab* vocabulary = nullptr;
    std::string chatTemplate;
    std::int32_t tokens = 0; ///< those of the model; what lies behind stands for unknown bytes
    std::int32_t unknown = -1;
};

namespace {

    /// A private folder that goes away with the object.
    class ScratchFolder {
    public:
        static Result<std::unique_ptr<ScratchFolder>> create()
        {
            std::error_code status;
            std::string pattern = (fs::temp_directory_path(status) / "schmidt-XXXXXX").string();
            if (!::mkdtemp(pattern.data()))
                return outOfResources("Cannot create a temporary folder; check TMPDIR.",
                                      std::strerror(errno));
            return std::unique_ptr<ScratchFolder>(new ScratchFolder(pattern));
        }
        ~ScratchFolder()
        {
            std::error_code ignored;
            fs::remove_all(m_path, ignored);
        }
        ScratchFolder(const ScratchFolder&) = delete;
        ScratchFolder& operator=(const ScratchFolder&) = delete;
        const fs::path& path() const { return m_path; }

    private:
        explicit ScratchFolder(fs::path path)
            : m_path(std::move(path))
        {
        }
        fs::path m_path;
    };

    /// Adds a token for every byte that a SentencePiece vocabulary lacks, behind all others.
    /// llama.cpp throws at the first unknown character otherwise; encode() makes them the unknown
    /// token. False when there was nothing to add.
    bool addMissingBytes(TokenizerData& data, std::int64_t rows)
    {
        if (data.kind != TokenizerKind::SentencePieceBpe)
            return false;
        const std::set<std::string> known(data.tokens.begin(), data.tokens.end());
        std::vector<std::string> missing;
        for (int byte = 0; byte < 256; ++byte) {
            std::array<char, 8> name {};
            std::snprintf(name.data(), name.size(), "<0x%02X>", byte);
            if (!known.contains(name.data()))
                missing.emplace_back(name.data());
        }
        if (missing.empty())
            return false;
        data.types.resize(data.tokens.size(), TokenType::Normal);
        data.scores.resize(data.tokens.size(), 0.0F);
        constexpr float neverMerged = -1e6F;
        const auto append = [&](const std::string& text, TokenType type) {
            data.tokens.push_back(text);
            data.types.push_back(type);
            data.scores.push_back(neverMerged);
        };
        while (static_cast<std::int64_t>(data.tokens.size()) < rows)
            append("[PAD" + std::to_string(data.tokens.size()) + "]", TokenType::Unused);
        for (const std::string& text : missing)
            append(text, TokenType::Byte);
        return true;
    }

    Result<LlamaModel> loadVocabulary(const ModelSource& source)
    {
        TokenizerData data = source.tokenizer();
        Architecture architecture = source.architecture();
        if (addMissingBytes(data, architecture.vocabularySize))
            architecture.vocabularySize = static_cast<std::int64_t>(data.tokens.size());
        else if (source.format() == ModelFormat::Gguf && !source.isView())
            return loadLlamaModel(source.path(), true);
        // llama.cpp reads GGUF only, so the vocabulary takes a detour through one.
        SCHMIDT_TRY(const auto scratch, ScratchFolder::create());
        const fs::path file = scratch->path() / "vocabulary.gguf";
        SCHMIDT_CHECK(writeVocabularyGguf(architecture, data, file));
        return loadLlamaModel(file, true);
    }

} // namespace

Tokenizer::Tokenizer(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

Tokenizer::~Tokenizer() = default;

Result<std::shared_ptr<const Tokenizer>> Tokenizer::create(const ModelSource& source)
{
    if (!source.tokenizer().present())
        return unsupported("The model " + source.path().string()
                           + " carries no tokenizer; put its tokenizer.json and "
                             "tokenizer_config.json beside the weights.");
    auto state = std::make_unique<State>();
    SCHMIDT_TRY(state->model, loadVocabulary(source));
    state->vocabulary = llama_model_get_vocab(state->model.get());
    state->chatTemplate = source.tokenizer().chatTemplate;
    state->tokens = static_cast<std::int32_t>(source.architecture().vocabularySize);
    state->unknown = static_cast<std::int32_t>(source.tokenizer().unknown);
    return std::shared_ptr<const Tokenizer>(new Tokenizer(std::move(state)));
}

std::vector<std::int32_t> Tokenizer::encode(const std::string& text, bool addSpecial,
                                            bool parseSpecial) const
{
    auto tokens = tokenizeText(*m_state->vocabulary, text, addSpecial, parseSpecial);
    if (!tokens.ok())
        return {};
    // A run of unknown bytes is one unknown token, as in SentencePiece.
    std::vector<std::int32_t> known;
    bool unknownBefore = false;
    for (const std::int32_t token : *tokens) {
        const bool isUnknown = token >= m_state->tokens;
        if (!isUnknown)
            known.push_back(token);
        else if (!unknownBefore && m_state->unknown >= 0)
            known.push_back(m_state->unknown);
        unknownBefore = isUnknown;
    }
    return known;
}

std::string Tokenizer::decode(const std::vector<std::int32_t>& tokens) const
{
    std::vector<std::int32_t> known;
    for (const std::int32_t token : tokens)
        if (token >= 0 && token < m_state->tokens)
            known.push_back(token);
    std::string text(8 * known.size() + 16, '\0');
    const auto convert = [&] {
        return llama_detokenize(m_state->vocabulary, known.data(),
                                static_cast<std::int32_t>(known.size()), text.data(),
                                static_cast<std::int32_t>(text.size()), false, true);
    };
    std::int32_t length = convert();
    if (length < 0) {
        text.resize(static_cast<std::size_t>(-static_cast<std::int64_t>(length)));
        length = convert();
    }
    text.resize(static_cast<std::size_t>(std::max(length, 0)));
    return text;
}

std::string Tokenizer::piece(std::int32_t token) const
{
    return token < m_state->tokens ? tokenBytes(*m_state->vocabulary, token, true) : std::string();
}

bool Tokenizer::addsBos() const
{
    return llama_vocab_get_add_bos(m_state->vocabulary);
}

std::int32_t Tokenizer::bos() const
{
    return llama_vocab_bos(m_state->vocabulary);
}

std::int32_t Tokenizer::eos() const
{
    return llama_vocab_eos(m_state->vocabulary);
}

Result<std::string> Tokenizer::applyChatTemplate(const std::vector<ChatMessage>& messages) const
{
    if (messages.empty())
        return usageError("A conversation needs at least one message.");
    return renderChat(m_state->chatTemplate, messages);
}

} // namespace schmidt
