// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/recipe/machine_row.h"

#include "ui/plots/card.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStorageInfo>
#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace schmidt {

namespace {

    constexpr int usualContext = 4096;
    constexpr double bytesPerCacheEntry = 2; ///< 16 bit

    double physicalMemory()
    {
        const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
        return pages > 0 && size > 0 ? static_cast<double>(pages) * static_cast<double>(size) : 0;
    }

} // namespace

double cacheBytesPerToken(const Recipe& recipe, const Architecture& architecture)
{
    double entries = 0;
    for (const LayerRecipe& layer : recipe.layers)
        entries += 2.0 * static_cast<double>(layer.kvGroups * architecture.headDim);
    return entries * bytesPerCacheEntry;
}

QString needsText(const MachineNeeds& needs)
{
    const auto part = [](double wanted, double there, const QString& both, const QString& alone) {
        return there > 0 ? both.arg(bytesText(wanted), bytesText(there))
                         : alone.arg(bytesText(wanted));
    };
    return part(needs.memory, needs.memoryThere, MachineRow::tr("%1 of %2 memory"),
                MachineRow::tr("%1 memory"))
        + QStringLiteral(", ")
        + part(needs.disk, needs.diskThere, MachineRow::tr("%1 of %2 disk"),
               MachineRow::tr("%1 disk"));
}

std::optional<bool> needsFit(const MachineNeeds& needs)
{
    if (needs.memoryThere <= 0 || needs.diskThere <= 0)
        return std::nullopt;
    return needs.memory <= needs.memoryThere && needs.disk <= needs.diskThere;
}

MachineRow::MachineRow(QWidget* parent)
    : QWidget(parent)
    , m_memoryThere(physicalMemory())
{
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    line->addWidget(roleLabel(tr("This machine"), "muted", this));
    m_fit = new ElidedLabel(this);
    m_fit->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    line->addWidget(new SteadyRoom(m_fit, this), 1);
    line->addWidget(roleLabel(tr("Context"), "muted", this));
    m_context = new QSpinBox(this);
    m_context->setAccessibleName(tr("Context length for the memory, tokens"));
    m_context->setRange(256, 1 << 20);
    m_context->setSingleStep(1024);
    m_context->setValue(usualContext);
    m_context->setFixedWidth(92);
    line->addWidget(m_context);
    line->addSpacing(space::s);
    line->addWidget(roleLabel(tr("Heal afterwards"), "muted", this));
    m_heal = new QSpinBox(this);
    m_heal->setObjectName(QStringLiteral("heal_minutes"));
    m_heal->setAccessibleName(tr("Minutes of healing after the compression, 0 is off"));
    m_heal->setToolTip(tr("Trains the compressed model to repeat the original's answers for so "
                          "many minutes. What that is predicted to gain stands below the KL."));
    m_heal->setRange(0, 24 * 60);
    m_heal->setSingleStep(5);
    m_heal->setSpecialValueText(tr("off"));
    m_heal->setSuffix(tr(" min"));
    m_heal->setFixedWidth(84);
    line->addWidget(m_heal);
    connect(m_context, &QSpinBox::valueChanged, this, &MachineRow::refresh);
    connect(m_heal, &QSpinBox::valueChanged, this, &MachineRow::healMinutesChosen);
}

void MachineRow::setFolder(const QString& folder)
{
    const QStorageInfo disk(folder);
    m_diskThere = disk.isValid() && disk.isReady() ? static_cast<double>(disk.bytesAvailable()) : 0;
    refresh();
}

void MachineRow::setDraft(const Prediction& prediction, const Recipe& recipe,
                          const Architecture& architecture)
{
    m_memory = prediction.memory.value.value_or(0);
    m_file = prediction.fileBytes.value.value_or(0);
    m_perToken = cacheBytesPerToken(recipe, architecture);
    {
        const QSignalBlocker quiet(m_heal);
        m_heal->setSpecialValueText(recipe.heal.tokens > 0 ? tr("tokens") : tr("off"));
        m_heal->setValue(static_cast<int>(std::lround(recipe.heal.minutes)));
    }
    refresh();
}

void MachineRow::refresh()
{
    const double memory
        = m_memory + m_perToken * (m_context->value() - static_cast<double>(memoryContext));
    const MachineNeeds needs { std::max(0.0, memory), m_memoryThere, m_file, m_diskThere };
    const auto fits = needsFit(needs);
    const QString words = needsText(needs);
    const QString text = !fits ? words
        : *fits                ? tr("✓ fits: %1").arg(words)
                               : tr("✗ does not fit: %1").arg(words);
    if (text == m_fit->text())
        return;
    m_fit->setText(text);
    m_fit->setShortText(fits == true ? tr("✓ fits") : QString());
    m_fit->setAlert(fits == false);
    m_fit->setToolTip(
        text + QLatin1Char('\n')
        + tr("Predicted: weights and key-value cache for the context, and the exported file."));
}

} // namespace schmidt
