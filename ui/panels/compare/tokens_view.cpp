// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/tokens_view.h"

#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/candidate_list.h"
#include "ui/panels/compare/token_detail.h"
#include "ui/plots/card.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"
#include "ui/plots/token_strip.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QThreadPool>
#include <QVBoxLayout>
#include <algorithm>

namespace schmidt {

namespace {

    constexpr int defaultTokens = 512;
    constexpr double defaultThreshold = 0.2;

} // namespace

TokensView::TokensView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_worker(new QThreadPool(this))
{
    m_worker->setMaxThreadCount(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addWidget(buildSource());
    layout->addWidget(buildStripe());
    auto* line = new QHBoxLayout;
    line->setSpacing(space::l);
    line->addWidget(buildStrip(), 3);
    line->addWidget(buildDetail(), 2);
    layout->addLayout(line, 3);
    layout->addWidget(buildLayers(), 2);
    for (const auto& [keys, step] : { std::pair(QKeySequence(Qt::Key_F8), 1),
                                      std::pair(QKeySequence(Qt::SHIFT | Qt::Key_F8), -1) }) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, [this, step = step] { stepWorst(step); });
    }
    connect(workspace.jobs(), &JobController::progressChanged, this, &TokensView::followJob);
    connect(workspace.jobs(), &JobController::finished, this, &TokensView::finishJob);
    connect(&themeOf(), &Theme::changed, this, [this] {
        nameVariant();
        fillDetail();
    });
    updateState();
}

TokensView::~TokensView()
{
    m_worker->waitForDone();
}

QWidget* TokensView::buildSource()
{
    auto* card = new Card(tr("Text"), this);
    card->setSubtitle(tr("read by both models, each token predicted from the true text before it"));
    m_run = new QComboBox(card);
    m_run->setObjectName(QStringLiteral("tokens_run"));
    m_run->setAccessibleName(tr("Run compared with the baseline"));
    m_run->setMinimumContentsLength(18);
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_passage = new QComboBox(card);
    m_passage->setObjectName(QStringLiteral("tokens_passage"));
    m_passage->setAccessibleName(tr("Text to read"));
    m_passage->setMinimumContentsLength(30);
    m_passage->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_tokens = new QSpinBox(card);
    m_tokens->setRange(2, 4096);
    m_tokens->setValue(defaultTokens);
    m_tokens->setSingleStep(128);
    m_tokens->setSuffix(tr(" tokens"));
    m_tokens->setAccessibleName(tr("Tokens at most"));
    m_tokens->setFixedWidth(110);
    m_start = new QPushButton(tr("Compare tokens"), card);
    m_start->setObjectName(QStringLiteral("tokens_start"));
    setRole(m_start, "primary");
    auto* line = new QHBoxLayout;
    line->setSpacing(space::s);
    line->addWidget(m_run, 1);
    line->addWidget(m_passage, 2);
    line->addWidget(m_tokens);
    line->addWidget(m_start);
    card->body()->addLayout(line);
    m_own = new QPlainTextEdit(card);
    m_own->setObjectName(QStringLiteral("tokens_own"));
    m_own->setAccessibleName(tr("Own text"));
    m_own->setPlaceholderText(tr("Type or paste a text of the kind this model will see"));
    m_own->setTabChangesFocus(true);
    m_own->setFixedHeight(72);
    m_own->hide();
    card->body()->addWidget(m_own);
    connect(m_run, &QComboBox::currentIndexChanged, this, &TokensView::chooseRun);
    connect(m_passage, &QComboBox::currentIndexChanged, this, &TokensView::updateState);
    connect(m_tokens, &QSpinBox::valueChanged, this, &TokensView::updateState);
    connect(m_own, &QPlainTextEdit::textChanged, this, &TokensView::updateState);
    connect(m_start, &QPushButton::clicked, this, &TokensView::start);
    return card;
}

