// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/token_report.h"

#include <QColor>
#include <QString>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace schmidt {

class CandidateList;

/// What baseline and variant expected at one token, side by side.
class TokenDetail : public QWidget {
    Q_OBJECT
public:
    explicit TokenDetail(QWidget* parent = nullptr);

    /// Name and colour of the variant's column.
    void setVariant(const QString& name, const QColor& color);
    /// Shows a prediction; `rank` counts from 1 by falling KL.
    void setPrediction(const TokenReport& report, std::size_t prediction, std::size_t rank);
    /// Nothing is chosen.
    void clear();

    const CandidateList* baselineList() const { return m_baseline.list; }
    const CandidateList* variantList() const { return m_variant.list; }

private:
    struct Column {
        QLabel* name = nullptr;
        QLabel* real = nullptr;
        CandidateList* list = nullptr;
    };
    Column makeColumn(QGridLayout* grid, int column);
    static void fill(const Column& column, const TokenReport& report,
                     const std::vector<TokenCandidate>& own,
                     const std::vector<TokenCandidate>& other, std::int32_t real, double nll,
                     const QColor& color);

    QLabel* m_headline = nullptr;
    QLabel* m_hint = nullptr;
    QLabel* m_note = nullptr;
    QWidget* m_columns = nullptr;
    Column m_baseline, m_variant;
    QColor m_color;
};

} // namespace schmidt
