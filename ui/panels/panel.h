// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QStringList>
#include <QWidget>

namespace schmidt {

class Workspace;

/// A screen of the window. It shows the workspace and changes it, and nothing else.
class Panel : public QWidget {
    Q_OBJECT
public:
    explicit Panel(Workspace& workspace, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_workspace(workspace)
    {
    }

    /// Title of the screen, translated.
    virtual QString title() const = 0;
    /// Stable id: "model", "spectra", "recipe", "queue", "compare", "card", "ledger".
    virtual QString id() const = 0;
    /// Ids of the pages of a screen that has several, the first one shown at the start.
    virtual QStringList pages() const { return {}; }
    /// Shows a page; an unknown id changes nothing.
    virtual void showPage(const QString&) { }

Q_SIGNALS:
    /// Asks the window for another screen.
    void screenRequested(const QString& id);
    /// One sentence for the status bar; `isError` shows it as a stripe.
    void messageRequested(const QString& text, bool isError);

protected:
    Workspace& workspace() const { return m_workspace; }

private:
    Workspace& m_workspace;
};

} // namespace schmidt
