// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace schmidt {

/// What one model answered.
struct AnswerColumn {
    QString name, text;
    int variant = -1; ///< decides the colour; -1 is the baseline's
};

/// Answers side by side in large type; what does not fit ends in an ellipsis.
class AnswerColumns : public QWidget {
    Q_OBJECT
public:
    explicit AnswerColumns(QWidget* parent = nullptr);
    void setColumns(std::vector<AnswerColumn> columns);
    QSize minimumSizeHint() const override { return { 320, 120 }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<AnswerColumn> m_columns;
};

} // namespace schmidt