QWidget* TokensView::buildStripe()
{
    m_stripe = new QFrame(this);
    m_stripe->setProperty("role", QStringLiteral("stripe"));
    auto* line = new QHBoxLayout(m_stripe);
    line->setContentsMargins(space::m, space::xs, space::m, space::xs);
    m_stripeText = new QLabel(m_stripe);
    m_stripeText->setObjectName(QStringLiteral("tokens_stripe"));
    m_stripeText->setWordWrap(true);
    line->addWidget(m_stripeText);
    m_stripe->hide();
    return m_stripe;
}

QWidget* TokensView::buildStrip()
{
    auto* card = new Card(tr("KL of every token"), this);
    m_previous = new QPushButton(tr("Previous"), card);
    m_previous->setToolTip(tr("To the token with the next larger KL (Shift+F8)"));
    m_next = new QPushButton(tr("Next worst"), card);
    m_next->setObjectName(QStringLiteral("tokens_next"));
    m_next->setToolTip(tr("To the token with the next smaller KL, at first to the largest (F8)"));
    for (QPushButton* button : { m_previous, m_next }) {
        setRole(button, "quiet");
        card->addCorner(button);
    }
    m_summary = roleLabel({}, "muted", card);
    m_summary->setObjectName(QStringLiteral("tokens_summary"));
    m_summary->setWordWrap(true);
    card->body()->addWidget(m_summary);
    m_strip = new TokenStrip(card);
    m_strip->setAccessibleName(tr("Text with the KL of every token"));
    card->body()->addWidget(m_strip, 1);
    card->body()->addWidget(new TokenLegend(card));
    connect(m_strip, &TokenStrip::currentChanged, this, [this](int token) { select(token - 1); });
    connect(m_next, &QPushButton::clicked, this, &TokensView::nextWorst);
    connect(m_previous, &QPushButton::clicked, this, &TokensView::previousWorst);
    return card;
}

QWidget* TokensView::buildDetail()
{
    auto* card = new Card(tr("What both models expected"), this);
    m_detail = new TokenDetail(card);
    card->body()->addWidget(m_detail);
    card->body()->addStretch(1); // keeps the title on top while the detail is hidden
    return card;
}

QWidget* TokensView::buildLayers()
{
    auto* card = new Card(tr("Where the models part"), this);
    card->setSubtitle(tr("distance of the residual streams after each layer, relative to the "
                         "baseline's length"));
    auto* label = roleLabel(tr("Threshold"), "muted", card);
    m_threshold = new QDoubleSpinBox(card);
    m_threshold->setObjectName(QStringLiteral("tokens_threshold"));
    m_threshold->setAccessibleName(tr("Distance from which the models count as parted"));
    m_threshold->setRange(0.01, 2);
    m_threshold->setSingleStep(0.05);
    m_threshold->setValue(defaultThreshold);
    m_threshold->setFixedWidth(72);
    label->setBuddy(m_threshold);
    m_spectra = new QPushButton(tr("Spectra of this layer"), card);
    setRole(m_spectra, "quiet");
    card->addCorner(m_spectra);
    card->addCorner(label);
    card->addCorner(m_threshold);
    m_sentence = new QLabel(card);
    m_sentence->setObjectName(QStringLiteral("tokens_sentence"));
    m_sentence->setWordWrap(true);
    card->body()->addWidget(m_sentence);
    m_map = new HeatMap(card);
    m_map->setObjectName(QStringLiteral("tokens_map"));
    m_map->setAccessibleName(tr("Distance of the residual streams over layers and tokens"));
    m_map->setExportName(QStringLiteral("tokens"));
    card->body()->addWidget(m_map, 1);
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &TokensView::fillSentence);
    connect(m_map, &HeatMap::currentChanged, this, [this](int row, int column) {
        select(column);
        m_map->setCurrent(row, column);
    });
    connect(m_spectra, &QPushButton::clicked, this, [this] {
        TensorSelection selection = m_workspace.selection();
        selection.layer = std::max(0, m_map->currentRow());
        m_workspace.setSelection(selection);
        Q_EMIT screenRequested(QStringLiteral("spectra"));
    });
    return card;
}

