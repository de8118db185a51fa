// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace schmidt::testing {

/// Why a test that needs the Python oracles is skipped.
inline constexpr const char* noPythonOracle
    = "SCHMIDT_PYTHON names no interpreter; run packaging/setup.sh.";

/// Whether there is an interpreter for the oracles.
inline bool hasPythonOracle()
{
    return QFile::exists(qEnvironmentVariable("SCHMIDT_PYTHON"));
}

/// Runs a script of tests/interop (`arguments` begin with its path) to its end. Returns what it
/// said when it failed; nothing when all went well.
inline QByteArray runOracle(const QString& interpreter, const QStringList& arguments)
{
    constexpr int milliseconds = 300000;
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(interpreter, arguments);
    if (!process.waitForFinished(milliseconds))
        return process.errorString().toUtf8();
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    constexpr int shown = 800; // the end tells the reason, progress bars come before it
    return "The script failed: " + process.readAll().right(shown);
}

inline QByteArray runPythonOracle(const QStringList& arguments)
{
    return runOracle(qEnvironmentVariable("SCHMIDT_PYTHON"), arguments);
}

} // namespace schmidt::testing
