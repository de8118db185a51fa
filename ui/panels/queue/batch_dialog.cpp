// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/queue/batch_dialog.h"

#include "base/json.h"
#include "recipe/allocation.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/queue/job_table.h"
#include "ui/panels/recipe/recipe_edits.h"
#include "ui/plots/card.h"
#include "ui/plots/message_text.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr int recipesOfANight = 12;

    QString problemOf(const Recipe& recipe, const Architecture& architecture)
    {
        for (const RecipeIssue& issue : validateRecipe(recipe, architecture))
            if (issue.severity == RecipeIssue::Severity::Error)
                return QString::fromStdString(issue.message);
        return {};
    }

} // namespace

std::vector<BatchEntry> recipesBySize(const Workspace& workspace, int count, double fromBytes,
                                      double toBytes)
{
    std::vector<BatchEntry> entries;
    const Predictor* predictor = workspace.predictor();
    const auto& architecture = workspace.architecture();
    if (!predictor || !architecture || count < 1)
        return entries;
    const Recipe start = withAllKept(workspace.recipe(), *architecture);
    for (int index = 0; index < count; ++index) {
        const double share = count == 1 ? 1 : static_cast<double>(index) / (count - 1);
        const double bytes = fromBytes + share * (toBytes - fromBytes);
        AllocationTarget target;
        target.bytes = std::llround(bytes);
        BatchEntry entry { bytesText(bytes), start, {} };
        const auto found = allocate(*predictor, start, target, { .widthStep = widthStep });
        if (found.ok()) {
            entry.recipe = *found;
            entry.problem = problemOf(*found, *architecture);
        } else {
            entry.problem = messageText(found.error());
        }
        const bool twice
            = std::any_of(entries.begin(), entries.end(), [&entry](const BatchEntry& other) {
                  return other.recipe.layers == entry.recipe.layers;
              });
        if (entry.problem.isEmpty() && twice)
            entry.problem = BatchDialog::tr("The same recipe as one above.");
        entry.recipe.name = entry.name.toStdString();
        entries.push_back(std::move(entry));
    }
    return entries;
}

BatchDialog::BatchDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
{
    setWindowTitle(tr("Queue several recipes"));
    resize(720, 480);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(space::m);
    layout->addWidget(buildSpread());
    m_table = new QTableWidget(this);
    m_table->setAccessibleName(tr("Recipes to run"));
    m_table->setColumnCount(4);
    m_table->setHorizontalHeaderLabels(
        { tr("Recipe"), tr("File"), tr("KL, nat"), tr("Can it run?") });
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(space::row);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(0, 170);
    layout->addWidget(m_table, 1);
    m_note = roleLabel({}, "muted", this);
    m_note->setObjectName(QStringLiteral("batch_note"));
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    setRole(m_buttons->button(QDialogButtonBox::Ok), "primary");
    connect(m_buttons, &QDialogButtonBox::accepted, this, [this] {
        enqueueAll();
        accept();
    });
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(m_buttons);
    refresh();
}

QWidget* BatchDialog::buildSpread()
{
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::s);
    m_count = new QSpinBox(row);
    m_count->setObjectName(QStringLiteral("batch_count"));
    m_count->setRange(1, 64);
    m_count->setValue(recipesOfANight);
    m_count->setAccessibleName(tr("How many recipes"));
    const double whole = m_workspace.prediction()
        ? m_workspace.prediction()->fileBytes.value.value_or(100e6) / 1e6
        : 100;
    const auto size = [&](const QString& name, double value) {
        auto* box = new QDoubleSpinBox(row);
        box->setAccessibleName(name);
        box->setRange(0.01, 1e6);
        box->setDecimals(whole < 10 ? 3 : 1);
        box->setSuffix(QStringLiteral(" MB"));
        box->setValue(value);
        return box;
    };
    m_from = size(tr("Largest size"), 0.95 * whole);
    m_to = size(tr("Smallest size"), 0.75 * whole);
    auto* spread = new QPushButton(tr("Spread over sizes"), row);
    spread->setObjectName(QStringLiteral("batch_spread"));
    spread->setEnabled(m_workspace.predictor() != nullptr);
    spread->setToolTip(m_workspace.predictor()
                           ? tr("Finds the recipe with the smallest predicted KL at each size.")
                           : tr("Needs the analysis."));
    auto* files = new QPushButton(tr("Add files…"), row);
    line->addWidget(m_count);
    line->addWidget(roleLabel(tr("recipes from"), "muted", row));
    line->addWidget(m_from);
    line->addWidget(roleLabel(tr("to"), "muted", row));
    line->addWidget(m_to);
    line->addWidget(spread);
    line->addStretch(1);
    line->addWidget(files);
    connect(spread, &QPushButton::clicked, this, &BatchDialog::spread);
    connect(files, &QPushButton::clicked, this, &BatchDialog::addFiles);
    return row;
}

