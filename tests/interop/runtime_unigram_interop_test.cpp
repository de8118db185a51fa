// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "exporters/exporters.h"
#include "runtime/tokenizer.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <sstream>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// SentencePiece Unigram tokenizers: read from Hugging Face folders, exported both ways, and
/// compared with the Python packages.
class RuntimeUnigramInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        TinyModelOptions options;
        options.vocab = 1500;
        options.tokenizer = false;
        for (const char* form : { "converted", "split", "plain" })
            QVERIFY(writeTinyHfModel(path(form), options));
        std::string text;
        for (const char* workload : { "faq", "inspection", "search", "code" }) {
            const fs::path file = fs::path(SCHMIDT_SOURCE_DIR "/resources/workloads") / workload
                / "calibration.jsonl";
            std::istringstream lines(readTextFile(file).value());
            for (std::string line; std::getline(lines, line);)
                text
                    += jsonValue<std::string>(parseJson(line, "a line").value(), "text", {}) + "\n";
        }
        QVERIFY(text.size() > 100000);
        QVERIFY(writeFileAtomically(path("text.txt"), text));
        run({ SCHMIDT_SOURCE_DIR "/tests/interop/runtime_unigram.py", path("text.txt").c_str(),
              m_folder.path() });
        m_texts = { "Hello world",       "The pump loses pressure after ten minutes.",
                    "naïve ﬁnance café", "½ ①②③ Ａ ｶﾞ ℃",
                    "1234567 3.14159",   "unknown 日本語 🙂 signs",
                    "<mark>beside",      "a",
                    "tab\tand\nlines",   "x" };
        for (std::size_t at = 0; at + 400 < text.size() && m_texts.size() < 60; at += 5000)
            m_texts.push_back(text.substr(text.find(' ', at) + 1, 300));
        for (std::string& sample : m_texts) // no half characters
            sample
                = QString::fromStdString(sample).remove(QChar::ReplacementCharacter).toStdString();
        QVERIFY(writeFileAtomically(path("texts.json"), dumpJson(m_texts)));
    }

    void tokenizesAsThePythonPackages_data()
    {
        QTest::addColumn<QString>("form");
        QTest::addColumn<QStringList>("more");
        const QStringList blanks { "  two  spaces ", "", " ", "ends with blank " };
        QTest::newRow("converted") << "converted" << blanks;
        QTest::newRow("split") << "split" << blanks;
        QTest::newRow("plain") << "plain" << QStringList { "two  spaces" };
    }

    void tokenizesAsThePythonPackages()
    {
        QFETCH(QString, form);
        QFETCH(QStringList, more);
        std::vector<std::string> texts = m_texts;
        for (const QString& text : more)
            texts.push_back(text.toStdString());
        QVERIFY(writeFileAtomically(path("texts.json"), dumpJson(texts)));
        const fs::path folder = path(form.toStdString());
        const auto source = ModelSource::open(folder);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        QCOMPARE((*source)->tokenizer().kind, TokenizerKind::SentencePieceUnigram);
        const Json expected = idsOf(folder);
        compare(**source, texts, expected);

        const Variant variant = variantFromSource(**source).value();
        ExportOptions options;
        options.type = DType::F32;
        const fs::path gguf = path("model.gguf"), exported = path("export-" + form.toStdString());
        QVERIFY(exportVariant(variant, (*source)->tokenizer(), options, gguf));
        compare(**ModelSource::open(gguf), texts, expected);
        options.format = ExportFormat::HuggingFace;
        QVERIFY(exportVariant(variant, (*source)->tokenizer(), options, exported));
        compare(**ModelSource::open(exported), texts, expected);
        QCOMPARE(QString::fromStdString(dumpJson(idsOf(exported))),
                 QString::fromStdString(dumpJson(expected)));
        fs::remove(gguf);
    }

    void rulesThatLlamaCppHasNotAreRefused()
    {
        Json tokenizer = readJsonFile(path("plain") / "tokenizer.json").value();
        const auto opened = [&](const Json& changed) {
            writeBytes(path("plain") / "tokenizer.json", dumpJson(changed));
            return ModelSource::open(path("plain")).value();
        };
        Json lower = tokenizer;
        lower["normalizer"] = { { "type", "Lowercase" } };
        const auto source = opened(lower);
        QVERIFY(!source->tokenizer().present());
        QVERIFY(source->warnings().front().find("Lowercase") != std::string::npos);
        tokenizer["model"]["byte_fallback"] = true;
        QVERIFY(!opened(tokenizer)->tokenizer().present());
        tokenizer["model"]["byte_fallback"] = false;
        tokenizer["normalizer"] = { { "type", "Precompiled" }, { "precompiled_charsmap", "AAAA" } };
        writeBytes(path("plain") / "tokenizer.json", dumpJson(tokenizer));
        QCOMPARE(ModelSource::open(path("plain")).error().code, ErrorCode::BadInput);
    }

private:
    static void run(const QStringList& arguments)
    {
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    Json idsOf(const fs::path& folder)
    {
        run({ SCHMIDT_SOURCE_DIR "/tests/interop/runtime_folder_tokens.py", folder.c_str(),
              path("texts.json").c_str(), path("ids.json").c_str() });
        return readJsonFile(path("ids.json")).value();
    }

    static void compare(const ModelSource& source, const std::vector<std::string>& texts,
                        const Json& expected)
    {
        const auto tokenizer = Tokenizer::create(source);
        QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
        for (std::size_t index = 0; index < texts.size(); ++index) {
            const auto ids = (*tokenizer)->encode(texts[index]);
            QVERIFY2(ids == expected[index]["bare"].get<std::vector<std::int32_t>>(),
                     ("\"" + texts[index] + "\": " + Json(ids).dump() + " instead of "
                      + expected[index]["bare"].dump())
                         .c_str());
        }
    }

    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    std::vector<std::string> m_texts;
};

QTEST_GUILESS_MAIN(RuntimeUnigramInteropTest)
#include "runtime_unigram_interop_test.moc"
