// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "model/architecture.h"
#include "recipe/prediction.h"

#include <QString>
#include <QWidget>
#include <optional>

class QSpinBox;

namespace schmidt {

class ElidedLabel;

/// What a variant needs of this machine and what this machine has, in bytes; 0 = unknown.
struct MachineNeeds {
    double memory = 0, memoryThere = 0;
    double disk = 0, diskThere = 0;
};

/// Bytes of the key-value cache for one token, in 16 bit.
double cacheBytesPerToken(const Recipe& recipe, const Architecture& architecture);
/// The needs as one sentence with numbers: "365 MB of 16 GB memory, 107 MB of 40 GB disk".
QString needsText(const MachineNeeds& needs);
/// Whether the needs fit; absent when the machine's side is unknown.
std::optional<bool> needsFit(const MachineNeeds& needs);

/// Whether the draft fits this machine at a chosen context, and what else the run should do.
class MachineRow : public QWidget {
    Q_OBJECT
public:
    explicit MachineRow(QWidget* parent = nullptr);

    /// Folder whose disk takes the result.
    void setFolder(const QString& folder);
    /// Cheap enough for every slider step.
    void setDraft(const Prediction& prediction, const Recipe& recipe,
                  const Architecture& architecture);

Q_SIGNALS:
    /// Minutes of distillation after the compression, chosen by hand; 0 = off.
    void healMinutesChosen(int minutes);

private:
    void refresh();

    ElidedLabel* m_fit = nullptr;
    QSpinBox* m_context = nullptr;
    QSpinBox* m_heal = nullptr;
    double m_memory = 0; ///< predicted at memoryContext tokens
    double m_perToken = 0, m_file = 0;
    double m_memoryThere = 0, m_diskThere = 0;
};

} // namespace schmidt
