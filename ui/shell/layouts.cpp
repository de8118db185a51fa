// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/layouts.h"

#include <QDockWidget>
#include <QMainWindow>
#include <QSettings>

namespace schmidt {

namespace {

    constexpr int stateVersion = 1; ///< states of another version are left alone
    constexpr int inspectorWidth = 280, logHeight = 180;
    const QLatin1String currentKey("layout");

    struct Form {
        const char *id, *title, *screen;
        bool inspector, log;
    };

    constexpr Form forms[] = {
        { "explore", QT_TRANSLATE_NOOP("schmidt::Layouts", "&Explore"), "spectra", true, false },
        { "tune", QT_TRANSLATE_NOOP("schmidt::Layouts", "&Tune"), "recipe", false, false },
        { "compare", QT_TRANSLATE_NOOP("schmidt::Layouts", "C&ompare"), "compare", false, false },
        { "present", QT_TRANSLATE_NOOP("schmidt::Layouts", "P&resent"), "spectra", false, false },
    };

    const Form& formOf(const QString& id)
    {
        for (const Form& form : forms)
            if (id == QLatin1String(form.id))
                return form;
        return forms[1];
    }

    QString stateKey(const QString& id)
    {
        return QStringLiteral("layouts/") + id;
    }

} // namespace

Layouts::Layouts(QMainWindow& window, QDockWidget& inspector, QDockWidget& log)
    : QObject(&window)
    , m_window(window)
    , m_inspector(inspector)
    , m_log(log)
    , m_current(QLatin1String(
          formOf(QSettings().value(currentKey, QStringLiteral("tune")).toString()).id))
{
    apply();
}

QStringList Layouts::ids()
{
    QStringList ids;
    for (const Form& form : forms)
        ids << QLatin1String(form.id);
    return ids;
}

QString Layouts::title(const QString& id)
{
    return tr(formOf(id).title);
}

QString Layouts::screen(const QString& id)
{
    return QLatin1String(formOf(id).screen);
}

void Layouts::choose(const QString& id)
{
    if (!ids().contains(id))
        return;
    if (id != m_current) {
        store();
        m_current = id;
        QSettings().setValue(currentKey, id);
        apply();
    }
    Q_EMIT chosen(id);
}

void Layouts::reset()
{
    QSettings().remove(stateKey(m_current));
    applyFirstForm();
}

void Layouts::store() const
{
    QSettings settings;
    settings.setValue(currentKey, m_current);
    settings.setValue(stateKey(m_current), m_window.saveState(stateVersion));
}

void Layouts::forget()
{
    QSettings settings;
    settings.remove(currentKey);
    settings.remove(QStringLiteral("layouts"));
}

void Layouts::apply()
{
    const QByteArray state = QSettings().value(stateKey(m_current)).toByteArray();
    if (state.isEmpty() || !m_window.restoreState(state, stateVersion))
        applyFirstForm();
}

void Layouts::applyFirstForm()
{
    const Form& form = formOf(m_current);
    for (QDockWidget* dock : { &m_inspector, &m_log })
        dock->setFloating(false);
    m_window.addDockWidget(Qt::RightDockWidgetArea, &m_inspector);
    m_window.addDockWidget(Qt::BottomDockWidgetArea, &m_log);
    m_inspector.setVisible(form.inspector);
    m_log.setVisible(form.log);
    m_window.resizeDocks({ &m_inspector }, { inspectorWidth }, Qt::Horizontal);
    m_window.resizeDocks({ &m_log }, { logHeight }, Qt::Vertical);
}

} // namespace schmidt
