// SPDX-License-Identifier: Apache-2.0
#include "model/model_source.h"
#include "model/vocabulary.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <set>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Smaller vocabularies of a byte-level BPE: which tokens stay, and what a model with them is.
class ModelVocabularyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_tokenizer.kind = TokenizerKind::ByteLevelBpe;
        m_tokenizer.tokens
            = { "<s>", "a", "b", "c", "ab", "abc", "bc", "ca", "</s>", "caab", "old" };
        m_tokenizer.types.assign(m_tokenizer.tokens.size(), TokenType::Normal);
        m_tokenizer.types[0] = m_tokenizer.types[8] = TokenType::Control;
        m_tokenizer.types[10] = TokenType::Unused;
        m_tokenizer.merges = { "b c", "a b", "ab c", "c a", "a bc", "ca ab" };
        m_tokenizer.bos = 0;
        m_tokenizer.eos = 8;
    }

    void ordersByNeedThenUseThenMerge()
    {
        // "caab" occurs more often than "bc"; the parts of "caab" come before it.
        std::vector<double> counts(m_tokenizer.tokens.size(), 0);
        counts[9] = 0.5;
        counts[6] = 0.25;
        const auto order = vocabularyOrder(m_tokenizer, counts, 12);
        const std::vector<std::int32_t> wanted { 0, 1, 2, 3, 8, 4, 7, 9, 6, 5, 10, 11 };
        QVERIFY(order == wanted);
        QCOMPARE(smallestVocabulary(m_tokenizer), 5);
    }

    void everyBeginningOfTheOrderIsClosed()
    {
        const auto order = vocabularyOrder(m_tokenizer, { 0, 0, 0, 0, 0, 3, 0, 0, 0, 1 }, 11);
        for (std::size_t count = 5; count <= order.size(); ++count) {
            std::vector<std::int32_t> kept(order.begin(),
                                           order.begin() + static_cast<std::ptrdiff_t>(count));
            std::sort(kept.begin(), kept.end());
            const TokenizerData trimmed = trimmedTokenizer(m_tokenizer, kept).value();
            std::set<std::string> made;
            for (const std::string& merge : trimmed.merges) {
                const auto blank = merge.find(' ');
                made.insert(merge.substr(0, blank) + merge.substr(blank + 1));
            }
            for (const std::string& token : trimmed.tokens)
                QVERIFY2(token.size() == 1 || token[0] == '<' || token == "old"
                             || made.contains(token),
                         token.c_str());
        }
    }

    void renumbersWhatIsReferredTo()
    {
        const TokenizerData trimmed
            = trimmedTokenizer(m_tokenizer, { 0, 1, 2, 3, 4, 8, 11 }).value();
        QVERIFY(trimmed.tokens
                == (std::vector<std::string> { "<s>", "a", "b", "c", "ab", "</s>" }));
        QVERIFY(trimmed.merges == std::vector<std::string> { "a b" });
        QCOMPARE(trimmed.bos, 0);
        QCOMPARE(trimmed.eos, 5);
        QCOMPARE(static_cast<int>(trimmed.types[5]), static_cast<int>(TokenType::Control));
    }

    void refusesWhatDoesNotFit()
    {
        QCOMPARE(trimmedTokenizer(m_tokenizer, { 1, 2, 3 }).error().code, ErrorCode::BadInput);
        QCOMPARE(trimmedTokenizer(m_tokenizer, { 0, 2, 1, 8 }).error().code, ErrorCode::BadInput);
        QCOMPARE(trimmedTokenizer(m_tokenizer, {}).error().code, ErrorCode::BadInput);
        TokenizerData pieces = m_tokenizer;
        pieces.kind = TokenizerKind::SentencePieceBpe;
        QCOMPARE(trimmedTokenizer(pieces, { 0, 8 }).error().code, ErrorCode::Unsupported);
    }

    void viewHasTheKeptRows_data()
    {
        QTest::addColumn<bool>("tied");
        QTest::newRow("tied") << true;
        QTest::newRow("own head") << false;
    }

    void viewHasTheKeptRows()
    {
        QFETCH(const bool, tied);
        QTemporaryDir folder;
        TinyModelOptions options;
        options.tied = tied;
        const fs::path path = folder.path().toStdString();
        QVERIFY(writeTinyHfModel(path, options).ok());
        const auto whole = ModelSource::open(path).value();
        std::vector<std::int32_t> kept;
        for (std::int32_t token = 0; token < 259; ++token)
            kept.push_back(token);
        kept.push_back(300);
        const auto view = ModelSource::trimmed(whole, kept).value();
        QVERIFY(view->isView() && !whole->isView());
        QCOMPARE(view->architecture().vocabularySize, 260);
        QCOMPARE(view->tokenizer().tokens.size(), std::size_t { 259 });
        for (const Role role : { Role::Embedding, Role::Head }) {
            if (role == Role::Head && tied)
                continue;
            const auto rows = view->readTensor(*view->find(role)).value();
            const auto before = whole->readTensor(*whole->find(role)).value();
            const auto columns = static_cast<std::size_t>(options.hidden);
            QCOMPARE(rows.size(), 260 * columns);
            for (std::size_t row = 0; row < kept.size(); ++row)
                QVERIFY(std::equal(rows.begin() + static_cast<std::ptrdiff_t>(row * columns),
                                   rows.begin() + static_cast<std::ptrdiff_t>((row + 1) * columns),
                                   before.begin()
                                       + static_cast<std::ptrdiff_t>(
                                           static_cast<std::size_t>(kept[row]) * columns)));
        }
        QVERIFY(view->readTensor(*view->find(Role::Gate, 1)).value()
                == whole->readTensor(*whole->find(Role::Gate, 1)).value());
        QVERIFY(view->quickFingerprint() != whole->quickFingerprint());
        QVERIFY(!ModelSource::trimmed(view, kept).ok());

        // A variant of it remembers which tokens it kept.
        QVERIFY(saveVariant(variantFromSource(*view).value(), *view, path / "variant").ok());
        const auto stored = ModelSource::open(path / "variant").value();
        QVERIFY(stored->keptTokens() == kept);
        QCOMPARE(stored->tokenizer().tokens.size(), std::size_t { 259 });
        QVERIFY(!stored->isView());
    }

private:
    TokenizerData m_tokenizer;
};

QTEST_GUILESS_MAIN(ModelVocabularyTest)
#include "model_vocabulary_test.moc"
