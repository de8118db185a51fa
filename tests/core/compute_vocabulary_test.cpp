// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "compute/vocabulary_view.h"
#include "engine/transformer.h"
#include "ledger/outcomes.h"
#include "pipeline/pipeline.h"
#include "pipeline/token_sets.h"
#include "recipe/allocation.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Recipes with a smaller vocabulary, from analysis to export, on a tiny model whose tokenizer
/// knows the bytes, "th" and "the".
class ComputeVocabularyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        setEngineThreads(2);
        TinyModelOptions options;
        options.vocab = 1024;
        QVERIFY(writeTinyHfModel(root() / "model", options).ok());
        std::string text;
        for (int index = 0; index < 900; ++index)
            text += "Question " + std::to_string(index)
                + ": how long does the caf\xC3\xA9 last with " + std::to_string(index * 7919 % 1000)
                + " guests, " + std::to_string(index * 31 % 97) + " of them there?\n\n";
        QVERIFY(writeFileAtomically(root() / "text.txt", text).ok());
        const auto done = run(JobKind::Analyze,
                              { { "model", (root() / "model").string() },
                                { "text", Json::array({ (root() / "text.txt").string() }) },
                                { "tokens", 4096 } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
    }

    void windowsKeepTheirBytes()
    {
        auto session = ProjectSession::open(project()).value();
        const ModelView whole = session.wholeView().value();
        std::vector<std::int32_t> kept;
        for (std::int32_t token = 0; token < 259; ++token) // all but "the"
            kept.push_back(token);
        const ModelView view = session.trimmedView(kept).value();
        // Half characters at both edges, tokens that are gone, a special token.
        const TokenWindows windows {
            6, { 0xA9, 259, 'x', 256, 259, 0xC3, 'a', 'b', 258, 'e', 0, 259 }
        };
        const Retokenized text = retokenized(windows, *whole.tokenizer, view);
        QCOMPARE(text.windows.count(), 2);
        for (std::int64_t window = 0; window < 2; ++window) {
            const auto& range = text.scored[static_cast<std::size_t>(window)];
            const std::int32_t* tokens = text.windows.tokens.data() + window * text.windows.length;
            QCOMPARE(bytesOf(*view.tokenizer, tokens, range.end),
                     bytesOf(*whole.tokenizer, windows.tokens.data() + window * 6, 6));
            QCOMPARE(bytesOf(*view.tokenizer, tokens, range.first),
                     bytesOf(*whole.tokenizer, windows.tokens.data() + window * 6, 1));
        }
        QVERIFY(scoredBytes(*whole.tokenizer, windows) == (std::vector<std::int64_t> { 11, 8 }));
    }

    void analysisKnowsWhatItCosts()
    {
        const auto session = ProjectSession::open(project()).value();
        const AnalysisResult analysis = projectAnalysis(session.ledger(), "own").value();
        QVERIFY(!analysis.vocabulary.empty());
        for (const VocabularyPoint& point : analysis.vocabulary) {
            QVERIFY(point.tokens >= 258 && point.tokens < 1024 && point.tokens % 32 == 0);
            QVERIFY(point.metadataBytes > 0);
        }
        const fs::path file = root() / "analysis";
        QVERIFY(saveAnalysis(analysis, file).ok());
        const AnalysisResult again = loadAnalysis(file).value();
        QCOMPARE(again.vocabulary.size(), analysis.vocabulary.size());
        QCOMPARE(again.vocabulary[0].metadataBytes, analysis.vocabulary[0].metadataBytes);
        std::size_t measured = 0;
        for (std::size_t index = 0; index < again.vocabulary.size(); ++index) {
            QVERIFY(again.vocabulary[index].nllChange == analysis.vocabulary[index].nllChange);
            measured += again.vocabulary[index].nllChange.has_value();
        }
        QCOMPARE(measured, std::size_t { 2 });
    }

    void sizeIsPredicted()
    {
        auto session = ProjectSession::open(project()).value();
        const Predictor predictor = projectPredictor(session, "own").value();
        const Prediction before = predictor.predict(recipeOf(0)),
                         after = predictor.predict(recipeOf(352));
        QVERIFY(*after.fileBytes.value < *before.fileBytes.value);
        QVERIFY(compress(352, "predicted").ok());
        const RunRecord stored
            = ProjectSession::open(project()).value().ledger().findRun("predicted").value();
        const double measured = *findMetric(stored.metrics, "file_bytes")->value;
        QVERIFY(std::abs(*after.fileBytes.value / measured - 1) < 0.01);
        QCOMPARE(*findMetric(stored.metrics, "parameters")->value,
                 static_cast<double>(after.size.parameters));
    }

    void keepingAllWordsOfTheTextChangesNothing()
    {
        // Rows without a token go first; the rest of the softmax over them is all that is lost.
        const auto done = compress(260, "words");
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        const auto session = ProjectSession::open(project()).value();
        const RunRecord stored = session.ledger().findRun("words").value();
        const Metric* kl = findMetric(stored.metrics, "kl_mean");
        QVERIFY(kl && *kl->value < 1e-4);
        QVERIFY(kl->protocol.find("restricted") != std::string::npos);
        QVERIFY(*findMetric(stored.metrics, "ln_ppl_ratio")->value < 0);
        checkBits(session, stored);
    }

    void textIsWrittenInSmallerTokens()
    {
        const auto done = compress(259, "smaller");
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        const auto session = ProjectSession::open(project()).value();
        const RunRecord stored = session.ledger().findRun("smaller").value();
        QCOMPARE(session.variantOf(stored)->architecture.vocabularySize, 259);
        QVERIFY(findMetric(stored.metrics, "kl_mean")->protocol.find("259") != std::string::npos);
        checkBits(session, stored);
    }

    void exportsCarryTheSmallerTokenizer()
    {
        for (const auto& [format, name] :
             { std::pair("gguf", "s.gguf"), std::pair("hf", "s-hf") }) {
            const fs::path target = root() / name;
            const auto done
                = run(JobKind::Export,
                      { { "run", "smaller" }, { "format", format }, { "out", target.string() } });
            QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
            const auto opened = ModelSource::open(target).value();
            QCOMPARE(opened->architecture().vocabularySize, 259);
            QCOMPARE(opened->tokenizer().tokens.size(), std::size_t { 259 });
            const auto tokenizer = Tokenizer::create(*opened).value();
            const std::string text = "the path there \xC3\xA9";
            QCOMPARE(tokenizer->decode(tokenizer->encode(text)), text);
            const auto checked = verifyExport(target, project().string() + ":smaller", {});
            QVERIFY2(checked.ok(), checked.ok() ? "" : checked.error().message.c_str());
        }
    }

    void comparesTokensOfARun()
    {
        const auto done = run(JobKind::Tokens, { { "run", "smaller" }, { "prompt", "the other" } });
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
        QVERIFY(jsonValue<std::string>(*done, "protocol", {}).find("restricted")
                != std::string::npos);
    }

    void refusesTooFewTokens()
    {
        const auto done = compress(257, "few");
        QCOMPARE(done.error().code, ErrorCode::Usage);
        QVERIFY(done.error().message.find("258") != std::string::npos);
        QCOMPARE(compress(100, "fewer").error().code, ErrorCode::Unsupported);
        QCOMPARE(compress(9999, "more").error().code, ErrorCode::Unsupported);
    }

private:
    fs::path root() const { return m_folder.path().toStdString(); }
    fs::path project() const { return root() / "project"; }

    Recipe recipeOf(std::int64_t vocabulary) const
    {
        Recipe recipe = identityRecipe(ModelSource::open(root() / "model").value()->architecture());
        recipe.workload = "own";
        recipe.calibrationTokens = 4096;
        recipe.vocabulary = vocabulary;
        return recipe;
    }

    Result<Json> run(JobKind kind, Json arguments)
    {
        JobSpec spec;
        spec.kind = kind;
        spec.project = project();
        spec.arguments = std::move(arguments);
        spec.threads = 2;
        EventWriter events([](const JobEvent&) {});
        return runJob(spec, events, {});
    }

    Result<Json> compress(std::int64_t vocabulary, const char* name)
    {
        return run(
            JobKind::Compress,
            { { "recipe", toJson(recipeOf(vocabulary)) }, { "name", name }, { "window", 64 } });
    }

    /// Bits per byte and the likelihoods per token of the baseline tell the same story.
    void checkBits(const ProjectSession& session, const RunRecord& stored) const
    {
        const RunRecord baseline = session.ledger().findRun("baseline").value();
        const double before = *findMetric(baseline.metrics, "bits_per_byte")->value;
        const double after = *findMetric(stored.metrics, "bits_per_byte")->value;
        const double nll = *findMetric(baseline.metrics, "nll")->value;
        const double change = *findMetric(stored.metrics, "ln_ppl_ratio")->value;
        QVERIFY(std::abs(after / before - (nll + change) / nll) < 1e-6);
        QVERIFY(std::abs(*findMetric(stored.metrics, "nll")->value - (nll + change)) < 1e-6);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ComputeVocabularyTest)
#include "compute_vocabulary_test.moc"
