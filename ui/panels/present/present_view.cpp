// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/present/present_view.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "recipe/allocation.h"
#include "ui/model/workspace.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/panels/spectra/measures.h"
#include "ui/plots/answer_columns.h"
#include "ui/plots/bar_strip.h"
#include "ui/plots/card.h"
#include "ui/plots/goal_chart.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/message_text.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/plots/pareto_plot.h"
#include "ui/plots/run_points.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QThreadPool>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int bigPixels = 44; ///< whatever the type scale of Present mode is
    constexpr int smallestPixels = 20; ///< of a number that has little room
    constexpr std::size_t numberCount = 3;

    QFont bigFont(bool italic)
    {
        QFont font = themeOf().font(TextSize::Huge, true);
        font.setPixelSize(bigPixels);
        font.setItalic(italic);
        return font;
    }

    QString clockText(qint64 seconds)
    {
        return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    }

} // namespace

BigNumber::BigNumber(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&themeOf(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void BigNumber::setNumber(const SceneNumber& number)
{
    m_number = number;
    setAccessibleName(number.value + QLatin1Char(' ') + number.caption);
    update();
}

QSize BigNumber::sizeHint() const
{
    const QFontMetricsF caption(themeOf().font());
    return { 220,
             static_cast<int>(QFontMetricsF(bigFont(false)).height() + 2 * caption.lineSpacing())
                 + space::s };
}

void BigNumber::paintEvent(QPaintEvent*)
{
    if (m_number.value.isEmpty())
        return;
    const Theme& theme = themeOf();
    QPainter painter(this);
    QFont big = bigFont(m_number.provenance == Provenance::Predicted);
    // A number that is too wide gets smaller rather than cut.
    const double wanted = QFontMetricsF(big).horizontalAdvance(m_number.value);
    if (wanted > width())
        big.setPixelSize(std::max(smallestPixels,
                                  static_cast<int>(bigPixels * width() / std::max(1.0, wanted))));
    const QFontMetricsF metrics(big);
    painter.setFont(big);
    painter.setPen(theme.colors().text);
    painter.drawText(QRectF(0, 0, width(), metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_number.value, Qt::ElideRight, width()));
    painter.setFont(theme.font());
    painter.setPen(theme.colors().muted);
    const QString mark = QString::fromStdString(provenanceMark(m_number.provenance));
    painter.drawText(QRectF(0, metrics.height(), width(), height() - metrics.height()),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     mark + QLatin1Char(' ') + m_number.caption);
}

PresentView::PresentView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_clockTimer(new QTimer(this))
    , m_worker(new QThreadPool(this))
{
    setObjectName(QStringLiteral("present"));
    setAccessibleName(tr("Present mode"));
    setFocusPolicy(Qt::StrongFocus);
    m_worker->setMaxThreadCount(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * space::xl, 2 * space::xl, 3 * space::xl, space::xl);
    layout->setSpacing(space::xl);
    auto* line = new QHBoxLayout;
    m_title = roleLabel({}, "big", this);
    m_place = roleLabel({}, "muted", this);
    line->addWidget(m_title, 1);
    line->addWidget(m_place);
    layout->addLayout(line);
    layout->addWidget(buildPlots(), 1);
    auto* numbers = new QHBoxLayout;
    numbers->setSpacing(2 * space::xl);
    for (std::size_t index = 0; index < numberCount; ++index) {
        m_numbers.push_back(new BigNumber(this));
        numbers->addWidget(m_numbers.back(), 1);
    }
    layout->addLayout(numbers);
    m_sentence = roleLabel({}, "heading", this);
    m_sentence->setObjectName(QStringLiteral("sentence"));
    m_sentence->setWordWrap(true);
    layout->addWidget(m_sentence);
    layout->addWidget(buildNotes());
    auto* keys = roleLabel(tr("← → scenes   N notes   Esc leave"), "small", this);
    keys->setAlignment(Qt::AlignRight);
    layout->addWidget(keys);
    setStyleSheet(themeOf().presentSheet());
    m_clockTimer->setInterval(1000);
    connect(m_clockTimer, &QTimer::timeout, this, &PresentView::refreshClock);
    // A job that ends meanwhile, or another project, changes what there is to show.
    const auto again = [this] {
        if (isVisible())
            reloadScenes();
    };
    connect(&workspace, &Workspace::projectChanged, this, again);
    connect(&workspace, &Workspace::analysisChanged, this, again);
    connect(&workspace, &Workspace::runsChanged, this, again);
}

PresentView::~PresentView()
{
    m_worker->waitForDone();
}

QWidget* PresentView::buildPlots()
{
    m_plots = new QStackedWidget(this);
    m_empty = roleLabel(tr("Open a model or the sample project; its scenes appear here."),
                        "heading", m_plots);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_bars = new BarList(m_plots);
    m_bars->setSpread(true);
    m_map = new HeatMap(m_plots);
    m_map->setAccessibleName(tr("Singular values over layers"));
    m_pareto = new ParetoPlot(m_plots);
    m_goals = new GoalChart(m_plots);
    m_goals->setAccessibleName(tr("Goals"));
    m_answers = new AnswerColumns(m_plots);
    m_answers->setAccessibleName(tr("Answers"));
    for (QWidget* plot :
         std::initializer_list<QWidget*> { m_empty, m_bars, m_map, m_pareto, m_answers, m_goals }) {
        m_plots->addWidget(plot);
        plot->installEventFilter(this);
    }
    return m_plots;
}

QWidget* PresentView::buildNotes()
{
    m_notes = new QWidget(this);
    auto* line = new QHBoxLayout(m_notes);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::l);
    const auto edit = [this, line](const QString& name, int stretch) {
        auto* column = new QVBoxLayout;
        column->setSpacing(space::xs);
        column->addWidget(roleLabel(name, "small", m_notes));
        auto* field = new QPlainTextEdit(m_notes);
        field->setAccessibleName(name);
        field->setTabChangesFocus(true);
        field->setFixedHeight(96);
        field->installEventFilter(this);
        column->addWidget(field);
        line->addLayout(column, stretch);
        return field;
    };
    m_hintEdit = edit(tr("For the speaker"), 3);
    m_sentenceEdit = edit(tr("Sentence of this scene"), 2);
    m_clockText = roleLabel({}, "heading", m_notes);
    m_clockText->setAlignment(Qt::AlignRight | Qt::AlignBottom);
    m_clockText->setToolTip(tr("Time since the first scene, and when this scene should end."));
    line->addWidget(m_clockText);
    m_notes->hide();
    return m_notes;
}

void PresentView::start()
{
    m_current = 0;
    m_clock.start();
    m_clockTimer->start();
    reloadScenes();
    setFocus();
}

void PresentView::reloadScenes()
{
    m_scenes = projectScenes(m_workspace);
    m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(m_scenes.size()) - 1));
    refresh();
}

