// SPDX-License-Identifier: GPL-3.0-only
// The changing part of the token view: chosen text, job, and what is shown of a report.
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/candidate_list.h"
#include "ui/panels/compare/token_detail.h"
#include "ui/panels/compare/tokens_view.h"
#include "ui/plots/card.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"
#include "ui/plots/token_strip.h"
#include "ui/theme/layout_pause.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QFrame>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>

namespace schmidt {

namespace {

    /// Item data of the passages: the job arguments that name them, as JSON text; own text has
    /// none.
    QString sourceText(const Json& source)
    {
        return QString::fromStdString(dumpJson(source));
    }

    QString passageTitle(std::size_t number, const std::string& text)
    {
        constexpr int shownCharacters = 56;
        const QString line = QString::fromStdString(text).simplified();
        return TokensView::tr("Passage %1: %2")
            .arg(number)
            .arg(line.size() > shownCharacters ? line.left(shownCharacters) + QChar(0x2026) : line);
    }

} // namespace

void TokensView::refreshPassages()
{
    m_workload = m_workspace.goals().workload;
    const QSignalBlocker quiet(m_passage);
    m_passage->clear();
    m_passage->addItem(tr("Own text"));
    if (!m_workspace.isOpen())
        return;
    const auto workload = m_workspace.workload();
    if (!workload.ok())
        return;
    for (std::size_t index = 0; index < workload->evaluation.size(); ++index)
        m_passage->addItem(passageTitle(index + 1, workload->evaluation[index]),
                           sourceText({ { "workload", m_workload }, { "passage", index + 1 } }));
    m_passage->setCurrentIndex(m_passage->count() > 1 ? 1 : 0);
}

void TokensView::chooseSource(const Json& request)
{
    const QSignalBlocker quietPassage(m_passage), quietOwn(m_own), quietTokens(m_tokens);
    m_tokens->setValue(jsonValue(request, "max_tokens", m_tokens->value()));
    if (const auto prompt = request.find("prompt"); prompt != request.end()) {
        m_passage->setCurrentIndex(0);
        m_own->setPlainText(QString::fromStdString(jsonValue<std::string>(request, "prompt", {})));
        return;
    }
    Json source = request;
    source.erase("max_tokens");
    int index = m_passage->findData(sourceText(source));
    if (index < 0) {
        const auto file = QString::fromStdString(jsonValue<std::string>(source, "text", {}));
        m_passage->addItem(file.isEmpty() ? tr("Passage %1 of workload %2")
                                                .arg(jsonValue<int>(source, "passage", 0))
                                                .arg(QString::fromStdString(
                                                    jsonValue<std::string>(source, "workload", {})))
                                          : tr("File %1").arg(QFileInfo(file).fileName()),
                           sourceText(source));
        index = m_passage->count() - 1;
    }
    m_passage->setCurrentIndex(index);
}

Json TokensView::chosenSource() const
{
    Json source { { "max_tokens", m_tokens->value() } };
    const std::string named = m_passage->currentData().toString().toStdString();
    if (named.empty())
        source["prompt"] = m_own->toPlainText().toStdString();
    else if (const auto json = parseJson(named, "The chosen text"); json.ok())
        source.update(*json);
    return source;
}

JobSpec TokensView::jobSpec() const
{
    JobSpec spec = m_workspace.jobSpec(JobKind::Tokens);
    spec.arguments.update(chosenSource());
    if (const RunRecord* run = chosenRun())
        spec.arguments["run"] = "r" + std::to_string(run->id.value);
    return spec;
}

void TokensView::start()
{
    if (m_job != 0) {
        m_workspace.jobs()->cancel(m_job);
        return;
    }
    m_problem.clear();
    m_job = m_workspace.jobs()->enqueue(jobSpec(), tr("Compare tokens of %1").arg(runTitle()));
    updateState();
}

void TokensView::followJob(int job)
{
    if (job == m_job)
        updateState();
}

void TokensView::finishJob(int job)
{
    if (job != m_job)
        return;
    m_job = 0;
    const JobEntry* entry = m_workspace.jobs()->entry(job);
    if (entry && entry->state == JobState::Failed) {
        m_problem = entry->error;
        Q_EMIT messageRequested(entry->error, true);
    }
    // The job may have been about another run than the one that is chosen by now.
    const RunRecord* run = chosenRun();
    if (entry && entry->state == JobState::Done && run
        && jsonValue<std::int64_t>(entry->summary, "run", -1) == run->id.value)
        load();
    updateState();
}

void TokensView::updateState()
{
    const LayoutPause pause(this);
    const RunRecord* run = chosenRun();
    const Json source = chosenSource();
    const bool own = source.contains("prompt");
    m_own->setVisible(own);
    const bool weights = run && !run->artefact.empty() && m_workspace.source();
    const bool text = !own || !m_own->toPlainText().trimmed().isEmpty();
    m_run->setEnabled(run != nullptr);
    m_passage->setEnabled(run != nullptr);
    m_start->setText(m_job != 0 ? tr("Stop") : tr("Compare tokens"));
    m_start->setEnabled(m_job != 0 || (weights && text));
    m_start->setToolTip(run && !weights
                            ? tr("The weights of this run or the model are not on this machine.")
                            : tr("Reads the text with the baseline and the chosen run; takes a "
                                 "few seconds."));
    const JobEntry* job = m_job != 0 ? m_workspace.jobs()->entry(m_job) : nullptr;
    QString stripe = m_problem;
    if (m_problem.isEmpty() && m_report && m_job == 0) {
        if (m_report->request != source)
            stripe = tr("Another text is chosen than the one shown below; “Compare tokens” reads "
                        "it.");
        else if (run && m_report->createdAt < run->finishedAt)
            stripe = tr("The run was made again after this comparison; “Compare tokens” brings it "
                        "up to date.");
    }
    m_stripeText->setText(stripe);
    m_stripe->setVisible(!stripe.isEmpty());
    QString message;
    if (job && job->state == JobState::Queued)
        message = tr("Waiting for the job before it.");
    else if (job)
        message
            = tr("Reading the text with both models, %1 done.").arg(percentText(job->fraction, 2));
    else if (!run)
        message = tr("There is no variant to compare yet: run a recipe first.");
    else if (!m_report && !m_problem.isEmpty())
        message = tr("There is nothing to show.");
    else if (!m_report)
        message = weights
            ? tr("No text was read with this run yet: choose one and press “Compare tokens”.")
            : tr("No text was read with this run yet, and its weights are not on this machine; run "
                 "its "
                 "recipe again.");
    m_strip->setMessage(message);
    m_map->setMessage(message.isEmpty() ? QString() : tr("Appears with the comparison."));
    const bool shown = message.isEmpty();
    m_detail->setVisible(shown);
    m_summary->setVisible(shown);
    m_sentence->setVisible(shown);
    m_next->setEnabled(shown && !m_worst.empty());
    m_previous->setEnabled(m_next->isEnabled());
    m_spectra->setEnabled(shown && m_current >= 0);
}

void TokensView::fillStrip()
{
    std::vector<StripToken> tokens;
    if (m_report) {
        const auto text
            = [this](std::int32_t id) { return QString::fromStdString(m_report->piece(id)); };
        tokens.push_back({ text(m_report->firstToken) });
        double kl = 0, baseline = 0, variant = 0;
        int same = 0;
        for (const TokenPrediction& entry : m_report->predictions) {
            const bool agree = !entry.baselineTop.empty() && !entry.variantTop.empty()
                && entry.baselineTop.front().id == entry.variantTop.front().id;
            tokens.push_back({ text(entry.id), entry.kl, !agree });
            kl += entry.kl;
            baseline += entry.baselineNll;
            variant += entry.variantNll;
            same += agree;
        }
        const auto count = static_cast<double>(std::max<std::size_t>(1, tokens.size() - 1));
        m_summary->setText(
            tr("● KL %1 nat on average · same likeliest token %2 · −ln p %3 → %4 nat · %5")
                .arg(numberText(kl / count), percentText(same / count),
                     numberText(baseline / count), numberText(variant / count),
                     protocolText(m_report->protocol)));
    }
    m_strip->setTokens(std::move(tokens));
}

void TokensView::fillLayers()
{
    HeatMapData data;
    if (m_report) {
        const auto count = static_cast<int>(m_report->predictions.size());
        data.rowCount = m_report->layers;
        data.columnCount = count;
        data.columnLow = 1;
        data.columnHigh = count + 1;
        data.columnTitle = tr("predicted token");
        data.rowTitle = tr("layer");
        data.quantity = tr("relative distance");
        data.selectsColumns = true;
        for (int layer = 0; layer < m_report->layers; ++layer)
            data.rows << layerText(layer);
        for (std::size_t index = 0; index < m_report->predictions.size(); ++index)
            data.columnNames << tokenName(index);
        data.values.assign(m_report->distance.begin(), m_report->distance.end());
    }
    m_map->setData(std::move(data));
}

QString TokensView::tokenName(std::size_t prediction) const
{
    return tr("token %1 %2")
        .arg(prediction + 1)
        .arg(quotedToken(
            QString::fromStdString(m_report->piece(m_report->predictions[prediction].id))));
}

QString TokensView::runTitle() const
{
    return m_run->currentText();
}

void TokensView::select(int prediction)
{
    if (!m_report || prediction < 0 || prediction >= static_cast<int>(m_report->predictions.size()))
        return;
    m_current = prediction;
    m_strip->setCurrent(prediction + 1);
    fillDetail();
    fillSentence();
    m_spectra->setEnabled(true);
}

void TokensView::nextWorst()
{
    stepWorst(1);
}

void TokensView::previousWorst()
{
    stepWorst(-1);
}

void TokensView::stepWorst(int step)
{
    if (m_worst.empty() || !m_strip->message().isEmpty())
        return;
    const auto found
        = std::find(m_worst.begin(), m_worst.end(), static_cast<std::size_t>(m_current));
    auto place = static_cast<int>(found - m_worst.begin()) + step;
    if (found == m_worst.end())
        place = 0;
    const int last = static_cast<int>(m_worst.size()) - 1;
    select(static_cast<int>(m_worst[static_cast<std::size_t>(std::clamp(place, 0, last))]));
}

void TokensView::fillDetail()
{
    if (!m_report || m_current < 0)
        return m_detail->clear();
    const auto current = static_cast<std::size_t>(m_current);
    const auto place = std::find(m_worst.begin(), m_worst.end(), current) - m_worst.begin();
    m_detail->setPrediction(*m_report, current, static_cast<std::size_t>(place) + 1);
}

void TokensView::fillSentence()
{
    if (!m_report || m_current < 0)
        return m_sentence->clear();
    const auto current = static_cast<std::size_t>(m_current);
    const double threshold = m_threshold->value();
    const auto layer = divergenceLayer(*m_report, current, threshold);
    int shown = 0; // the layer that the sentence names
    if (layer) {
        shown = *layer;
        m_sentence->setText(
            tr("At %1 the models part at layer %2: the distance there, %3, is the first above the "
               "threshold of %4.")
                .arg(tokenName(current), layerText(shown),
                     numberText(m_report->distanceAt(shown, current)), numberText(threshold, 2)));
    } else {
        for (int other = 1; other < m_report->layers; ++other)
            if (m_report->distanceAt(other, current) > m_report->distanceAt(shown, current))
                shown = other;
        m_sentence->setText(
            tr("At %1 no layer is above the threshold of %2; the largest distance is %3, at layer "
               "%4.")
                .arg(tokenName(current), numberText(threshold, 2),
                     numberText(m_report->distanceAt(shown, current)), layerText(shown)));
    }
    m_map->setCurrent(shown, m_current);
}

} // namespace schmidt
