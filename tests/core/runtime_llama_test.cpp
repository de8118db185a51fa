// SPDX-License-Identifier: Apache-2.0
#include "runtime/chat_template.h"
#include "runtime/gguf_windows.h"
#include "runtime/llama_runtime.h"
#include "runtime/tokenizer.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <barrier>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// llama.cpp on tiny models: timing, logits, text, cancelling, bad files.
class RuntimeLlamaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_model = path("tiny.gguf");
        writeTinyGguf(m_model);
    }

    /// Side-by-side chat loads its models at the same time, as the first thing its process does
    /// with llama.cpp. Comes first, so that the child processes find llama.cpp not started yet.
    void loadsTwoModelsAtOnce()
    {
        constexpr int processes = 60;
        for (int process = 0; process < processes; ++process) {
            const pid_t child = ::fork();
            QVERIFY(child >= 0);
            if (child == 0) {
                // QtTest's handlers would report the crash from here, under the locks held.
                for (const int signal : { SIGABRT, SIGSEGV, SIGBUS })
                    std::signal(signal, SIG_DFL);
                ::alarm(60); // a child that hangs is a crash as well
                ::_exit(answersAtOnce(2) ? 0 : 1);
            }
            int status = -1;
            QCOMPARE(::waitpid(child, &status, 0), child);
            QVERIFY2(WIFEXITED(status), "a child process crashed");
            QCOMPARE(WEXITSTATUS(status), 0);
        }
    }

    void namesItself()
    {
        QVERIFY(llamaRuntimeVersion().starts_with("llama.cpp "));
        qInfo("%s", llamaRuntimeVersion().c_str());
    }

    void measures()
    {
        RuntimeProtocol protocol;
        protocol.prefillTokens = 48;
        protocol.decodeTokens = 6;
        protocol.repetitions = 3;
        protocol.contextLength = 256;
        protocol.threads = 1;
        std::int64_t steps = 0;
        const WorkContext context { [&](const Progress& progress) { steps = progress.total; }, {} };
        const auto samples = measureGguf(m_model, protocol, context);
        QVERIFY2(samples.ok(), samples.ok() ? "" : samples.error().message.c_str());
        QCOMPARE(samples->prefillSeconds.size(), std::size_t(3));
        QCOMPARE(samples->decodeSeconds.size(), std::size_t(3));
        QCOMPARE(samples->firstTokenSeconds.size(), std::size_t(3));
        QCOMPARE(samples->interTokenSeconds.size(), std::size_t(18));
        QCOMPARE(steps, 8);
        for (std::size_t index = 0; index < 3; ++index) {
            QVERIFY(samples->prefillSeconds[index] > 0);
            QVERIFY(samples->firstTokenSeconds[index] >= samples->prefillSeconds[index]);
            double sum = 0;
            for (std::size_t token = 0; token < 6; ++token)
                sum += samples->interTokenSeconds[6 * index + token];
            QVERIFY(std::fabs(sum - samples->decodeSeconds[index]) < 1e-9);
        }
        // Two layers, two KV heads of eight values, keys and values in 16 bits.
        QCOMPARE(samples->kvBytes, 2 * 2 * 8 * 2 * 2 * 256);
        QCOMPARE(samples->fileBytes, static_cast<std::int64_t>(fs::file_size(m_model)));
        QVERIFY(samples->residentBytes > 0);
        QVERIFY(samples->peakBytes >= samples->residentBytes);
    }

    /// Behind a filled cache, and several texts at once.
    void measuresOtherConditions()
    {
        RuntimeProtocol protocol;
        protocol.prefillTokens = 16;
        protocol.decodeTokens = 6;
        protocol.repetitions = 2;
        protocol.contextLength = 0;
        protocol.threads = 1;
        protocol.depth = 100;
        protocol.sequences = 3;
        const auto samples = measureGguf(m_model, protocol);
        QVERIFY2(samples.ok(), samples.ok() ? "" : samples.error().message.c_str());
        QCOMPARE(samples->decodeSeconds.size(), std::size_t(2));
        QCOMPARE(samples->interTokenSeconds.size(), std::size_t(12)); // one step for all texts
        // Each text has room for what stands before and what is measured.
        QVERIFY(samples->kvBytes >= 2 * 2 * 8 * 2 * 2 * 3 * 116);
        protocol.sequences = 0;
        QCOMPARE(measureGguf(m_model, protocol).error().code, ErrorCode::Usage);
        protocol.sequences = 1;
        protocol.depth = -1;
        QCOMPARE(measureGguf(m_model, protocol).error().code, ErrorCode::Usage);
    }

    void windowsComeInPieces()
    {
        const std::vector<std::int32_t> tokens { 5, 17, 99, 200, 7, 8 };
        const CancelToken never;
        auto windows = GgufWindows::open(m_model, 6, 1, never);
        QVERIFY2(windows.ok(), windows.ok() ? "" : windows.error().message.c_str());
        QCOMPARE(windows->vocabulary(), 320);
        const auto whole = ggufLogits(m_model, tokens).value();
        for (int window = 0; window < 2; ++window) // the second starts anew
            for (std::size_t first = 0; first < 6; first += 2) {
                const auto piece = windows->logits(std::span(tokens).subspan(first, 2), first == 0);
                QVERIFY2(piece.ok(), piece.ok() ? "" : piece.error().message.c_str());
                QCOMPARE(piece->size(), std::size_t(2 * 320));
                for (std::size_t index = 0; index < piece->size(); ++index)
                    QVERIFY(std::fabs((*piece)[index] - whole[first * 320 + index]) < 2e-2F);
            }
        const std::vector<std::int32_t> foreign { 5, 320 };
        QCOMPARE(windows->logits(foreign, true).error().code, ErrorCode::Usage);
    }

    void givesLogitsOfEveryPosition()
    {
        const std::vector<std::int32_t> tokens { 5, 17, 99, 200 };
        const auto all = ggufLogits(m_model, tokens);
        QVERIFY(all.ok());
        QCOMPARE(all->size(), std::size_t(4 * 320));
        // Causal: the beginning does not depend on what follows.
        const auto start = ggufLogits(m_model, { 5, 17 });
        for (std::size_t index = 0; index < start->size(); ++index)
            QVERIFY(std::fabs((*start)[index] - (*all)[index]) < 1e-4F);
        QCOMPARE(ggufLogits(m_model, {}).error().code, ErrorCode::Usage);
        QCOMPARE(ggufLogits(m_model, { 320 }).error().code, ErrorCode::BadInput);
    }

    void generates()
    {
        GenerationOptions options;
        options.maxTokens = 12;
        std::string streamed;
        const auto onPiece = [&](const std::string& piece) { streamed += piece; };
        const auto greedy = generateGguf(m_model, "the th", options, onPiece);
        QVERIFY2(greedy.ok(), greedy.ok() ? "" : greedy.error().message.c_str());
        QCOMPARE(streamed, greedy->text);
        QVERIFY(greedy->tokens.size() <= 12);
        QVERIFY(greedy->stopReason == "length" || greedy->stopReason == "end");
        QVERIFY(greedy->firstTokenSeconds > 0);
        QCOMPARE(generateGguf(m_model, "the th", options, {})->tokens, greedy->tokens);

        options.temperature = 2;
        const auto first = generateGguf(m_model, "the th", options, {});
        QCOMPARE(generateGguf(m_model, "the th", options, {})->tokens, first->tokens);
        options.seed = 2;
        QVERIFY(generateGguf(m_model, "the th", options, {})->tokens != first->tokens);
    }

    void stopsWhenCancelled()
    {
        GenerationOptions options;
        options.maxTokens = 200;
        options.temperature = 1;
        const CancelToken cancel;
        int pieces = 0;
        const auto answer = generateGguf(
            m_model, "the", options,
            [&](const std::string&) {
                if (++pieces == 3)
                    cancel.cancel();
            },
            cancel);
        QVERIFY(answer.ok());
        QCOMPARE(answer->stopReason, std::string("cancelled"));
        QVERIFY(answer->tokens.size() < 200);
        const WorkContext context { {}, cancel };
        QCOMPARE(measureGguf(m_model, {}, context).error().code, ErrorCode::Cancelled);
    }

    void refusesPromptsThatDoNotFit()
    {
        GenerationOptions options;
        QCOMPARE(generateGguf(m_model, "", options, {}).error().code, ErrorCode::Usage);
        QCOMPARE(generateGguf(m_model, std::string(5000, 'x'), options, {}).error().code,
                 ErrorCode::Usage);
        options.maxTokens = 0;
        QCOMPARE(generateGguf(m_model, "x", options, {}).error().code, ErrorCode::Usage);
        RuntimeProtocol protocol;
        protocol.repetitions = 0;
        QCOMPARE(measureGguf(m_model, protocol).error().code, ErrorCode::Usage);
    }

    void refusesBadFiles()
    {
        QCOMPARE(ggufLogits(path("none.gguf"), { 1 }).error().code, ErrorCode::BadInput);
        const std::string good = tinyGguf().bytes();
        for (const std::size_t length : { std::size_t(3), std::size_t(40), good.size() / 2 }) {
            writeBytes(path("cut.gguf"), good.substr(0, length));
            QCOMPARE(ggufLogits(path("cut.gguf"), { 1 }).error().code, ErrorCode::BadInput);
        }
        GgufBuilder foreign;
        foreign.text("general.architecture", "no-such-architecture");
        foreign.tensor("token_embd.weight", { 1, 32 }, DType::F32, std::vector<std::byte>(128));
        writeBytes(path("foreign.gguf"), foreign.bytes());
        const auto refused = ggufLogits(path("foreign.gguf"), { 1 });
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        TinyModelOptions bare;
        bare.tokenizer = false;
        writeTinyGguf(path("bare.gguf"), bare);
        const auto source = ModelSource::open(path("bare.gguf"));
        QCOMPARE(Tokenizer::create(**source).error().code, ErrorCode::Unsupported);
    }

    void tokenizesFolders()
    {
        QVERIFY(writeTinyHfModel(path("folder")));
        const auto tokenizer = Tokenizer::create(**ModelSource::open(path("folder")));
        QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
        QCOMPARE((*tokenizer)->encode("the"), (std::vector<std::int32_t> { 259 }));
        QCOMPARE((*tokenizer)->decode((*tokenizer)->encode("Grüße, the end")),
                 std::string("Grüße, the end"));
        QCOMPARE(*(*tokenizer)->applyChatTemplate({ { "user", "Hi" } }),
                 std::string("user: Hi\nassistant:"));
    }

    void makesUnknownCharactersOneToken()
    {
        GgufBuilder gguf = tinyGguf({ .tokenizer = false });
        std::vector<std::string> tokens { "<unk>", "<s>", "</s>", "\u2581", "a", "b", "ab" };
        std::vector<std::int32_t> types { 2, 3, 3, 1, 1, 1, 1 };
        while (tokens.size() < 320) {
            tokens.push_back("[PAD" + std::to_string(tokens.size()) + "]");
            types.push_back(5);
        }
        gguf.text("tokenizer.ggml.model", "llama");
        gguf.texts("tokenizer.ggml.tokens", tokens);
        gguf.numbers("tokenizer.ggml.token_type", types);
        gguf.number("tokenizer.ggml.unknown_token_id", 0);
        gguf.flag("tokenizer.ggml.add_bos_token", false);
        writeBytes(path("sentencepiece.gguf"), gguf.bytes());
        const auto source = ModelSource::open(path("sentencepiece.gguf"));
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        const auto tokenizer = Tokenizer::create(**source);
        QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
        QCOMPARE((*tokenizer)->encode("aé日b x"), (std::vector<std::int32_t> { 3, 4, 0, 5, 3, 0 }));
        QVERIFY((*tokenizer)->piece(320).empty());
    }

    void findsDefaultSystemMessage()
    {
        QCOMPARE(defaultSystemMessage("{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}"),
                 std::string("Be kind."));
        QCOMPARE(defaultSystemMessage("{{- '<|im_start|>system\\n' + messages[0].content + "
                                      "'<|im_end|>\\n' }}{{- '<|im_start|>system\\nYou are "
                                      "Qwen.<|im_end|>\\n' }}"),
                 std::string("You are Qwen."));
        QVERIFY(defaultSystemMessage("{{ messages }}").empty());
        QVERIFY(defaultSystemMessage("<|im_start|>system\nopen end").empty());
        QCOMPARE(renderChat("{{ '<|im_start|>' }}", { { "user", "Hi" } }),
                 std::string("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"));
        const std::string longText(5000, 'x');
        QVERIFY(renderChat("{{ '<|im_start|>' }}", { { "user", longText } }).find(longText)
                != std::string::npos);
    }

private:
    static GenerationOptions shortAnswer()
    {
        GenerationOptions options;
        options.maxTokens = 2;
        options.threads = 1;
        return options;
    }

    /// Whether as many threads get the same answer from as many models.
    bool answersAtOnce(int threads) const
    {
        std::vector<std::vector<std::int32_t>> answers(static_cast<std::size_t>(threads));
        std::barrier together(threads);
        {
            std::vector<std::jthread> workers;
            for (auto& tokens : answers)
                workers.emplace_back([&] {
                    together.arrive_and_wait();
                    const auto answer = generateGguf(m_model, "abc", shortAnswer(), {}, {});
                    if (answer.ok())
                        tokens = answer->tokens;
                });
        }
        return !answers.front().empty()
            && std::all_of(answers.begin(), answers.end(),
                           [&](const auto& tokens) { return tokens == answers.front(); });
    }

    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

    QTemporaryDir m_folder;
    fs::path m_model;
};

QTEST_GUILESS_MAIN(RuntimeLlamaTest)
#include "runtime_llama_test.moc"
