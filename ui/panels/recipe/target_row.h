// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "recipe/allocation.h"
#include "recipe/goals.h"

#include <QWidget>
#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QPushButton;

namespace schmidt {

/// What an allocation shall reach: a kind of limit, its value and whether bits may change too.
class TargetRow : public QWidget {
    Q_OBJECT
public:
    explicit TargetRow(QWidget* parent = nullptr);
    ~TargetRow() override;

    /// Offers the project's goal of the chosen kind as value, else what the draft is predicted to
    /// have; what the user has typed stays.
    void setContext(const std::optional<Prediction>& prediction, const Goals& goals);
    void setReady(bool ready);

    AllocationTarget target() const;
    bool choosesBits() const;
    /// "size at most 70.0 MB", for the history of edits.
    QString description() const;

Q_SIGNALS:
    void allocateRequested();

private:
    struct Kind;
    static std::vector<Kind> kinds();
    void showKind();
    double offeredValue() const;

    std::vector<Kind> m_kinds;
    QComboBox* m_kind = nullptr;
    QDoubleSpinBox* m_value = nullptr;
    QCheckBox* m_bits = nullptr;
    QPushButton* m_allocate = nullptr;
    Goals m_goals;
    std::optional<Prediction> m_prediction;
    bool m_typed = false; ///< the value is the user's own
};

} // namespace schmidt
