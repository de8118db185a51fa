// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/job_notifier.h"

#include "ui/model/job_controller.h"
#include "ui/plots/card.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSystemTrayIcon>
#include <QTimer>
#include <cmath>

namespace schmidt {

namespace {

    constexpr int shownMilliseconds = 8000;
    constexpr int noteWidth = 360;

    QString durationText(double seconds)
    {
        const int whole = static_cast<int>(std::lround(seconds));
        return whole < 120 ? JobNotifier::tr("%n seconds", nullptr, whole)
                           : JobNotifier::tr("%n minutes", nullptr, (whole + 30) / 60);
    }

} // namespace

JobNotifier::JobNotifier(const JobController& jobs, QWidget* window)
    : QFrame(window)
{
    setRole(this, "card");
    setAutoFillBackground(true);
    setObjectName(QStringLiteral("notification"));
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(space::m, space::s, space::s, space::s);
    m_text = new QLabel(this);
    m_text->setWordWrap(true);
    auto* show = new QPushButton(tr("Show"), this);
    setRole(show, "quiet");
    auto* close = new QPushButton(tr("Close"), this);
    setRole(close, "quiet");
    line->addWidget(m_text, 1);
    line->addWidget(show);
    line->addWidget(close);
    hide();
    window->installEventFilter(this);
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    connect(show, &QPushButton::clicked, this, [this] {
        hide();
        Q_EMIT queueRequested();
    });
    connect(&jobs, &JobController::finished, this, [this, &jobs](int id) {
        const JobEntry* job = jobs.entry(id);
        if (job && isTold(*job, this->window()->isActiveWindow()))
            tell(*job);
    });
}

bool JobNotifier::isTold(const JobEntry& job, bool windowIsActive)
{
    const bool ended = job.state == JobState::Done || job.state == JobState::Failed;
    return ended && (!windowIsActive || job.seconds >= longSeconds);
}

void JobNotifier::tell(const JobEntry& job)
{
    const QString text = job.state == JobState::Done
        ? tr("%1 is done after %2.").arg(job.title, durationText(job.seconds))
        : tr("%1 failed: %2").arg(job.title, job.error);
    if (QSystemTrayIcon::isSystemTrayAvailable() && QSystemTrayIcon::supportsMessages()) {
        if (!m_tray) {
            m_tray = new QSystemTrayIcon(window()->windowIcon(), this);
            connect(m_tray, &QSystemTrayIcon::messageClicked, this, [this] {
                window()->raise();
                window()->activateWindow();
                m_tray->hide();
                Q_EMIT queueRequested();
            });
        }
        m_tray->show();
        m_tray->showMessage(window()->windowTitle(), text,
                            job.state == JobState::Done ? QSystemTrayIcon::Information
                                                        : QSystemTrayIcon::Warning);
        QTimer::singleShot(shownMilliseconds, m_tray, &QSystemTrayIcon::hide);
        return;
    }
    m_text->setText(text);
    place();
    show();
    raise();
    QTimer::singleShot(shownMilliseconds, this, &QWidget::hide);
}

void JobNotifier::place()
{
    layout()->activate();
    const int width = std::min(noteWidth, window()->width() - 2 * space::l);
    const int height
        = layout()->hasHeightForWidth() ? layout()->heightForWidth(width) : sizeHint().height();
    setGeometry(window()->width() - width - space::l,
                window()->height() - height - space::control - space::l - space::s, width, height);
}

bool JobNotifier::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible())
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace schmidt
