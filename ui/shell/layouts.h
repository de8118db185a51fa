// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

class QDockWidget;
class QMainWindow;

namespace schmidt {

/// Named arrangements of the docks. Each keeps what the user made of it, across starts too; reset
/// gives it back its first form.
class Layouts : public QObject {
    Q_OBJECT
public:
    /// `inspector` and `log` already belong to the window.
    Layouts(QMainWindow& window, QDockWidget& inspector, QDockWidget& log);

    /// "explore", "tune", "compare", "present".
    static QStringList ids();
    static QString title(const QString& id);
    /// The screen a layout begins with.
    static QString screen(const QString& id);

    const QString& current() const { return m_current; }
    /// Keeps the arrangement of the present layout and takes that of another one.
    void choose(const QString& id);
    /// Gives the present layout its first form.
    void reset();
    /// Keeps the arrangement for the next start.
    void store() const;
    /// Forgets all arrangements that were kept.
    static void forget();

Q_SIGNALS:
    void chosen(const QString& id);

private:
    void apply();
    void applyFirstForm();

    QMainWindow& m_window;
    QDockWidget& m_inspector;
    QDockWidget& m_log;
    QString m_current;
};

} // namespace schmidt
