// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "recipe/prediction.h"
#include "ui/panels/present/scene.h"

#include <QElapsedTimer>
#include <QWidget>
#include <vector>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QThreadPool;
class QTimer;

namespace schmidt {

class AnswerColumns;
class BarList;
class GoalChart;
class HeatMap;
class ParetoPlot;
class Theme;

/// A number of 44 px with its caption.
class BigNumber : public QWidget {
    Q_OBJECT
public:
    explicit BigNumber(QWidget* parent = nullptr);
    void setNumber(const SceneNumber& number);
    const SceneNumber& number() const { return m_number; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return { 120, sizeHint().height() }; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    SceneNumber m_number;
};

/// Present mode: one plot, three big numbers, one sentence per scene. Arrow keys walk the scenes,
/// N shows the speaker's notes, Esc leaves.
class PresentView : public QWidget {
    Q_OBJECT
public:
    explicit PresentView(Workspace& workspace, QWidget* parent = nullptr);
    ~PresentView() override;

    /// Makes the scenes anew and shows the first one.
    void start();
    const std::vector<Scene>& scenes() const { return m_scenes; }
    int current() const { return m_current; }
    /// Out of range shows the nearest scene.
    void showScene(int index);
    bool notesShown() const;
    void showNotes(bool shown);

Q_SIGNALS:
    void leaveRequested();
    void messageRequested(const QString& text, bool isError);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildPlots();
    QWidget* buildNotes();
    void reloadScenes();
    void refresh();
    void fillPlot(SceneKind kind);
    void fillModel();
    void fillSpectra();
    void fillPrediction();
    void fillComparison();
    void fillAnswers();
    void fillGoals();
    void keepWords();
    void refreshClock();

    Workspace& m_workspace;
    std::vector<Scene> m_scenes;
    int m_current = 0;
    QLabel* m_title = nullptr;
    QLabel* m_place = nullptr;
    QStackedWidget* m_plots = nullptr;
    BarList* m_bars = nullptr;
    HeatMap* m_map = nullptr;
    ParetoPlot* m_pareto = nullptr;
    AnswerColumns* m_answers = nullptr;
    GoalChart* m_goals = nullptr;
    QLabel* m_empty = nullptr;
    std::vector<BigNumber*> m_numbers;
    QLabel* m_sentence = nullptr;
    QWidget* m_notes = nullptr;
    QPlainTextEdit* m_sentenceEdit = nullptr;
    QPlainTextEdit* m_hintEdit = nullptr;
    QLabel* m_clockText = nullptr;
    QTimer* m_clockTimer = nullptr;
    QElapsedTimer m_clock;
    QThreadPool* m_worker = nullptr;
    int m_generation = 0;
};

} // namespace schmidt