void PresentView::showScene(int index)
{
    keepWords();
    index = std::clamp(index, 0, std::max(0, static_cast<int>(m_scenes.size()) - 1));
    if (index == m_current)
        return;
    m_current = index;
    refresh();
}

bool PresentView::notesShown() const
{
    return !m_notes->isHidden();
}

void PresentView::showNotes(bool shown)
{
    if (!shown)
        keepWords();
    m_notes->setVisible(shown);
    refreshClock();
}

void PresentView::refresh()
{
    const bool empty = m_scenes.empty();
    m_place->setText(empty ? QString() : tr("%1 of %2").arg(m_current + 1).arg(m_scenes.size()));
    const Scene scene = empty ? Scene {} : m_scenes[static_cast<std::size_t>(m_current)];
    m_title->setText(empty ? tr("Nothing to present yet") : scene.title);
    m_sentence->setText(scene.sentence);
    m_sentenceEdit->setPlainText(scene.sentence);
    m_hintEdit->setPlainText(scene.hint);
    m_sentenceEdit->setEnabled(!empty);
    m_hintEdit->setEnabled(!empty);
    for (std::size_t index = 0; index < m_numbers.size(); ++index)
        m_numbers[index]->setNumber(index < scene.numbers.size() ? scene.numbers[index]
                                                                 : SceneNumber {});
    setAccessibleDescription(scene.title + QStringLiteral(". ") + scene.sentence);
    ++m_generation;
    if (empty)
        m_plots->setCurrentWidget(m_empty);
    else
        fillPlot(scene.kind);
    refreshClock();
}

