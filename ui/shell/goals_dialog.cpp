// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/goals_dialog.h"

#include "workload/workload.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace schmidt {

GoalsDialog::GoalsDialog(const Goals& goals, QWidget* parent)
    : QDialog(parent)
    , m_start(goals)
{
    setWindowTitle(tr("Goals of the project"));
    auto* layout = new QVBoxLayout(this);
    auto* form = new QFormLayout;
    m_workload = new QComboBox(this);
    m_workload->setAccessibleName(tr("Workload"));
    if (auto known = builtinWorkloads(); known.ok())
        for (const WorkloadInfo& info : *known) {
            m_workload->addItem(QString::fromStdString(info.title),
                                QString::fromStdString(info.id));
            m_workload->setItemData(m_workload->count() - 1,
                                    QString::fromStdString(info.description), Qt::ToolTipRole);
        }
    m_workload->addItem(tr("Own texts"), QStringLiteral("own"));
    m_workload->setCurrentIndex(
        std::max(0, m_workload->findData(QString::fromStdString(goals.workload))));
    form->addRow(tr("Workload"), m_workload);
    addLimit(form, tr("KL to the original at most"), tr(" nat"), &Goals::maxKl, 1, 0.2, 3);
    addLimit(form, tr("Perplexity increase at most"), tr(" %"), &Goals::maxPerplexityIncrease, 0.01,
             10, 1);
    addLimit(form, tr("File at most"), tr(" MB"), &Goals::maxFileBytes, 1e6, 100, 1);
    addLimit(form, tr("Memory at most"), tr(" MB"), &Goals::maxMemoryBytes, 1e6, 300, 1);
    addLimit(form, tr("Decode at least"), tr(" tok/s"), &Goals::minDecodeTokensPerSecond, 1, 50, 1);
    addLimit(form, tr("First token within"), tr(" ms"), &Goals::maxFirstTokenSeconds, 0.001, 500,
             0);
    addLimit(form, tr("Energy per token at most"), tr(" J"), &Goals::maxJoulesPerToken, 1, 1, 3);
    m_private = new QCheckBox(tr("Text must not leave this machine"), this);
    m_private->setChecked(goals.privateOnly);
    form->addRow(QString(), m_private);
    layout->addLayout(form);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

void GoalsDialog::addLimit(QFormLayout* form, const QString& label, const QString& suffix,
                           std::optional<double> Goals::*member, double factor, double fallback,
                           int decimals)
{
    Limit limit { new QCheckBox(label, this), new QDoubleSpinBox(this), member, factor };
    limit.value->setRange(0, 1e9);
    limit.value->setDecimals(decimals);
    limit.value->setSuffix(suffix);
    limit.value->setAccessibleName(label);
    const std::optional<double>& stored = m_start.*member;
    limit.wanted->setChecked(stored.has_value());
    limit.value->setValue(stored ? *stored / factor : fallback);
    limit.value->setEnabled(stored.has_value());
    connect(limit.wanted, &QCheckBox::toggled, limit.value, &QWidget::setEnabled);
    form->addRow(limit.wanted, limit.value);
    m_limits.push_back(limit);
}

Goals GoalsDialog::goals() const
{
    Goals goals = m_start;
    goals.workload = m_workload->currentData().toString().toStdString();
    goals.privateOnly = m_private->isChecked();
    for (const Limit& limit : m_limits) {
        std::optional<double>& value = goals.*limit.member;
        value.reset();
        if (limit.wanted->isChecked())
            value = limit.value->value() * limit.factor;
    }
    return goals;
}

} // namespace schmidt
