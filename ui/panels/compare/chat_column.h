// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/json.h"
#include "ui/plots/card.h"

#include <QString>

class QFrame;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace schmidt {

/// The answer of one run. While it is hidden, neither its name nor its colour nor how fast it was
/// says whose it is.
class ChatColumn : public Card {
    Q_OBJECT
public:
    /// `name` as people read it ("r3 narrow"); `variant` decides the colour, -1 is the baseline's.
    ChatColumn(const QString& name, int variant, QWidget* parent = nullptr);

    /// Shows a letter instead of the name ("A", "B", …).
    void hideName(const QString& letter);
    void revealName();
    bool hidden() const { return !m_letter.isEmpty(); }

    void clearAnswer();
    void append(const QString& piece);
    /// What is going on: "waiting", "answering".
    void setState(const QString& text);
    /// Text and figures of a finished answer, as the job's summary gives them.
    void setAnswer(const Json& answer);
    /// Offers to prefer this answer.
    void offerVote(bool offer);
    /// Marks the answer that was preferred.
    void setPreferred(bool preferred);
    QString answer() const;

Q_SIGNALS:
    void preferred();

private:
    void showName();

    QString m_name, m_letter;
    QString m_figures, m_figuresReason; ///< shown once the name is
    int m_variant = -1;
    int m_pieces = 0; ///< tokens of the answer so far
    bool m_preferred = false;
    QFrame* m_line = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QLabel* m_state = nullptr;
    QPushButton* m_vote = nullptr;
};

} // namespace schmidt