void BatchDialog::spread()
{
    m_entries
        = recipesBySize(m_workspace, m_count->value(), m_from->value() * 1e6, m_to->value() * 1e6);
    refresh();
}

void BatchDialog::addFiles()
{
    const QStringList paths
        = QFileDialog::getOpenFileNames(this, tr("Add recipes"), {}, tr("Recipes (*.json)"));
    for (const QString& path : paths)
        addFile(path);
}

void BatchDialog::addFile(const QString& path)
{
    BatchEntry entry { QFileInfo(path).completeBaseName(), {}, {} };
    const auto json = readJsonFile(path.toStdString());
    const auto recipe = json.ok() ? recipeFromJson(*json) : Result<Recipe>(json.error());
    const auto& architecture = m_workspace.architecture();
    if (!recipe.ok())
        entry.problem = messageText(recipe.error());
    else if (!architecture || recipe->layers.size() != architecture->layers.size())
        entry.problem = tr("It is for another model: its number of layers differs.");
    else {
        entry.recipe = *recipe;
        entry.problem = problemOf(*recipe, *architecture);
        if (entry.recipe.name.empty())
            entry.recipe.name = entry.name.toStdString();
        entry.name = QString::fromStdString(entry.recipe.name);
    }
    m_entries.push_back(std::move(entry));
    refresh();
}

void BatchDialog::refresh()
{
    int runnable = 0;
    m_table->setRowCount(static_cast<int>(m_entries.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const BatchEntry& entry = m_entries[static_cast<std::size_t>(row)];
        const bool fits = entry.problem.isEmpty();
        runnable += fits ? 1 : 0;
        QString bytes = tr("n/a"), kl = tr("n/a");
        if (fits && m_workspace.predictor()) {
            const Prediction prediction = m_workspace.predictor()->predict(entry.recipe);
            bytes = QStringLiteral("○ ") + metricValueText(prediction.fileBytes);
            if (prediction.kl.present())
                kl = QStringLiteral("○ ") + numberText(*prediction.kl.value);
        }
        const QString texts[] = { entry.name, bytes, kl, fits ? tr("yes") : entry.problem };
        for (int column = 0; column < 4; ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            item->setToolTip(entry.problem);
            m_table->setItem(row, column, item);
        }
    }
    QPushButton* start = m_buttons->button(QDialogButtonBox::Ok);
    start->setText(tr("Queue %n recipes", nullptr, runnable));
    start->setEnabled(runnable > 0);
    m_note->setText(m_entries.empty()
                        ? tr("Spread recipes over a range of sizes, or add recipe files; they run "
                             "one after the other.")
                        : durationSentence(runnable));
}

/// What the runs of this project took, times the count: a range, and only if there were any.
QString BatchDialog::durationSentence(int count) const
{
    double shortest = 0, longest = 0;
    for (const RunRecord& run : m_workspace.runs()) {
        if (run.baseline || run.state != RunState::Done)
            continue;
        const auto from = QDateTime::fromString(QString::fromStdString(run.createdAt), Qt::ISODate);
        const auto to = QDateTime::fromString(QString::fromStdString(run.finishedAt), Qt::ISODate);
        if (!from.isValid() || !to.isValid() || from.secsTo(to) <= 0)
            continue;
        const auto seconds = static_cast<double>(from.secsTo(to));
        shortest = shortest > 0 ? std::min(shortest, seconds) : seconds;
        longest = std::max(longest, seconds);
    }
    if (longest <= 0 || count == 0)
        return tr("No run of this project says yet how long one takes.");
    return tr("About %1 to %2 in all, as the runs of this project took.")
        .arg(durationText(count * shortest), durationText(count * longest));
}

int BatchDialog::enqueueAll()
{
    int count = 0;
    for (const BatchEntry& entry : m_entries) {
        if (!entry.problem.isEmpty())
            continue;
        JobSpec spec = m_workspace.jobSpec(JobKind::Compress);
        spec.arguments["recipe"] = toJson(entry.recipe);
        spec.arguments["name"] = entry.recipe.name;
        m_workspace.jobs()->enqueue(spec, tr("Compress %1").arg(entry.name));
        ++count;
    }
    return count;
}

} // namespace schmidt
