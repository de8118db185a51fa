// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "base/json.h"
#include "model/vocabulary.h"
#include "runtime/tokenizer.h"
#include "tests/support/default_model.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

using Chat = std::vector<ChatMessage>;

const std::vector<Chat> chats {
    { { "user", "What is the return policy?" } },
    { { "system", "Answer in one word." }, { "user", "Is it open?\nToday?" } },
    { { "user", "Hi" }, { "assistant", "Hello!" }, { "user", "" } },
};

} // namespace

/// The default model's tokenizer against the Python packages tokenizers and Jinja.
class RuntimeTokenizerInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const fs::path model = defaultModel();
        if (!hasPythonOracle() || model.empty())
            QSKIP("The interpreter or the default model is missing; run packaging/setup.sh.");
        m_source = ModelSource::open(model).value();
        m_tokenizer = Tokenizer::create(*m_source).value();
        collectTexts();
        Json wanted { { "texts", m_texts }, { "chats", Json::array() } };
        for (const Chat& chat : chats) {
            Json messages = Json::array();
            for (const ChatMessage& message : chat)
                messages.push_back({ { "role", message.role }, { "content", message.content } });
            wanted["chats"].push_back(messages);
        }
        QVERIFY(writeFileAtomically(path("wanted.json"), dumpJson(wanted)));
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_tokenizer.py", model.c_str(),
              path("wanted.json").c_str(), path("result.json").c_str() });
        QVERIFY2(failure.isEmpty(), failure);
        m_result = readJsonFile(path("result.json")).value();
    }

    void tokenizesAsThePythonPackage()
    {
        std::size_t tokens = 0;
        for (std::size_t index = 0; index < m_texts.size(); ++index) {
            const auto expected = m_result["ids"][index].get<std::vector<std::int32_t>>();
            // The package always reads special tokens in a text as such.
            QVERIFY2(m_tokenizer->encode(m_texts[index], false, true) == expected,
                     m_texts[index].substr(0, 80).c_str());
            QCOMPARE(m_tokenizer->decode(expected), m_texts[index]);
            tokens += expected.size();
        }
        qInfo("%zu texts, %zu tokens", m_texts.size(), tokens);
        QVERIFY(tokens > 10000);
    }

    void writesChatsAsTheTemplate()
    {
        for (std::size_t index = 0; index < chats.size(); ++index)
            QCOMPARE(*m_tokenizer->applyChatTemplate(chats[index]),
                     m_result["chats"][index].get<std::string>());
        QVERIFY(!m_tokenizer->applyChatTemplate({}).ok());
    }

    void keepsSpecialTokensPlainUnlessAsked()
    {
        const std::string text = "<|im_start|>user";
        const auto plain = m_tokenizer->encode(text);
        const auto parsed = m_tokenizer->encode(text, false, true);
        QVERIFY(plain.size() > parsed.size());
        QCOMPARE(m_tokenizer->piece(parsed.front()), std::string("<|im_start|>"));
        QCOMPARE(m_tokenizer->decode(plain), text);
        QCOMPARE(m_tokenizer->decode(parsed), text);
        QVERIFY(!m_tokenizer->addsBos());
        QCOMPARE(m_tokenizer->bos(), 1);
        QCOMPARE(m_tokenizer->eos(), 2);
        QCOMPARE(m_tokenizer->encode("a", true).size(), m_tokenizer->encode("a").size());
    }

    void survivesOddInput()
    {
        QVERIFY(m_tokenizer->encode("").empty());
        QVERIFY(m_tokenizer->decode({}).empty());
        QVERIFY(m_tokenizer->piece(-1).empty());
        QVERIFY(m_tokenizer->piece(1 << 30).empty());
        QVERIFY(m_tokenizer->decode({ -5, 1 << 30 }).empty());
        const std::string broken = "abc \xFF\xFE \xE2\x82";
        QVERIFY(!m_tokenizer->encode(broken).empty());
        QVERIFY(!m_tokenizer->encode(std::string("a\0b", 3)).empty());
        QCOMPARE(m_tokenizer->decode(m_tokenizer->encode(std::string(3000, ' '))),
                 std::string(3000, ' '));
    }

    void folderTokenizesTheSame()
    {
        // The same tokenizer written as Hugging Face files around a tiny model.
        TinyModelOptions options;
        options.vocab = m_source->architecture().vocabularySize;
        options.tokenizer = false;
        QVERIFY(writeTinyHfModel(path("folder"), options));
        const auto files = hfTokenizerFiles(m_source->tokenizer());
        for (const auto& [name, content] : *files)
            QVERIFY(writeFileAtomically(path("folder") / name, content));
        const auto source = ModelSource::open(path("folder"));
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const auto tokenizer = Tokenizer::create(**source);
        QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
        for (const std::string& text : m_texts)
            QVERIFY((*tokenizer)->encode(text, true, true)
                    == m_tokenizer->encode(text, true, true));
        QCOMPARE(*(*tokenizer)->applyChatTemplate(chats[0]),
                 *m_tokenizer->applyChatTemplate(chats[0]));
    }

    void smallerVocabularyTokenizesAsThePythonPackage()
    {
        constexpr std::int64_t size = 8192;
        auto kept
            = vocabularyOrder(m_source->tokenizer(), {}, m_source->architecture().vocabularySize);
        kept.resize(size);
        std::sort(kept.begin(), kept.end());
        const auto view = ModelSource::trimmed(m_source, kept).value();
        const auto tokenizer = Tokenizer::create(*view).value();
        const auto files = hfTokenizerFiles(view->tokenizer());
        fs::create_directories(path("smaller"));
        for (const auto& [name, content] : *files)
            QVERIFY(writeFileAtomically(path("smaller") / name, content));
        QVERIFY(writeFileAtomically(path("texts.json"), dumpJson(m_texts)));
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/runtime_folder_tokens.py", path("smaller").c_str(),
              path("texts.json").c_str(), path("smaller.json").c_str() });
        QVERIFY2(failure.isEmpty(), failure);
        const Json result = readJsonFile(path("smaller.json")).value();
        std::size_t before = 0, after = 0;
        for (std::size_t index = 0; index < m_texts.size(); ++index) {
            const auto tokens = tokenizer->encode(m_texts[index], false, true);
            QVERIFY2(tokens == result[index]["bare"].get<std::vector<std::int32_t>>(),
                     m_texts[index].substr(0, 80).c_str());
            QCOMPARE(tokenizer->decode(tokens), m_texts[index]);
            for (const std::int32_t token : tokens)
                QVERIFY(token >= 0 && token < size);
            before += m_tokenizer->encode(m_texts[index], false, true).size();
            after += tokens.size();
        }
        qInfo("%zu tokens of %lld instead of %zu", after, static_cast<long long>(size), before);
        QVERIFY(after > before);
        QCOMPARE(tokenizer->decode({ static_cast<std::int32_t>(view->tokenizer().eos) }),
                 m_tokenizer->decode({ static_cast<std::int32_t>(m_source->tokenizer().eos) }));
    }

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    void collectTexts()
    {
        m_texts = { "Hello world",
                    "  two  spaces\n\n\tand tabs ",
                    "3.14159 1234567 ½ Ⅷ",
                    "naïve café, Größe, señor, 日本語, العربية, 🙂🏳️‍🌈",
                    "don't we'll I'M it's",
                    "<|im_start|>user\nHi<|im_end|>\n<|endoftext|>",
                    "#include <vector>\nint main() { return x != 0 ? a->b : c[3]; }" };
        for (const auto& entry : fs::recursive_directory_iterator(resourceFolder() / "workloads")) {
            if (!entry.is_regular_file())
                continue;
            if (const auto text = readTextFile(entry.path()); text.ok())
                m_texts.push_back(*text);
        }
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const ModelSource> m_source;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::vector<std::string> m_texts;
    Json m_result;
};

QTEST_GUILESS_MAIN(RuntimeTokenizerInteropTest)
#include "runtime_tokenizer_interop_test.moc"