void TokensView::refresh()
{
    const QString folder = m_workspace.folder();
    const bool other = folder != m_folder;
    if (other || m_workload != m_workspace.goals().workload)
        refreshPassages();
    m_folder = folder;
    if (other) {
        m_own->clear();
        m_run->clear();
    }
    refreshRuns();
}

void TokensView::refreshRuns()
{
    const QVariant before = m_run->currentData();
    std::vector<const RunRecord*> offered;
    for (const RunRecord& run : m_workspace.runs())
        if (!run.baseline && run.state == RunState::Done)
            offered.push_back(&run);
    {
        const QSignalBlocker quiet(m_run);
        m_run->clear();
        for (const RunRecord* run : offered)
            m_run->addItem(tr("r%1 %2").arg(run->id.value).arg(QString::fromStdString(run->name)),
                           QVariant::fromValue<qlonglong>(run->id.value));
        const int kept = m_run->findData(before);
        m_run->setCurrentIndex(kept >= 0 ? kept : firstRead(offered));
    }
    chooseRun();
}

/// The first run that has been compared already, else the first one; -1 of none.
int TokensView::firstRead(const std::vector<const RunRecord*>& runs) const
{
    const std::filesystem::path folder = m_workspace.folder().toStdString();
    for (std::size_t index = 0; index < runs.size(); ++index)
        if (std::error_code status;
            std::filesystem::exists(tokenReportFile(folder, runs[index]->id), status))
            return static_cast<int>(index);
    return runs.empty() ? -1 : 0;
}

void TokensView::chooseRun()
{
    nameVariant();
    load();
}

void TokensView::nameVariant()
{
    if (const RunRecord* run = chosenRun())
        m_detail->setVariant(m_run->currentText(),
                             themeOf().variantColor(m_workspace.variantIndex(run->id)));
}

const RunRecord* TokensView::chosenRun() const
{
    const RunId id { m_run->currentIndex() < 0 ? -1 : m_run->currentData().toLongLong() };
    const auto found = std::find_if(m_workspace.runs().begin(), m_workspace.runs().end(),
                                    [id](const RunRecord& run) { return run.id == id; });
    return found == m_workspace.runs().end() ? nullptr : &*found;
}

void TokensView::load()
{
    ++m_generation;
    const RunRecord* run = chosenRun();
    if (!run)
        return show({}, {});
    // A long text's report takes longer to read than a frame.
    m_worker->start([this, generation = m_generation,
                     file = tokenReportFile(m_workspace.ledger()->folder(), run->id)] {
        std::error_code status;
        std::optional<TokenReport> report;
        QString problem;
        if (std::filesystem::exists(file, status)) {
            Result<TokenReport> read = internalError("not read");
            if (const auto json = readJsonFile(file); json.ok())
                read = tokenReportFromJson(*json);
            else
                read = json.error();
            if (read.ok())
                report = std::move(*read);
            else
                problem = messageText(read.error());
        }
        QMetaObject::invokeMethod(
            this,
            [this, generation, report = std::move(report), problem] {
                if (generation == m_generation)
                    show(report, problem);
            },
            Qt::QueuedConnection);
    });
}

void TokensView::show(std::optional<TokenReport> report, const QString& problem)
{
    // What is shown already keeps its selection and the text chosen since.
    if (m_report && report == m_report)
        return updateState();
    m_report = std::move(report);
    m_problem = problem;
    m_worst = m_report ? worstPredictions(*m_report) : std::vector<std::size_t>();
    m_current = -1;
    if (m_report)
        chooseSource(m_report->request);
    fillStrip();
    fillLayers();
    updateState();
    if (!m_worst.empty())
        select(static_cast<int>(m_worst.front()));
    else
        m_detail->clear();
}

} // namespace schmidt
