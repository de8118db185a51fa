// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "recipe/goals.h"

#include <QDialog>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;

namespace schmidt {

/// The project's target picture: workload and limits. A limit that is not ticked is not asked for.
class GoalsDialog : public QDialog {
    Q_OBJECT
public:
    explicit GoalsDialog(const Goals& goals, QWidget* parent = nullptr);
    Goals goals() const;

private:
    struct Limit {
        QCheckBox* wanted = nullptr;
        QDoubleSpinBox* value = nullptr;
        std::optional<double> Goals::*member = nullptr;
        double factor = 1; ///< shown value × factor = stored value
    };
    void addLimit(QFormLayout* form, const QString& label, const QString& suffix,
                  std::optional<double> Goals::*member, double factor, double fallback,
                  int decimals);

    Goals m_start;
    QComboBox* m_workload = nullptr;
    QCheckBox* m_private = nullptr;
    std::vector<Limit> m_limits;
};

} // namespace schmidt
