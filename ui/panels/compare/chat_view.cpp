// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/compare/chat_view.h"

#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/plots/card.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"
#include "workload/workload.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <filesystem>

namespace schmidt {

namespace {

    /// More columns than this are too narrow to read.
    constexpr std::size_t mostColumns = 4;

} // namespace

ChatView::ChatView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    layout->addWidget(buildPrompt());
    m_hint = roleLabel({}, "muted", this);
    m_hint->setWordWrap(true);
    layout->addWidget(m_hint);
    m_columns = new QHBoxLayout;
    m_columns->setSpacing(space::m);
    layout->addLayout(m_columns, 1);
    connect(workspace.jobs(), &JobController::partialArrived, this, &ChatView::acceptPiece);
    connect(workspace.jobs(), &JobController::finished, this, &ChatView::acceptEnd);
}

QWidget* ChatView::buildPrompt()
{
    auto* card = new Card(tr("Prompt"), this);
    card->setSubtitle(tr("the same text to every run, most likely token each time"));
    m_prompts = new QComboBox(card);
    m_prompts->setAccessibleName(tr("Prompts of the workload"));
    m_prompts->setPlaceholderText(tr("Prompts of the workload"));
    m_prompts->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_prompts->setMinimumContentsLength(30);
    m_prompt = new QPlainTextEdit(card);
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setPlaceholderText(tr("Ask something that users of this model would ask"));
    m_prompt->setFixedHeight(72);
    m_prompt->setTabChangesFocus(true);
    m_tokens = new QSpinBox(card);
    m_tokens->setRange(1, 2048);
    m_tokens->setValue(128);
    m_tokens->setSingleStep(32);
    m_tokens->setSuffix(tr(" tokens"));
    m_tokens->setAccessibleName(tr("Longest answer in tokens"));
    m_tokens->setFixedWidth(110);
    m_ask = new QPushButton(tr("Ask all"), card);
    setRole(m_ask, "primary");
    auto* line = new QHBoxLayout;
    line->setSpacing(space::s);
    line->addWidget(m_prompts, 1);
    line->addWidget(m_tokens);
    line->addWidget(m_ask);
    card->body()->addWidget(m_prompt);
    card->body()->addLayout(line);
    connect(m_prompts, &QComboBox::activated, this,
            [this](int index) { m_prompt->setPlainText(m_prompts->itemData(index).toString()); });
    connect(m_prompt, &QPlainTextEdit::textChanged, this, [this] {
        m_ask->setEnabled(m_job == 0 && !m_answers.empty()
                          && !m_prompt->toPlainText().trimmed().isEmpty());
    });
    connect(m_ask, &QPushButton::clicked, this, &ChatView::ask);
    m_ask->setEnabled(false);
    return card;
}

void ChatView::showEvent(QShowEvent* event)
{
    loadPrompts();
    QWidget::showEvent(event);
}

void ChatView::loadPrompts()
{
    const std::string id = m_workspace.goals().workload;
    if (id == m_loaded || !m_workspace.isOpen())
        return;
    m_loaded = id;
    m_prompts->clear();
    Result<Workload> workload = usageError("no prompts");
    if (id != "own") {
        workload = loadWorkload(id);
    } else if (const auto files = m_workspace.ledger()->value("own_texts");
               files.ok() && files->is_array()) {
        std::vector<std::filesystem::path> paths;
        for (const Json& file : *files)
            if (file.is_string())
                paths.emplace_back(file.get<std::string>());
        workload = workloadFromFiles(paths);
    }
    if (workload.ok())
        for (const std::string& prompt : workload->prompts) {
            const QString text = QString::fromStdString(prompt);
            m_prompts->addItem(text.simplified().left(110), text);
        }
    m_prompts->setCurrentIndex(-1);
    m_prompts->setEnabled(m_prompts->count() > 0);
    if (m_prompt->toPlainText().isEmpty() && m_prompts->count() > 0)
        m_prompt->setPlainText(m_prompts->itemData(0).toString());
}

ChatView::Answer ChatView::makeAnswer(RunId run, const std::string& name)
{
    const int variant = m_workspace.variantIndex(run);
    auto* card = new Card(tr("r%1 %2").arg(run.value).arg(QString::fromStdString(name)), this);
    Answer answer { run, name, card, new QPlainTextEdit(card), roleLabel({}, "small", card) };
    auto* stripe = new QFrame(card);
    stripe->setFixedHeight(3);
    const QColor color = variant < 0 ? themeOf().baselineColor() : themeOf().variantColor(variant);
    stripe->setStyleSheet(QStringLiteral("background: %1; border: none;").arg(color.name()));
    answer.text->setReadOnly(true);
    answer.text->setAccessibleName(tr("Answer of %1").arg(QString::fromStdString(name)));
    answer.text->setPlaceholderText(tr("The answer appears here."));
    card->body()->addWidget(stripe);
    card->body()->addWidget(answer.text, 1);
    card->body()->addWidget(answer.speed);
    return answer;
}

