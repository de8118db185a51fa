// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/log_view.h"

#include "ui/model/job_controller.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTime>
#include <QUrl>
#include <QVBoxLayout>

namespace schmidt {

namespace {

    constexpr int keptLines = 5000;

    LogView::Level levelOf(const QString& name)
    {
        if (name == QLatin1String("error"))
            return LogView::Error;
        return name == QLatin1String("warn") ? LogView::Warning : LogView::Info;
    }

} // namespace

LogView::LogView(JobController& jobs, const QString& file, QWidget* parent)
    : QWidget(parent)
    , m_file(file)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::m, space::s, space::m, space::s);
    layout->setSpacing(space::s);
    auto* line = new QHBoxLayout;
    m_level = new QComboBox(this);
    m_level->addItems({ tr("All lines"), tr("Warnings and errors"), tr("Errors") });
    m_level->setAccessibleName(tr("Level of the log"));
    auto* copyButton = new QPushButton(tr("Copy"), this);
    copyButton->setToolTip(tr("Copies the lines shown to the clipboard."));
    auto* openButton = new QPushButton(tr("Open file"), this);
    openButton->setToolTip(tr("Opens the file with the lines of this session."));
    line->addWidget(m_level);
    line->addStretch(1);
    line->addWidget(copyButton);
    line->addWidget(openButton);
    layout->addLayout(line);
    m_text = new QPlainTextEdit(this);
    m_text->setReadOnly(true);
    m_text->setMaximumBlockCount(keptLines);
    m_text->setFont(themeOf().monospace(TextSize::Small));
    m_text->setPlaceholderText(tr("Jobs write here what they do."));
    m_text->setAccessibleName(tr("Log"));
    layout->addWidget(m_text, 1);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogView::refresh);
    connect(copyButton, &QPushButton::clicked, this, &LogView::copy);
    connect(openButton, &QPushButton::clicked, this, &LogView::openFile);
    const auto titleOf = [&jobs](int id) {
        const JobEntry* entry = jobs.entry(id);
        return entry ? entry->title : QString();
    };
    connect(&jobs, &JobController::logged, this,
            [this, titleOf](int id, const QString& level, const QString& text) {
                add(levelOf(level), titleOf(id), text);
            });
    connect(&jobs, &JobController::finished, this, [this, &jobs](int id) {
        const JobEntry* entry = jobs.entry(id);
        if (entry && entry->state == JobState::Failed)
            add(Error, entry->title, entry->error);
        else if (entry && entry->state == JobState::Done)
            add(Info, entry->title, tr("done after %1 s").arg(entry->seconds, 0, 'f', 0));
    });
}

void LogView::add(Level level, const QString& source, const QString& text)
{
    const QString words[] = { tr("info"), tr("warning"), tr("error") };
    const QString line
        = QStringLiteral("%1  %2  %3: %4")
              .arg(QTime::currentTime().toString(Qt::ISODate), words[level], source, text);
    m_lines.append({ level, line });
    if (m_lines.size() > keptLines)
        m_lines.removeFirst();
    if (level >= m_level->currentIndex())
        m_text->appendPlainText(line);
    QDir().mkpath(QFileInfo(m_file).path());
    QFile file(m_file);
    if (file.open(QIODevice::WriteOnly | (m_begun ? QIODevice::Append : QIODevice::Truncate)))
        file.write(line.toUtf8() + '\n');
    m_begun = true;
}

QString LogView::text() const
{
    return m_text->toPlainText();
}

void LogView::refresh()
{
    QStringList shown;
    for (const Line& line : m_lines)
        if (line.level >= m_level->currentIndex())
            shown << line.text;
    m_text->setPlainText(shown.join(QLatin1Char('\n')));
}

void LogView::copy()
{
    QGuiApplication::clipboard()->setText(text());
}

void LogView::openFile()
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(m_file));
}

} // namespace schmidt
