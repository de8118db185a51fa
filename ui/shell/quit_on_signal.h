// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>

namespace schmidt {

/// Makes SIGTERM and SIGINT close the windows as the user would: at the end of a session or with
/// Ctrl+C in a terminal, the program ends properly and is not taken for crashed. One at a time.
class QuitOnSignal : public QObject {
    Q_OBJECT
public:
    explicit QuitOnSignal(QObject* parent = nullptr);
    ~QuitOnSignal() override;

private:
    int m_read = -1; ///< end of the pipe that a handler writes to
};

} // namespace schmidt
