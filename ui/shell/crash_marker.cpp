// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/crash_marker.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <csignal>

namespace schmidt {

namespace {

    /// What tells two programs with the same process id apart: when the process began, in ticks
    /// since the machine did (field 22 of /proc/PID/stat); empty where the system does not say.
    QString beginOf(qint64 process)
    {
        QFile file(QStringLiteral("/proc/%1/stat").arg(process));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const QByteArray text = file.readAll();
        // The name in field 2 may hold blanks; it ends with the last bracket.
        const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
        return QString::fromLatin1(fields.value(19));
    }

    bool isRunning(qint64 process, const QString& begin)
    {
        return process > 0 && kill(static_cast<pid_t>(process), 0) == 0
            && beginOf(process) == begin;
    }

} // namespace

CrashMarker::CrashMarker(const QString& folder)
{
    QDir().mkpath(folder);
    for (const QFileInfo& left : QDir(folder).entryInfoList(QDir::Files)) {
        QFile file(left.filePath());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
        if (isRunning(left.fileName().toLongLong(), lines.value(0)))
            continue;
        m_foundCrash = true;
        if (!lines.value(1).isEmpty())
            m_crashedProject = lines.value(1);
        file.remove();
    }
    m_file = QStringLiteral("%1/%2").arg(folder).arg(QCoreApplication::applicationPid());
    setProject({});
}

CrashMarker::~CrashMarker()
{
    QFile::remove(m_file);
}

void CrashMarker::setProject(const QString& folder)
{
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write((beginOf(QCoreApplication::applicationPid()) + QLatin1Char('\n') + folder).toUtf8());
    file.commit();
}

} // namespace schmidt
