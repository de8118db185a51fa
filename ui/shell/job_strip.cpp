// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/job_strip.h"

#include "ui/model/job_controller.h"
#include "ui/panels/queue/job_table.h"
#include "ui/plots/card.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <algorithm>
#include <cmath>

namespace schmidt {

JobStrip::JobStrip(JobController& jobs, QWidget* parent)
    : QFrame(parent)
    , m_jobs(jobs)
{
    setRole(this, "bar");
    auto* line = m_line = new QHBoxLayout(this);
    line->setContentsMargins(space::m, space::xs, space::m, space::xs);
    m_text = new QLabel(this);
    m_bar = new QProgressBar(this);
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(220);
    m_bar->setAccessibleName(tr("Progress of the running job"));
    m_remaining = roleLabel({}, "muted", this);
    m_cancel = new QPushButton(tr("Cancel"), this);
    line->addWidget(m_text);
    line->addWidget(m_bar);
    line->addWidget(m_remaining);
    line->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (const JobEntry* running = m_jobs.running())
            m_jobs.cancel(running->id);
    });
    connect(&jobs, &JobController::entriesChanged, this, &JobStrip::refresh);
    connect(&jobs, &JobController::progressChanged, this, &JobStrip::refresh);
    refresh();
}

void JobStrip::addHint(QWidget* hint)
{
    m_line->insertWidget(m_line->indexOf(m_cancel), hint, 1);
}

void JobStrip::refresh()
{
    const JobEntry* running = m_jobs.running();
    m_bar->setVisible(running);
    m_cancel->setVisible(running);
    if (!running) {
        const auto& entries = m_jobs.entries();
        m_remaining->clear();
        m_text->setText(entries.empty() ? tr("No job is running.")
                                        : tr("%1: %2").arg(entries.back().title,
                                                           jobStateText(entries.back().state)));
        return;
    }
    const auto waiting = static_cast<int>(
        std::count_if(m_jobs.entries().begin(), m_jobs.entries().end(),
                      [](const JobEntry& entry) { return entry.state == JobState::Queued; }));
    QString text = running->stage.isEmpty()
        ? running->title
        : QStringLiteral("%1 · %2").arg(running->title, running->stage);
    if (waiting > 0)
        text += QStringLiteral(" · ") + tr("%n waiting", nullptr, waiting);
    m_text->setText(text);
    m_bar->setValue(static_cast<int>(std::lround(running->fraction * 1000)));
    m_remaining->setText(remainingText(running->remaining));
}

} // namespace schmidt