void PresentView::fillPlot(SceneKind kind)
{
    switch (kind) {
    case SceneKind::Model:
        return fillModel();
    case SceneKind::Spectra:
        return fillSpectra();
    case SceneKind::Prediction:
        return fillPrediction();
    case SceneKind::Comparison:
        return fillComparison();
    case SceneKind::Answers:
        return fillAnswers();
    case SceneKind::Goals:
        return fillGoals();
    }
}

void PresentView::fillModel()
{
    const Architecture& model = *m_workspace.architecture();
    double attention = 0, mlp = 0;
    for (const LayerShape& layer : model.layers)
        for (const Role role : linearRoles) {
            const MatrixShape shape = matrixShape(role, layer, model);
            const bool inMlp = role == Role::Gate || role == Role::Up || role == Role::Down;
            (inMlp ? mlp : attention) += static_cast<double>(shape.rows * shape.columns);
        }
    const double rest = static_cast<double>(model.totalParameters()) - attention - mlp;
    std::vector<BarEntry> entries;
    const auto add = [&entries](const QString& name, double value, int color) {
        Metric metric;
        metric.value = value;
        entries.push_back({ name, metricValueText(metric), value, color, false });
    };
    add(tr("MLPs"), mlp, 0);
    add(tr("attention"), attention, 1);
    add(tr("embedding"), rest, -1);
    m_bars->setAccessibleName(tr("Parameters by part"));
    m_bars->setEntries(std::move(entries), {});
    m_plots->setCurrentWidget(m_bars);
}

void PresentView::fillSpectra()
{
    const int layers = static_cast<int>(m_workspace.architecture()->layers.size());
    m_map->setData(
        mapData(MapMeasure::SingularValues, *m_workspace.analysis(), layers, Role::Down));
    m_plots->setCurrentWidget(m_map);
}

void PresentView::fillPrediction()
{
    m_pareto->setFront({});
    m_pareto->setRuns(measuredRunPoints(m_workspace));
    const RunRecord* baseline = baselineRun(m_workspace);
    const Metric* bytes
        = baseline ? findMetric(baseline->metrics, metric_names::fileBytes) : nullptr;
    m_pareto->setBaseline(bytes ? bytes->value : std::nullopt);
    m_pareto->setGoals(m_workspace.goals().maxFileBytes, m_workspace.goals().maxKl);
    m_plots->setCurrentWidget(m_pareto);
    const auto run = presentedRun(m_workspace);
    const Predictor* predictor = m_workspace.predictor();
    const auto recipe
        = run ? recipeFromJson(m_workspace.recipeOf(run->id)) : Result<Recipe>(usageError({}));
    if (!predictor || !recipe.ok())
        return;
    // The front takes longer than a frame, so a worker computes it.
    m_worker->start([this, generation = m_generation, predictor = *predictor,
                     wide = withEqualWidths(*recipe, predictor->architecture(), 1.0)] {
        std::vector<ParetoFrontPoint> points;
        for (const FrontierPoint& point : frontier(predictor, wide))
            points.push_back({ point.bytes, point.kl, point.klLow, point.klHigh });
        QMetaObject::invokeMethod(
            this,
            [this, generation, points] {
                if (generation == m_generation)
                    m_pareto->setFront(points);
            },
            Qt::QueuedConnection);
    });
}

void PresentView::fillComparison()
{
    std::vector<BarEntry> entries;
    const auto presented = presentedRun(m_workspace);
    for (const RunRecord& run : m_workspace.runs()) {
        const Metric* rate = findMetric(run.metrics, metric_names::fileBytes);
        const bool shown = run.baseline || (presented && presented->id == run.id);
        if (!shown || !rate || !rate->value)
            continue;
        entries.push_back(
            { run.baseline ? tr("original") : QString::fromStdString(validUtf8(run.name)),
              metricValueText(*rate), *rate->value, m_workspace.variantIndex(run.id),
              rate->provenance == Provenance::Predicted });
    }
    m_bars->setAccessibleName(metricTitle(metric_names::fileBytes));
    m_bars->setEntries(std::move(entries), tr("No file has been measured yet."));
    m_plots->setCurrentWidget(m_bars);
}

