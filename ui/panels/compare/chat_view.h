// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/json.h"
#include "ledger/ledger.h"

#include <QString>
#include <QWidget>
#include <vector>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace schmidt {

class Workspace;

/// The same prompt to several runs, one column each, answers as they are generated.
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
        QWidget* frame = nullptr;
        QPlainTextEdit* text = nullptr;
        QLabel* speed = nullptr;
    };

    QWidget* buildPrompt();
    Answer makeAnswer(RunId run, const std::string& name);
    void ask();
    void loadPrompts();
    void acceptPiece(int job, const QString& kind, const Json& payload);
    void acceptEnd(int job);
    Answer* answerOf(const std::string& name);

    Workspace& m_workspace;
    QComboBox* m_prompts = nullptr;
    QPlainTextEdit* m_prompt = nullptr;
    QSpinBox* m_tokens = nullptr;
    QPushButton* m_ask = nullptr;
    QLabel* m_hint = nullptr;
    QHBoxLayout* m_columns = nullptr;
    std::vector<Answer> m_answers;
    std::string m_loaded; ///< workload whose prompts are offered
    int m_job = 0; ///< the running question, 0 for none
};

} // namespace schmidt
