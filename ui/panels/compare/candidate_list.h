// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace schmidt {

/// A token that a model thinks likely.
struct CandidateRow {
    QString text;
    double probability = 0;
    bool shared = false; ///< the other model lists it too
    bool real = false; ///< the text goes on with it
};

/// The likeliest tokens of one model, likeliest first, each with a bar of its probability; ✓ marks
/// the token that really follows, = one that the other model lists too.
class CandidateList : public QWidget {
    Q_OBJECT
public:
    explicit CandidateList(QWidget* parent = nullptr);

    void setRows(std::vector<CandidateRow> rows, const QColor& color);
    const std::vector<CandidateRow>& rows() const { return m_rows; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<CandidateRow> m_rows;
    QColor m_color;
};

/// A token in quotes with blanks and line ends made visible.
QString quotedToken(const QString& text);
/// A probability as percent; what is too small to be told from nothing is "< 0.1 %".
QString probabilityText(double probability);

} // namespace schmidt
