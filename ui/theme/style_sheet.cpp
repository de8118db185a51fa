// SPDX-License-Identifier: GPL-3.0-only
#include "ui/theme/theme.h"

namespace schmidt {

namespace {

    // @names are replaced by the theme's colours and sizes. Properties that panels may set:
    // role = "primary" | "quiet" | "chip" | "segment" on buttons, "title" | "section" | "muted" |
    // "small" | "big" on labels, "card" | "stripe" | "bar" on frames.
    constexpr const char* sheet = R"(
* { outline: none; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMainWindow, QDialog { background: @surface; }

QPushButton, QToolButton[role="chip"], QToolButton[role="button"] {
    background: @surface; color: @text; border: 1px solid @line; border-radius: 6px;
    padding: 0 12px; min-height: 26px; }
QPushButton:hover, QToolButton[role="chip"]:hover, QToolButton[role="button"]:hover { background: @hover; }
QPushButton:pressed { background: @sunken; }
QPushButton:focus, QToolButton[role="chip"]:focus, QToolButton[role="button"]:focus { border-color: @accent; }
QPushButton:disabled { color: @neutral; }
QPushButton[role="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: @accent; border-color: @text; }
QPushButton[role="primary"]:focus { border-color: @text; }
QPushButton[role="primary"]:disabled { background: @sunken; color: @neutral; border-color: @line; }
QPushButton[role="quiet"] { background: transparent; border-color: transparent; color: @accent; padding: 0 6px; }
QPushButton[role="quiet"]:hover { background: @hover; }
QPushButton[role="quiet"]:focus { border-color: @accent; }
QPushButton[role="quiet"]:disabled { color: @neutral; }
QPushButton[role="segment"] { border-radius: 0; padding: 0 10px; min-height: 24px; margin-left: -1px; }
QPushButton[role="segment"]:checked { background: @accent; color: @onAccent; border-color: @accent; }
QPushButton[role="segment"]:focus { border-color: @text; }
QToolButton { color: @text; border: 1px solid transparent; border-radius: 6px; padding: 2px 6px; }
QToolButton:hover { background: @hover; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: @surface; color: @text; border: 1px solid @line; border-radius: 6px; padding: 0 8px;
    selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 26px; }
QTextEdit, QPlainTextEdit { padding: 6px 8px; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: @muted; }
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @neutral; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    width: 0; border: none; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/@arrow); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line; padding: 4px;
    selection-background-color: @accent; selection-color: @onAccent; }

QCheckBox, QRadioButton { spacing: 6px; color: @text; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: @neutral; }
QCheckBox::indicator, QTreeView::indicator, QTableView::indicator, QListView::indicator {
    width: 14px; height: 14px; border: 1px solid @muted; border-radius: 3px; background: @surface; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QTableView::indicator:checked,
QListView::indicator:checked {
    background: @accent; border-color: @accent; image: url(:/icons/@check); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: @accent; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 8px;
    background: @surface; }
QRadioButton::indicator:checked { border: 4px solid @accent; width: 8px; height: 8px; }

QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -6px 0; border-radius: 8px;
    background: @surface; border: 2px solid @accent; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:pressed { background: @accentTint; }
QSlider:focus { border: none; }
QSlider::handle:horizontal:focus { background: @accent; }
QSlider::sub-page:horizontal:disabled { background: @neutral; }
QSlider::handle:horizontal:disabled { border-color: @neutral; }

QProgressBar { background: @sunken; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
    text-align: center; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QTableView, QTreeView, QListView { background: @surface; alternate-background-color: @raised;
    border: 1px solid @line; gridline-color: @grid; color: @text;
    selection-background-color: @accentTint; selection-color: @text; }
QTableView:focus, QTreeView:focus, QListView:focus { border-color: @accent; }
QTableView::item, QTreeView::item { padding: 0 8px; border: none; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {
    background: @accentTint; color: @text; }
QTableView::item:hover, QTreeView::item:hover, QListView::item:hover { background: @raised; }
QTableView::item:selected:hover, QTreeView::item:selected:hover { background: @accentTint; }
QListView#navigation { background: @raised; border: none; border-right: 1px solid @line; padding: 4px 0; }
QListView#navigation::item { padding-left: 8px; border: none; border-left: 3px solid transparent; }
QListView#navigation::item:selected { background: @surface; color: @text; border-left-color: @accent; }
QListView#navigation:focus { border: none; border-right: 1px solid @line; }
QListView#navigation::item:selected:focus { background: @accentTint; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @muted; border: none;
    border-bottom: 1px solid @line; padding: 0 8px; min-height: 27px; }
QHeaderView::section:hover { color: @text; }
QTableView QHeaderView::down-arrow { image: url(:/icons/@arrow); }
QTableView QHeaderView::up-arrow { image: url(:/icons/@upward); }
QTableView QHeaderView::down-arrow, QTableView QHeaderView::up-arrow {
    subcontrol-position: top center; width: 8px; height: 8px; }
QTableCornerButton::section { background: @surface; border: none; border-bottom: 1px solid @line; }

QMenuBar { background: @raised; color: @text; border-bottom: 1px solid @line; padding: 0 4px; }
QMenuBar::item { background: transparent; padding: 5px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @raised; color: @text; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; min-height: 16px; }
QMenu::item:selected { background: @accent; color: @onAccent; }
QMenu::item:disabled { color: @neutral; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::indicator { width: 12px; height: 12px; margin-left: 4px; }

QTabBar::tab { background: transparent; color: @muted; padding: 5px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; font-weight: 600; }
QTabBar::tab:hover { color: @text; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @neutral; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea { border: none; background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @accentTint; }

QFrame[role="card"] { background: @surface; border: 1px solid @line; border-radius: 0; }
QFrame[role="bar"] { background: @raised; border: none; }
QFrame[role="stripe"] { background: @warningSurface; border: none; border-left: 3px solid @warning; }
QFrame[role="stripe"] QLabel { color: @warning; }
QFrame[role="separator"] { background: @line; border: none; }
QLabel { background: transparent; color: @text; }
QLabel[role="title"] { font-size: @screenTitle; font-weight: 600; }
QLabel[role="section"] { font-weight: 600; }
QLabel[role="heading"] { font-size: @panelTitle; font-weight: 600; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: @small; }
QLabel[role="big"] { font-size: @big; font-weight: 600; }
QLabel[role="huge"] { font-size: @huge; font-weight: 600; }
QLabel[role="error"] { color: @worse; }
QStatusBar { background: @raised; color: @muted; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
)";

}

QString Theme::styleSheet() const
{
    QString text = QString::fromLatin1(sheet);
    const ThemeColors& c = m_colors;
    const auto replace = [&text](const char* name, const QString& value) {
        text.replace(QLatin1Char('@') + QLatin1String(name), value);
    };
    // Longer names first: "@accent" is a prefix of "@accentTint".
    replace("accentTint", c.accentTint.name());
    replace("accent", c.accent.name());
    replace("onAccent", c.onAccent.name());
    replace("warningSurface", c.warningSurface.name());
    replace("warning", c.warning.name());
    replace("surface", c.surface.name());
    replace("raised", c.raised.name());
    replace("sunken", c.sunken.name());
    replace("line", c.line.name());
    replace("grid", c.grid.name());
    replace("text", c.text.name());
    replace("muted", c.muted.name());
    replace("worse", c.worse.name());
    replace("neutral", c.neutral.name());
    replace("hover", c.hover.name());
    const auto size = [](TextSize step) { return QString::number(sheetPixels(step)) + "px"; };
    replace("small", size(TextSize::Small));
    replace("panelTitle", size(TextSize::PanelTitle));
    replace("screenTitle", size(TextSize::ScreenTitle));
    replace("big", size(TextSize::Big));
    replace("huge", size(TextSize::Huge));
    const QString shade = m_mode == ThemeMode::Light ? "dark" : "light";
    replace("arrow", "arrow-" + shade + ".svg");
    replace("upward", "arrow-up-" + shade + ".svg");
    replace("check", m_mode == ThemeMode::Light ? "check-light.svg" : "check-dark.svg");
    return text;
}

QString Theme::presentSheet() const
{
    const auto rule = [](const char* role, TextSize size) {
        return QStringLiteral("QLabel[role=\"%1\"] { font-size: %2px; }\n")
            .arg(QLatin1String(role))
            .arg(3 * sheetPixels(size) / 2);
    };
    return rule("big", TextSize::Big) + rule("heading", TextSize::PanelTitle)
        + rule("muted", TextSize::Body) + rule("small", TextSize::Small)
        + QStringLiteral("QPlainTextEdit { font-size: %1px; }\n")
              .arg(3 * sheetPixels(TextSize::Small) / 2);
}

} // namespace schmidt
