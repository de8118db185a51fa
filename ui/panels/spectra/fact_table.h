// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QGridLayout;
class QLabel;

namespace schmidt {

/// A named number with a remark and its definition.
struct Fact {
    QString name, value, remark;
    QString definition; ///< tool tip
};

/// A few facts under each other: name, value, remark.
class FactTable : public QWidget {
    Q_OBJECT
public:
    explicit FactTable(QWidget* parent = nullptr);
    void setFacts(const std::vector<Fact>& facts);

private:
    struct Row {
        QLabel *name, *value, *remark;
    };
    Row& row(std::size_t index);

    QGridLayout* m_grid = nullptr;
    std::vector<Row> m_rows;
};

} // namespace schmidt
