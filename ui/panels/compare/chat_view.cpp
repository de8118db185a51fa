// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/chat_view.h"

#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/chat_column.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

namespace schmidt {

namespace {

    /// More columns than this are too narrow to read.
    constexpr std::size_t mostColumns = 4;
    constexpr int exchangeRole = Qt::UserRole + 1; ///< index of an exchange, -1 for a mere prompt

} // namespace

ChatView::ChatView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addWidget(buildPrompt());
    m_left = roleLabel({}, "muted", this);
    m_left->setWordWrap(true);
    layout->addWidget(m_left);
    m_columns = new QHBoxLayout;
    m_columns->setSpacing(space::m);
    layout->addLayout(m_columns, 1);
    m_tally = roleLabel({}, "muted", this);
    m_tally->setObjectName(QStringLiteral("chat_tally"));
    m_tally->setWordWrap(true);
    m_tally->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout->addWidget(m_tally);
    connect(workspace.jobs(), &JobController::partialArrived, this, &ChatView::acceptPiece);
    connect(workspace.jobs(), &JobController::finished, this, &ChatView::acceptEnd);
}

QWidget* ChatView::buildPrompt()
{
    m_card = new Card(tr("Prompt"), this);
    m_prompts = new QComboBox(m_card);
    m_prompts->setAccessibleName(tr("Prompts of the workload"));
    m_prompts->setPlaceholderText(tr("Prompts of the workload"));
    m_prompts->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_prompts->setMinimumContentsLength(30);
    m_card->addCorner(m_prompts);
    m_prompt = new QPlainTextEdit(m_card);
    m_prompt->setObjectName(QStringLiteral("chat_prompt"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setPlaceholderText(tr("Ask something that users of this model would ask"));
    m_prompt->setFixedHeight(72);
    m_prompt->setTabChangesFocus(true);
    m_card->body()->addWidget(m_prompt);
    m_card->body()->addWidget(buildChoices(m_card));
    m_hint = roleLabel({}, "muted", m_card);
    m_hint->setObjectName(QStringLiteral("chat_order_hint"));
    m_hint->setWordWrap(true);
    m_card->body()->addWidget(m_hint);
    connect(m_prompts, &QComboBox::activated, this, &ChatView::choosePrompt);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &ChatView::refreshButtons);
    connect(m_ask, &QPushButton::clicked, this, &ChatView::ask);
    connect(m_noneBetter, &QPushButton::clicked, this, [this] { vote(nullptr); });
    connect(m_blind, &QCheckBox::toggled, this, [this](bool on) {
        if (!on)
            reveal();
        refreshTally();
    });
    connect(m_temperature, &QDoubleSpinBox::valueChanged, this, &ChatView::refreshButtons);
    connect(m_order, &QComboBox::currentIndexChanged, this, &ChatView::refreshButtons);
    refreshButtons();
    return m_card;
}

QWidget* ChatView::buildChoices(Card* card)
{
    auto* row = new QWidget(card);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    m_tokens = new QSpinBox(row);
    m_tokens->setObjectName(QStringLiteral("chat_tokens"));
    m_tokens->setRange(1, 2048);
    m_tokens->setValue(128);
    m_tokens->setSingleStep(32);
    m_tokens->setSuffix(tr(" tokens"));
    m_tokens->setAccessibleName(tr("Longest answer in tokens"));
    m_tokens->setFixedWidth(110);
    m_temperature = new QDoubleSpinBox(row);
    m_temperature->setObjectName(QStringLiteral("chat_temperature"));
    m_temperature->setRange(0, 2);
    m_temperature->setSingleStep(0.1);
    m_temperature->setFixedWidth(72);
    m_temperature->setAccessibleName(tr("Temperature"));
    m_temperature->setToolTip(tr("0 takes the likeliest token each time; 1 draws from the model's "
                                 "own probabilities."));
    m_seed = new QSpinBox(row);
    m_seed->setObjectName(QStringLiteral("chat_seed"));
    m_seed->setRange(1, 999999);
    m_seed->setFixedWidth(80);
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(tr("The same seed draws the same answer again."));
    m_order = new QComboBox(row);
    m_order->setObjectName(QStringLiteral("chat_order"));
    m_order->addItems({ tr("At once"), tr("In turn") });
    m_order->setAccessibleName(tr("Order of the answers"));
    m_order->setToolTip(tr("At once to read along; in turn for speeds and energy that compare."));
    m_blind = new QCheckBox(tr("Blind"), row);
    m_blind->setObjectName(QStringLiteral("chat_blind"));
    m_blind->setToolTip(tr("Shuffles the columns and hides whose they are until you have preferred "
                           "an answer. The vote is kept with the project."));
    m_noneBetter = new QPushButton(tr("None is better"), row);
    m_noneBetter->setObjectName(QStringLiteral("chat_none"));
    m_noneBetter->hide();
    m_ask = new QPushButton(tr("Ask all"), row);
    m_ask->setObjectName(QStringLiteral("chat_ask"));
    setRole(m_ask, "primary");
    const auto labelled = [&](const QString& text, QWidget* field) {
        auto* label = roleLabel(text, "muted", row);
        label->setBuddy(field);
        line->addWidget(label);
        line->addWidget(field);
        line->addSpacing(space::s);
    };
    line->addWidget(m_tokens);
    line->addSpacing(space::s);
    labelled(tr("Temperature"), m_temperature);
    labelled(tr("Seed"), m_seed);
    labelled(tr("Answers"), m_order);
    line->addWidget(m_blind);
    line->addStretch(1);
    line->addWidget(m_noneBetter);
    line->addWidget(m_ask);
    return row;
}

void ChatView::refreshButtons()
{
    const bool drawn = m_temperature->value() > 0;
    m_card->setSubtitle(drawn ? tr("the same text to every run, tokens drawn with the same seed")
                              : tr("the same text to every run, most likely token each time"));
    m_hint->setText(together() ? tr("At once: the runs share the cores, so read along and do not "
                                    "compare speeds.")
                               : tr("In turn: each run has all cores, so the speeds compare."));
    m_seed->setEnabled(drawn);
    m_ask->setEnabled(m_job == 0 && !m_answers.empty()
                      && !m_prompt->toPlainText().trimmed().isEmpty());
}

void ChatView::showEvent(QShowEvent* event)
{
    loadPrompts();
    QWidget::showEvent(event);
}

void ChatView::loadPrompts()
{
    const Source source { m_workspace.folder(), m_workspace.goals().workload };
    if (source == m_loaded || !m_workspace.isOpen())
        return;
    if (source.folder != m_loaded.folder) { // its runs may be called the same
        m_recalled.reset();
        m_answered.clear();
        m_prompt->clear();
        for (const Answer& answer : m_answers) {
            answer.column->clearAnswer();
            answer.column->setState({});
        }
    }
    m_loaded = source;
    const auto workload = m_workspace.workload();
    m_offered = workload.ok() ? workload->prompts : std::vector<std::string> {};
    loadExchanges();
    if (!m_prompt->toPlainText().isEmpty())
        return;
    if (!m_exchanges.empty())
        showExchange(m_exchanges.back());
    else if (!m_offered.empty())
        m_prompt->setPlainText(QString::fromStdString(m_offered.front()));
}

void ChatView::loadExchanges()
{
    m_exchanges.clear();
    if (m_workspace.isOpen())
        if (auto kept = keptExchanges(*m_workspace.ledger()); kept.ok())
            m_exchanges = std::move(*kept);
    listPrompts();
}

/// The workload's prompts, then what was asked before, newest first.
void ChatView::listPrompts()
{
    m_prompts->clear();
    const auto add = [this](const std::string& prompt, const QString& shown, int exchange) {
        m_prompts->addItem(shown.arg(QString::fromStdString(prompt).simplified().left(110)),
                           QString::fromStdString(prompt));
        m_prompts->setItemData(m_prompts->count() - 1, exchange, exchangeRole);
    };
    for (const std::string& prompt : m_offered)
        add(prompt, QStringLiteral("%1"), -1);
    if (!m_offered.empty() && !m_exchanges.empty())
        m_prompts->insertSeparator(m_prompts->count());
    for (int index = static_cast<int>(m_exchanges.size()) - 1; index >= 0; --index)
        add(m_exchanges[static_cast<std::size_t>(index)].prompt, tr("asked before: %1"), index);
    m_prompts->setCurrentIndex(-1);
    m_prompts->setEnabled(m_prompts->count() > 0);
}

void ChatView::choosePrompt(int index)
{
    const int exchange = m_prompts->itemData(index, exchangeRole).toInt();
    if (exchange >= 0 && m_job == 0)
        showExchange(m_exchanges[static_cast<std::size_t>(exchange)]);
    else
        m_prompt->setPlainText(m_prompts->itemData(index).toString());
}

void ChatView::showExchange(const Exchange& exchange)
{
    reveal();
    m_recalled = exchange;
    m_answered.clear();
    for (const KeptAnswer& kept : exchange.answers)
        m_answered.push_back(kept.run);
    refresh();
    m_prompt->setPlainText(QString::fromStdString(exchange.prompt));
    m_temperature->setValue(exchange.temperature);
    m_seed->setValue(static_cast<int>(exchange.seed));
    for (const Answer& answer : m_answers) {
        answer.column->clearAnswer();
        if (const KeptAnswer* kept = exchange.answerOf(answer.run))
            answer.column->setAnswer(kept->answer);
        else
            answer.column->setState(tr("not asked"));
    }
}

ChatView::Answer ChatView::makeAnswer(const RunRecord& run)
{
    auto* column
        = new ChatColumn(tr("r%1 %2").arg(run.id.value).arg(QString::fromStdString(run.name)),
                         m_workspace.variantIndex(run.id), this);
    connect(column, &ChatColumn::preferred, this, [this, column] { vote(column); });
    if (const KeptAnswer* kept = m_recalled ? m_recalled->answerOf(run.id) : nullptr)
        column->setAnswer(kept->answer);
    return { run.id, run.name, column };
}

std::vector<const RunRecord*> ChatView::shownRuns(std::size_t& left) const
{
    std::vector<const RunRecord*> shown;
    for (const RunId id : m_workspace.comparedRuns()) {
        const auto run = std::find_if(m_workspace.runs().begin(), m_workspace.runs().end(),
                                      [id](const RunRecord& entry) { return entry.id == id; });
        if (run != m_workspace.runs().end() && run->state == RunState::Done)
            shown.push_back(&*run);
    }
    left = shown.size() - std::min(shown.size(), mostColumns);
    // Where not all fit, the last ones without an answer go first, then the last of the others.
    const auto answered = [this](const RunRecord* run) {
        return std::find(m_answered.begin(), m_answered.end(), run->id) != m_answered.end();
    };
    while (shown.size() > mostColumns) {
        const auto goes = std::find_if_not(shown.rbegin(), shown.rend(), answered);
        shown.erase(goes == shown.rend() ? shown.end() - 1 : goes.base() - 1);
    }
    return shown;
}

void ChatView::refresh()
{
    std::size_t left = 0;
    const auto shown = shownRuns(left);
    const bool same
        = shown.size() == m_answers.size()
        && std::all_of(shown.begin(), shown.end(), [this](const RunRecord* run) {
               return std::any_of(m_answers.begin(), m_answers.end(), [run](const Answer& answer) {
                   return answer.run == run->id && answer.name == run->name;
               });
           });
    // The order of hidden columns must not give away whose they are.
    if (!same || !m_hidden) {
        if (!same)
            reveal();
        std::vector<Answer> next;
        for (const RunRecord* run : shown) {
            const auto known
                = std::find_if(m_answers.begin(), m_answers.end(), [run](const Answer& answer) {
                      return answer.run == run->id && answer.name == run->name;
                  });
            if (known == m_answers.end()) {
                next.push_back(makeAnswer(*run));
            } else {
                next.push_back(*known);
                m_answers.erase(known);
            }
        }
        for (const Answer& gone : m_answers)
            gone.column->deleteLater();
        m_answers = std::move(next);
        arrange();
    }
    m_left->setText(left == 0 ? QString()
                              : tr("%n runs do not fit beside each other; choose fewer runs to see "
                                   "them.",
                                   nullptr, static_cast<int>(left)));
    m_left->setVisible(left > 0);
    refreshButtons();
    refreshTally();
}

void ChatView::arrange()
{
    for (std::size_t index = 0; index < m_answers.size(); ++index) {
        m_columns->removeWidget(m_answers[index].column);
        m_columns->insertWidget(static_cast<int>(index), m_answers[index].column, 1);
    }
}

void ChatView::shuffle()
{
    std::shuffle(m_answers.begin(), m_answers.end(), m_random);
    arrange();
    for (std::size_t index = 0; index < m_answers.size(); ++index)
        m_answers[index].column->hideName(QString(QChar(u'A' + static_cast<char16_t>(index))));
    m_hidden = true;
}

void ChatView::reveal()
{
    offerVotes(false);
    if (!m_hidden)
        return;
    m_hidden = false;
    for (const Answer& answer : m_answers)
        answer.column->revealName();
}

void ChatView::offerVotes(bool offer)
{
    for (const Answer& answer : m_answers)
        answer.column->offerVote(offer);
    m_noneBetter->setVisible(offer);
}

void ChatView::vote(const ChatColumn* preferred)
{
    if (!m_hidden || !m_workspace.isOpen())
        return;
    Vote vote = m_asked;
    vote.createdAt = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    for (const Answer& answer : m_answers) {
        vote.shown.push_back(answer.run);
        if (answer.column == preferred)
            vote.choice = answer.run;
    }
    const auto kept = m_workspace.ledger()->addVote(vote);
    if (!kept.ok()) {
        Q_EMIT messageRequested(messageText(kept.error()), true);
        return;
    }
    reveal();
    for (const Answer& answer : m_answers)
        answer.column->setPreferred(answer.column == preferred);
    refreshTally();
}

QString ChatView::tallyText(const VoteTally& tally)
{
    const ShareInterval interval = tally.count.interval();
    return tr("● r%1 %2 was preferred to the baseline in %3 of %4 blind votes with a "
              "preference (95 % interval %5 to %6); %7 without.")
        .arg(tally.run.value)
        .arg(QString::fromStdString(tally.name))
        .arg(tally.count.wins)
        .arg(tally.count.decided())
        .arg(percentText(interval.low, 2), percentText(interval.high, 2))
        .arg(tally.count.ties);
}

void ChatView::refreshTally()
{
    QStringList lines;
    if (m_workspace.isOpen() && !m_hidden)
        if (const auto votes = m_workspace.ledger()->votes(); votes.ok())
            for (const VoteTally& tally : votesAgainstBaseline(*votes, m_workspace.runs()))
                lines << tallyText(tally);
    if (m_hidden)
        lines << tr("Blind: prefer an answer to see whose it is.");
    else if (lines.empty() && m_blind->isChecked())
        lines << tr("No blind vote yet.");
    m_tally->setText(lines.join(QLatin1Char('\n')));
    m_tally->setVisible(!lines.empty());
}

bool ChatView::together() const
{
    return m_order->currentIndex() == 0;
}

void ChatView::ask()
{
    if (!m_workspace.isOpen() || m_answers.empty())
        return;
    reveal();
    m_recalled.reset();
    if (m_blind->isChecked() && m_answers.size() > 1)
        shuffle();
    JobSpec spec = m_workspace.jobSpec(JobKind::Generate);
    Json runs = Json::array();
    m_answered.clear();
    for (const Answer& answer : m_answers) {
        m_answered.push_back(answer.run);
        runs.push_back("r" + std::to_string(answer.run.value));
        answer.column->clearAnswer();
        answer.column->setState(tr("waiting"));
    }
    m_asked = {};
    m_asked.workload = m_workspace.goals().workload;
    m_asked.prompt = m_prompt->toPlainText().toStdString();
    m_asked.temperature = m_temperature->value();
    m_asked.seed = static_cast<std::uint64_t>(m_seed->value());
    spec.arguments["run"] = runs;
    spec.arguments["prompt"] = m_asked.prompt;
    spec.arguments["max_tokens"] = m_tokens->value();
    spec.arguments["temperature"] = m_asked.temperature;
    spec.arguments["together"] = together();
    spec.seed = m_asked.seed;
    m_job = m_workspace.jobs()->enqueue(
        spec, tr("Ask %n runs", nullptr, static_cast<int>(m_answers.size())));
    refreshButtons();
    refreshTally();
}

void ChatView::acceptPiece(int job, const QString& kind, const Json& payload)
{
    if (job != m_job || kind != QLatin1String("text"))
        return;
    // By place and not by name, which several runs may share.
    const auto index = jsonValue<std::size_t>(payload, "index", m_answers.size());
    if (index >= m_answers.size())
        return;
    m_answers[index].column->append(
        QString::fromStdString(jsonValue<std::string>(payload, "piece", {})));
}

void ChatView::acceptEnd(int job)
{
    if (job != m_job)
        return;
    m_job = 0;
    refreshButtons();
    const JobEntry* entry = m_workspace.jobs()->entry(job);
    if (!entry)
        return;
    if (entry->state == JobState::Done)
        return acceptAnswers(entry->summary);
    reveal();
    for (const Answer& answer : m_answers)
        answer.column->setState(entry->state == JobState::Cancelled ? tr("stopped") : tr("failed"));
    if (entry->state == JobState::Failed)
        Q_EMIT messageRequested(entry->error, true);
    refreshTally();
}

void ChatView::acceptAnswers(const Json& summary)
{
    const Json answers = jsonValue<Json>(summary, "answers", Json::array());
    for (std::size_t index = 0; index < std::min(answers.size(), m_answers.size()); ++index)
        m_answers[index].column->setAnswer(answers[index]);
    offerVotes(m_hidden);
    loadExchanges();
}

} // namespace schmidt