void PresentView::fillAnswers()
{
    std::vector<AnswerColumn> columns;
    const auto run = presentedRun(m_workspace);
    const auto exchange = presentedExchange(m_workspace);
    if (run && exchange)
        for (const RunRecord* shown : { baselineRun(m_workspace), &*run })
            columns.push_back(
                { shown->baseline ? tr("original") : QString::fromStdString(validUtf8(shown->name)),
                  QString::fromStdString(validUtf8(
                      jsonValue<std::string>(exchange->answerOf(shown->id)->answer, "text", {}))),
                  m_workspace.variantIndex(shown->id) });
    m_answers->setColumns(std::move(columns));
    m_plots->setCurrentWidget(m_answers);
}

void PresentView::fillGoals()
{
    const auto run = presentedRun(m_workspace);
    const RunRecord* baseline = baselineRun(m_workspace);
    std::vector<GoalRow> rows;
    if (run)
        for (const GoalCheck& check :
             checkGoals(m_workspace.goals(), run->metrics,
                        baseline ? baseline->metrics : std::vector<Metric> {})) {
            const bool open = check.verdict == Verdict::NotMeasured;
            const bool met = check.verdict == Verdict::Met;
            rows.push_back({ goalTitle(check),
                             open ? QStringLiteral("—") : amountText(check.reason),
                             open      ? tr("not measured")
                                 : met ? tr("✓ met")
                                       : tr("✗ missed"),
                             open      ? 0
                                 : met ? 1
                                       : -1 });
        }
    m_goals->setRows(std::move(rows));
    m_plots->setCurrentWidget(m_goals);
}

void PresentView::keepWords()
{
    if (m_scenes.empty() || m_notes->isHidden())
        return;
    Scene& scene = m_scenes[static_cast<std::size_t>(m_current)];
    const QString sentence = m_sentenceEdit->toPlainText().trimmed();
    const QString hint = m_hintEdit->toPlainText().trimmed();
    if (sentence == scene.sentence && hint == scene.hint)
        return;
    scene.sentence = sentence;
    scene.hint = hint;
    m_sentence->setText(sentence);
    const auto stored = storeSceneWords(m_workspace, scene);
    if (!stored.ok())
        Q_EMIT messageRequested(messageText(stored.error()), true);
    // An emptied field means the generated words again.
    m_scenes = projectScenes(m_workspace);
    m_current = std::min(m_current, std::max(0, static_cast<int>(m_scenes.size()) - 1));
}

void PresentView::refreshClock()
{
    if (m_notes->isHidden() || m_scenes.empty())
        return;
    int until = 0;
    for (int index = 0; index <= m_current; ++index)
        until += m_scenes[static_cast<std::size_t>(index)].seconds;
    m_clockText->setText(tr("%1 / %2").arg(clockText(m_clock.elapsed() / 1000), clockText(until)));
}

bool PresentView::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    const bool typing = watched == m_sentenceEdit || watched == m_hintEdit;
    if (typing && key->key() != Qt::Key_Escape)
        return false;
    if (typing) {
        // Out of the field first, then out of the mode.
        setFocus();
        return true;
    }
    // Plots have arrow keys of their own; here they walk the scenes.
    keyPressEvent(key);
    return key->isAccepted();
}

void PresentView::keyPressEvent(QKeyEvent* event)
{
    event->accept();
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down:
    case Qt::Key_PageDown:
    case Qt::Key_Space:
        return showScene(m_current + 1);
    case Qt::Key_Left:
    case Qt::Key_Up:
    case Qt::Key_PageUp:
    case Qt::Key_Backspace:
        return showScene(m_current - 1);
    case Qt::Key_Home:
        return showScene(0);
    case Qt::Key_End:
        return showScene(static_cast<int>(m_scenes.size()) - 1);
    case Qt::Key_N:
        return showNotes(!notesShown());
    case Qt::Key_Escape:
        keepWords();
        m_clockTimer->stop();
        Q_EMIT leaveRequested();
        return;
    default:
        event->ignore();
        QWidget::keyPressEvent(event);
    }
}

} // namespace schmidt