void ChatView::refresh()
{
    std::vector<Answer> next;
    std::size_t left = 0;
    for (const RunId id : m_workspace.comparedRuns()) {
        const auto run = std::find_if(m_workspace.runs().begin(), m_workspace.runs().end(),
                                      [id](const RunRecord& entry) { return entry.id == id; });
        if (run == m_workspace.runs().end() || run->state != RunState::Done)
            continue;
        if (next.size() == mostColumns) {
            ++left;
            continue;
        }
        const auto known = std::find_if(m_answers.begin(), m_answers.end(),
                                        [id](const Answer& answer) { return answer.run == id; });
        if (known != m_answers.end()) {
            next.push_back(*known);
            m_answers.erase(known);
        } else {
            next.push_back(makeAnswer(id, run->name));
        }
    }
    for (const Answer& gone : m_answers)
        gone.frame->deleteLater();
    m_answers = std::move(next);
    for (std::size_t index = 0; index < m_answers.size(); ++index) {
        m_columns->removeWidget(m_answers[index].frame);
        m_columns->insertWidget(static_cast<int>(index), m_answers[index].frame, 1);
    }
    m_hint->setText(left == 0 ? QString()
                              : tr("%n runs do not fit beside each other; choose fewer runs to see "
                                   "them.",
                                   nullptr, static_cast<int>(left)));
    m_hint->setVisible(left > 0);
    m_ask->setEnabled(m_job == 0 && !m_answers.empty()
                      && !m_prompt->toPlainText().trimmed().isEmpty());
}

ChatView::Answer* ChatView::answerOf(const std::string& name)
{
    for (Answer& answer : m_answers)
        if (answer.name == name)
            return &answer;
    return nullptr;
}

void ChatView::ask()
{
    if (!m_workspace.isOpen() || m_answers.empty())
        return;
    JobSpec spec = m_workspace.jobSpec(JobKind::Generate);
    Json runs = Json::array();
    for (Answer& answer : m_answers) {
        runs.push_back("r" + std::to_string(answer.run.value));
        answer.text->clear();
        answer.speed->setText(tr("waiting"));
    }
    spec.arguments["run"] = runs;
    spec.arguments["prompt"] = m_prompt->toPlainText().toStdString();
    spec.arguments["max_tokens"] = m_tokens->value();
    spec.arguments["temperature"] = 0.0;
    m_job = m_workspace.jobs()->enqueue(
        spec, tr("Ask %n runs", nullptr, static_cast<int>(m_answers.size())));
    m_ask->setEnabled(false);
}

void ChatView::acceptPiece(int job, const QString& kind, const Json& payload)
{
    if (job != m_job || kind != QLatin1String("text"))
        return;
    Answer* answer = answerOf(jsonValue<std::string>(payload, "run", {}));
    if (!answer)
        return;
    answer->speed->setText(tr("answering"));
    answer->text->moveCursor(QTextCursor::End);
    answer->text->insertPlainText(
        QString::fromStdString(jsonValue<std::string>(payload, "piece", {})));
}

void ChatView::acceptEnd(int job)
{
    if (job != m_job)
        return;
    m_job = 0;
    m_ask->setEnabled(!m_prompt->toPlainText().trimmed().isEmpty());
    const JobEntry* entry = m_workspace.jobs()->entry(job);
    if (!entry)
        return;
    if (entry->state != JobState::Done) {
        for (Answer& answer : m_answers)
            answer.speed->setText(entry->state == JobState::Cancelled ? tr("stopped")
                                                                      : tr("failed"));
        if (entry->state == JobState::Failed)
            Q_EMIT messageRequested(entry->error, true);
        return;
    }
    // The summary holds whole answers, which also settles runs of equal names: same order.
    const Json answers = jsonValue<Json>(entry->summary, "answers", Json::array());
    for (std::size_t index = 0; index < std::min(answers.size(), m_answers.size()); ++index) {
        const Json& json = answers[index];
        Answer& answer = m_answers[index];
        answer.text->setPlainText(QString::fromStdString(jsonValue<std::string>(json, "text", {})));
        answer.speed->setText(
            tr("● %1 tok/s, first token after %2 ms, %3 tokens")
                .arg(numberText(jsonValue<double>(json, "tokens_per_second", 0)),
                     numberText(1000 * jsonValue<double>(json, "first_token_seconds", 0)))
                .arg(jsonValue<int>(json, "tokens", 0)));
    }
}

} // namespace schmidt
