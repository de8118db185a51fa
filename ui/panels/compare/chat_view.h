// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/json.h"
#include "ledger/exchanges.h"
#include "ledger/ledger.h"

#include <QString>
#include <QWidget>
#include <optional>
#include <random>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace schmidt {

class Card;
class ChatColumn;
class Workspace;

/// The same prompt to several runs, one column each, answers as they are generated: at once, or in
/// turn for speeds that compare. What was asked before is offered again with its answers. Blind:
/// columns
/// shuffled and names hidden until the user has preferred one; such votes are kept in the ledger
/// and counted.
class ChatView : public QWidget {
    Q_OBJECT
public:
    explicit ChatView(Workspace& workspace, QWidget* parent = nullptr);

    /// Columns for the compared runs; answers of runs that stay are kept.
    void refresh();

Q_SIGNALS:
    void messageRequested(const QString& text, bool isError);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Answer {
        RunId run;
        std::string name; ///< as the job names it
        ChatColumn* column = nullptr;
    };

    struct Source {
        QString folder; ///< of the project
        std::string workload;
        bool operator==(const Source&) const = default;
    };

    QWidget* buildPrompt();
    QWidget* buildChoices(Card* card);
    Answer makeAnswer(const RunRecord& run);
    std::vector<const RunRecord*> shownRuns(std::size_t& left) const;
    void arrange();
    void shuffle();
    void reveal();
    void offerVotes(bool offer);
    void vote(const ChatColumn* preferred);
    static QString tallyText(const VoteTally& tally);
    void refreshTally();
    void refreshButtons();
    bool together() const;
    void ask();
    void loadPrompts();
    void loadExchanges();
    void listPrompts();
    void choosePrompt(int index);
    void showExchange(const Exchange& exchange);
    void acceptPiece(int job, const QString& kind, const Json& payload);
    void acceptEnd(int job);
    void acceptAnswers(const Json& summary);

    Workspace& m_workspace;
    Card* m_card = nullptr;
    QComboBox* m_prompts = nullptr;
    QPlainTextEdit* m_prompt = nullptr;
    QSpinBox* m_tokens = nullptr;
    QSpinBox* m_seed = nullptr;
    QDoubleSpinBox* m_temperature = nullptr;
    QComboBox* m_order = nullptr; ///< at once or in turn
    QCheckBox* m_blind = nullptr;
    QPushButton* m_ask = nullptr;
    QPushButton* m_noneBetter = nullptr;
    QLabel* m_hint = nullptr; ///< what the order of the answers means for the figures
    QLabel* m_left = nullptr; ///< runs without a column
    QLabel* m_tally = nullptr;
    QHBoxLayout* m_columns = nullptr;
    std::vector<Answer> m_answers; ///< in the order of the columns
    std::mt19937 m_random { std::random_device {}() };
    Source m_loaded; ///< whose prompts are offered
    std::vector<std::string> m_offered; ///< prompts of the workload
    std::optional<Exchange> m_recalled; ///< whose answers the columns show
    std::vector<RunId> m_answered; ///< runs that were asked last, or that the recalled question has
    std::vector<Exchange> m_exchanges; ///< what was asked in this project, oldest first
    Vote m_asked; ///< what the shown answers are to
    bool m_hidden = false; ///< names are hidden until a vote
    int m_job = 0; ///< the running question, 0 for none
};

} // namespace schmidt
