// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QLayout>
#include <QWidget>
#include <vector>

namespace schmidt {

/// While it lives, showing and hiding widgets inside `inner` does not lay out what is around them;
/// one pass in an event of its own makes up for it. Without it Qt lays out the whole window once
/// per widget.
class LayoutPause {
public:
    explicit LayoutPause(QWidget* inner)
    {
        for (QWidget* widget = inner; widget && !widget->isWindow();
             widget = widget->parentWidget())
            if (QLayout* layout = widget->layout(); layout && layout->isEnabled()) {
                layout->setEnabled(false);
                m_paused.push_back(layout);
            }
    }
    ~LayoutPause()
    {
        for (QLayout* layout : m_paused)
            layout->setEnabled(true);
    }
    LayoutPause(const LayoutPause&) = delete;
    LayoutPause& operator=(const LayoutPause&) = delete;

private:
    std::vector<QLayout*> m_paused;
};

} // namespace schmidt
