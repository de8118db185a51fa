// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/target_row.h"

#include "ui/plots/card.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <cmath>

namespace schmidt {

/// A kind of limit. Values are shown in `unit`, of which one has `scale` of the program's own.
struct TargetRow::Kind {
    QString name, unit;
    double low = 0, high = 0, step = 0, scale = 1, fallback = 0;
    int decimals = 1;
    std::optional<double> Goals::*goal = nullptr;
    Metric Prediction::*predicted = nullptr;
    void (*put)(AllocationTarget& target, double value) = nullptr;
};

std::vector<TargetRow::Kind> TargetRow::kinds()
{
    using Target = AllocationTarget;
    const QString percent = QStringLiteral(" %"), megabytes = QStringLiteral(" MB");
    return {
        { tr("parameters kept"), percent, 5, 100, 5, 0.01, 80, 1, nullptr, nullptr,
          [](Target& target, double value) { target.keepParameters = value; } },
        { tr("size at most"), megabytes, 0.01, 1e6, 5, 1e6, 100, 1, &Goals::maxFileBytes,
          &Prediction::fileBytes,
          [](Target& target, double value) { target.bytes = std::llround(value); } },
        { tr("KL at most"), tr(" nat"), 0.0001, 20, 0.01, 1, 0.1, 4, &Goals::maxKl, nullptr,
          [](Target& target, double value) { target.maxKl = value; } },
        { tr("perplexity rise at most"), percent, 0.01, 1000, 1, 0.01, 5, 2,
          &Goals::maxPerplexityIncrease, nullptr,
          [](Target& target, double value) { target.maxPerplexityIncrease = value; } },
        { tr("speed at least"), tr(" tok/s"), 0.1, 1e6, 5, 1, 50, 1,
          &Goals::minDecodeTokensPerSecond, &Prediction::decodeRate,
          [](Target& target, double value) { target.minDecodeRate = value; } },
        { tr("memory at most"), megabytes, 0.01, 1e7, 10, 1e6, 200, 1, &Goals::maxMemoryBytes,
          &Prediction::memory,
          [](Target& target, double value) { target.maxMemoryBytes = value; } },
        { tr("energy at most"), tr(" J/tok"), 0.0001, 1e5, 0.1, 1, 1, 3, &Goals::maxJoulesPerToken,
          &Prediction::energy,
          [](Target& target, double value) { target.maxJoulesPerToken = value; } },
    };
}

TargetRow::TargetRow(QWidget* parent)
    : QWidget(parent)
    , m_kinds(kinds())
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    line->addWidget(roleLabel(tr("Target"), "muted", this));
    m_kind = new QComboBox(this);
    m_kind->setObjectName(QStringLiteral("target_kind"));
    m_kind->setAccessibleName(tr("Kind of target"));
    for (const Kind& kind : m_kinds)
        m_kind->addItem(kind.name);
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kind->setMinimumContentsLength(14);
    m_kind->setMinimumWidth(narrowestChooser);
    m_kind->view()->setMinimumWidth(220);
    m_value = new QDoubleSpinBox(this);
    m_value->setObjectName(QStringLiteral("target_value"));
    m_value->setAccessibleName(tr("Target value"));
    m_value->setFixedWidth(112);
    m_bits = new QCheckBox(tr("bits too"), this);
    m_bits->setToolTip(tr("Each layer also chooses between 16, 8 and 4 bits."));
    m_allocate = new QPushButton(tr("Allocate"), this);
    m_allocate->setObjectName(QStringLiteral("allocate"));
    m_allocate->setToolTip(
        tr("Finds the widths and KV groups with the smallest predicted KL under the target."));
    for (QWidget* widget : { static_cast<QWidget*>(m_kind), static_cast<QWidget*>(m_value),
                             static_cast<QWidget*>(m_bits), static_cast<QWidget*>(m_allocate) })
        line->addWidget(widget);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        m_typed = false;
        showKind();
    });
    connect(m_value, &QDoubleSpinBox::valueChanged, this, [this] { m_typed = true; });
    connect(m_allocate, &QPushButton::clicked, this, &TargetRow::allocateRequested);
    showKind();
}

TargetRow::~TargetRow() = default;

void TargetRow::setContext(const std::optional<Prediction>& prediction, const Goals& goals)
{
    m_prediction = prediction;
    m_goals = goals;
    if (!m_typed)
        showKind();
}

void TargetRow::setReady(bool ready)
{
    m_allocate->setEnabled(ready);
}

double TargetRow::offeredValue() const
{
    const Kind& kind = m_kinds[static_cast<std::size_t>(m_kind->currentIndex())];
    if (kind.goal && m_goals.*kind.goal)
        return *(m_goals.*kind.goal) / kind.scale;
    if (kind.predicted && m_prediction)
        if (const auto value = (*m_prediction.*kind.predicted).value)
            return *value / kind.scale;
    return kind.fallback;
}

void TargetRow::showKind()
{
    const Kind& kind = m_kinds[static_cast<std::size_t>(m_kind->currentIndex())];
    const double offered = offeredValue();
    const QSignalBlocker quiet(m_value);
    m_value->setDecimals(offered < 10 * std::pow(10.0, -kind.decimals) ? kind.decimals + 2
                                                                       : kind.decimals);
    m_value->setRange(kind.low, kind.high);
    m_value->setSingleStep(std::min(kind.step, std::max(kind.low, offered / 10)));
    m_value->setSuffix(kind.unit);
    m_value->setValue(offered);
}

AllocationTarget TargetRow::target() const
{
    const Kind& kind = m_kinds[static_cast<std::size_t>(m_kind->currentIndex())];
    AllocationTarget target;
    kind.put(target, m_value->value() * kind.scale);
    return target;
}

bool TargetRow::choosesBits() const
{
    return m_bits->isChecked();
}

QString TargetRow::description() const
{
    return m_kind->currentText() + QLatin1Char(' ') + m_value->text();
}

} // namespace schmidt
