// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>
#include <QThread>
#include <atomic>
#include <memory>
#include <utility>

namespace schmidt {

/// Set by the owner of some work in the background to give it up.
using GivenUp = std::shared_ptr<std::atomic_bool>;

/// Runs `work(givenUp)` in a thread of its own and hands what it returns to `accept` in the
/// owner's thread, unless the work was given up meanwhile or returned null. `work` gives a
/// std::shared_ptr, whose object `accept` may take apart, looks at the flag now and then, and
/// touches nothing of the owner's. The owner calls waitForBackground() before it goes.
template <class Work, class Accept>
void inBackground(QObject* owner, const GivenUp& givenUp, Work work, Accept accept)
{
    QThread* thread
        = QThread::create([owner, givenUp, work = std::move(work), accept = std::move(accept)] {
              auto result = work(*givenUp);
              if (!result)
                  return;
              QMetaObject::invokeMethod(
                  owner,
                  [givenUp, accept, result] {
                      if (!*givenUp)
                          accept(*result);
                  },
                  Qt::QueuedConnection);
          });
    thread->setParent(owner);
    QObject::connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start(QThread::LowPriority);
}

/// Waits for the threads that inBackground() began for this owner.
inline void waitForBackground(const QObject* owner)
{
    for (QThread* thread : owner->findChildren<QThread*>(QString(), Qt::FindDirectChildrenOnly))
        thread->wait();
}

} // namespace schmidt
