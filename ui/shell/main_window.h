// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/result.h"
#include "ui/theme/theme.h"

#include <QList>
#include <QMainWindow>

class QDockWidget;
class QFrame;
class QLabel;
class QListWidget;
class QMenu;
class QStackedWidget;

namespace schmidt {

class HintLine;
class Layouts;
class LogView;
class Panel;
class PresentView;
class StartPage;
class Workspace;

/// The window: screens on the left, the chosen one in the middle, the running job at the bottom.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(Workspace& workspace, Theme& theme, QWidget* parent = nullptr);

    /// Opens a model (in a project of its own beside it or in the user's data folder) or a project
    /// folder; shows what went wrong in the stripe and returns false.
    bool openPath(const QString& path);
    /// Shows a screen by id; "start" is the start page.
    void showScreen(const QString& id);
    /// Ids of all screens in order, the start page first.
    QStringList screenIds() const;
    /// The screen of an id; null for the start page and for unknown ids.
    Panel* panel(const QString& id) const;
    QString currentScreen() const;
    /// All commands, for menus, palette and tests; found by objectName.
    const QList<QAction*>& commands() const { return m_commands; }
    void showMessage(const QString& text, bool isError);
    /// Present mode in the whole window, and back.
    void present(bool on);
    bool isPresenting() const;
    PresentView* presentView() const { return m_present; }
    Layouts* layouts() const { return m_layouts; }
    /// Prints the screen shown to a PDF file. Errors: Resources.
    Result<void> printScreenTo(const QString& file);
    /// Forgets where windows and docks were, for a safe start; before a window is made.
    static void forgetArrangement();
    /// Says that the program ended badly before and that the draft of the project is kept.
    void sayUncleanEnd(const QString& project);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildPanels();
    void buildMenus();
    void buildDocks();
    void buildStatus();
    void buildViewMenu();
    void buildLayoutMenu(QMenu* view);
    void buildRunMenu();
    void buildRuntimesMenu(QMenu* run);
    void buildSearchMenu(QMenu* run);
    void importWallMeter();
    void locateModel();
    void buildHelpMenu();
    QAction* addCommand(QMenu* menu, const char* name, const QString& text,
                        const QKeySequence& keys = {});
    void addPanel(Panel* panel);
    void addNavigation(const QString& id, const QString& title);
    void openModel();
    void openProject();
    QString askForModel(const QString& title);
    void openSample();
    void editGoals();
    void printScreen();
    void refreshTitle();
    void remember(const QString& folder);
    /// `arguments` stand beside those that the project gives.
    void enqueue(int kind, const QString& title, const Json& arguments = Json::object());
    void showPalette();
    void showManual(const QString& page);

    Workspace& m_workspace;
    Theme& m_theme;
    QListWidget* m_navigation = nullptr;
    QStackedWidget* m_modes = nullptr; ///< the screens, or Present mode
    PresentView* m_present = nullptr;
    bool m_wasFullScreen = false;
    QByteArray m_docksBefore; ///< Present mode
    QDockWidget *m_inspector = nullptr, *m_logDock = nullptr;
    LogView* m_log = nullptr;
    Layouts* m_layouts = nullptr;
    HintLine* m_hint = nullptr;
    QStackedWidget* m_screens = nullptr;
    StartPage* m_start = nullptr;
    QFrame* m_stripe = nullptr;
    QLabel* m_stripeText = nullptr;
    QList<Panel*> m_panels;
    QList<QAction*> m_commands;
};

} // namespace schmidt
