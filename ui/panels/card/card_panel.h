// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "governance/model_card.h"
#include "ui/panels/panel.h"

#include <optional>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QStackedWidget;
class QTextBrowser;

namespace schmidt {

/// The model card of a run: what it states, the words a person adds, and its formats.
class CardPanel : public Panel {
    Q_OBJECT
public:
    explicit CardPanel(Workspace& workspace, QWidget* parent = nullptr);

    QString title() const override;
    QString id() const override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildWords();
    std::optional<CardData> cardData();
    void refreshRuns();
    void refreshWords();
    void refreshPreview();
    void storeWords();
    void save();
    void exportModel();

    QComboBox* m_runs = nullptr;
    bool m_runsOutdated = true;
    QComboBox* m_format = nullptr;
    QTextBrowser* m_preview = nullptr;
    QStackedWidget* m_pages = nullptr;
    QLineEdit* m_licence = nullptr;
    QPlainTextEdit* m_use = nullptr;
    QPlainTextEdit* m_limits = nullptr;
};

} // namespace schmidt
