// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QAbstractScrollArea>
#include <QString>
#include <cmath>
#include <vector>

namespace schmidt {

/// A token as the strip shows it.
struct StripToken {
    QString text; ///< with its leading blank
    double kl = NAN; ///< nat; NaN = nothing predicted this token
    bool otherTop = false; ///< the two models put different tokens first
};

/// A text as flowing tokens, each on a background that says how far two models are apart there.
/// Click and arrow keys choose a token; only visible lines are painted.
class TokenStrip : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TokenStrip(QWidget* parent = nullptr);

    void setTokens(std::vector<StripToken> tokens);
    const std::vector<StripToken>& tokens() const { return m_tokens; }
    /// Shown instead of the text: why there is none, or what is being worked on.
    void setMessage(const QString& text);
    const QString& message() const { return m_message; }

    /// Selects without emitting and scrolls there; a token without prediction or out of range
    /// selects nothing.
    void setCurrent(int token);
    int current() const { return m_current; }
    /// Where a token is painted, in viewport coordinates.
    QRectF tokenArea(int token) const;

    /// How strong the background of a token is: its KL in nat, 1 from 1 nat on.
    static double strength(double kl);

    QSize sizeHint() const override { return { 480, 240 }; }
    QSize minimumSizeHint() const override { return { 200, 96 }; }

Q_SIGNALS:
    /// The user chose a token.
    void currentChanged(int token);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    /// A token's place in the text's own coordinates; `text` is what is painted.
    struct Cell {
        QRectF area;
        QString text;
    };
    void layOut();
    void scrollToCurrent();
    void choose(int token);
    void paintToken(QPainter& painter, int token, const QRectF& area) const;
    int tokenAt(QPointF place) const;
    int neighbourLine(int direction) const;
    bool selectable(int token) const;

    std::vector<StripToken> m_tokens;
    std::vector<Cell> m_cells;
    QString m_message;
    int m_current = -1;
};

/// What the backgrounds of a TokenStrip mean, in nat.
class TokenLegend : public QWidget {
    Q_OBJECT
public:
    explicit TokenLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QString lowText() const;
    QString highText() const;
    QString markText() const;
    /// Widths of the two parts: the scale and the mark of another likeliest token.
    double scaleWidth() const;
    double markWidth() const;
    bool wraps() const;
};

} // namespace schmidt
