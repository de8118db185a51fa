// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "recipe/recipe.h"

#include <QDialog>
#include <QString>
#include <vector>

class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;
class QTableWidget;

namespace schmidt {

class Workspace;

/// A recipe that waits to be put into the queue.
struct BatchEntry {
    QString name;
    Recipe recipe;
    QString problem; ///< why it cannot run; empty when it can
};

/// Recipes with the smallest predicted loss at `count` sizes between two limits in bytes, with the
/// schemes, locks and mode of `start`; sizes out of reach carry the reason. Empty without analysis.
std::vector<BatchEntry> recipesBySize(const Workspace& workspace, int count, double fromBytes,
                                      double toBytes);

/// "These twelve recipes": spread over sizes or read from files, looked at, and put into the queue
/// one after the other, for a night.
class BatchDialog : public QDialog {
    Q_OBJECT
public:
    explicit BatchDialog(Workspace& workspace, QWidget* parent = nullptr);

    /// Reads a recipe file into the list; what cannot be read is listed with its reason.
    void addFile(const QString& path);
    /// Puts what can run into the queue and returns how many.
    int enqueueAll();
    const std::vector<BatchEntry>& entries() const { return m_entries; }

private:
    QWidget* buildSpread();
    void spread();
    void addFiles();
    void refresh();
    QString durationSentence(int count) const;

    Workspace& m_workspace;
    std::vector<BatchEntry> m_entries;
    QSpinBox* m_count = nullptr;
    QDoubleSpinBox* m_from = nullptr;
    QDoubleSpinBox* m_to = nullptr;
    QTableWidget* m_table = nullptr;
    QLabel* m_note = nullptr;
    QDialogButtonBox* m_buttons = nullptr;
};

} // namespace schmidt
