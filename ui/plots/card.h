// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QFrame>
#include <QLabel>
#include <QString>
#include <QStringList>

class QButtonGroup;
class QHBoxLayout;
class QVBoxLayout;

namespace schmidt {

/// A muted line for which there may be too little room: then it shows its short form if it has one
/// that fits, else its beginning, and nothing at all where less than half of it fits. Its tool tip
/// says the whole.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    using QLabel::QLabel;
    void setShortText(const QString& text)
    {
        m_short = text;
        update();
    }
    /// What there is room for.
    QString shownText() const;
    /// Paints the words as something that went wrong.
    void setAlert(bool alert)
    {
        m_alert = alert;
        update();
    }
    QSize minimumSizeHint() const override { return { 0, QLabel::minimumSizeHint().height() }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_short;
    bool m_alert = false;
};

/// Gives its room to one widget, whose size hints then do not concern the layout around it: words
/// that change with every step of a slider would lay out the whole window each time.
class SteadyRoom : public QWidget {
    Q_OBJECT
public:
    /// Takes the widget.
    explicit SteadyRoom(QWidget* content, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return { 0, sizeHint().height() }; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* m_content;
};

/// Width to which a chooser in the header of a screen may shrink in a narrow window.
inline constexpr int narrowestChooser = 96;

/// The name of a screen; a long one is cut. Directly in the layout of its parent, a header, it
/// leaves when there is no room for everything: the side bar says the name as well.
class ScreenTitle : public QLabel {
    Q_OBJECT
public:
    ScreenTitle(const QString& text, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
};

/// A framed area with a title line and a body.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    /// Muted words after the title; elided when there is no room.
    void setSubtitle(const QString& text);
    QVBoxLayout* body() const { return m_body; }
    /// Puts a control at the right end of the title line.
    void addCorner(QWidget* widget);

private:
    QLabel* m_title = nullptr;
    QLabel* m_subtitle = nullptr;
    QHBoxLayout* m_line = nullptr;
    QVBoxLayout* m_body = nullptr;
};

/// A label in one of the theme's roles ("title", "muted", "small", "section", …).
QLabel* roleLabel(const QString& text, const char* role, QWidget* parent = nullptr);
/// Checkable buttons side by side, of which one is chosen; their ids count from 0.
QWidget* segmentRow(const QStringList& names, QButtonGroup& group, QWidget* parent);
/// Sets a theme role ("primary", "segment", …) on a widget and repolishes it.
void setRole(QWidget* widget, const char* role);

} // namespace schmidt
