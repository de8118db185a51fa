// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/model/model_panel.h"

#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/model/tensor_table.h"
#include "ui/plots/card.h"
#include "ui/plots/metric_text.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>

namespace schmidt {

namespace {

    QString shapeRange(const Architecture& architecture, std::int64_t LayerShape::*member)
    {
        std::int64_t low = architecture.layers.front().*member, high = low;
        for (const LayerShape& layer : architecture.layers) {
            low = std::min(low, layer.*member);
            high = std::max(high, layer.*member);
        }
        return low == high ? QString::number(low) : QStringLiteral("%1 – %2").arg(low).arg(high);
    }

    void clear(QLayout* layout)
    {
        while (QLayoutItem* item = layout->takeAt(0)) {
            delete item->widget();
            delete item;
        }
    }

} // namespace

ModelPanel::ModelPanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::l);
    layout->setSpacing(space::m);
    auto* header = new QHBoxLayout;
    m_name = new ScreenTitle({}, this);
    m_subtitle = roleLabel({}, "muted", this);
    header->addWidget(m_name);
    header->addWidget(m_subtitle, 1);
    m_analyze = new QPushButton(tr("Analyze"), this);
    setRole(m_analyze, "primary");
    connect(m_analyze, &QPushButton::clicked, this, [this] {
        if (!this->workspace().isOpen())
            return;
        this->workspace().jobs()->enqueue(this->workspace().jobSpec(JobKind::Analyze),
                                          tr("Analyze"));
        Q_EMIT screenRequested(QStringLiteral("spectra"));
    });
    header->addWidget(m_analyze);
    layout->addLayout(header);
    m_warnings = new QVBoxLayout;
    layout->addLayout(m_warnings);
    auto* body = new QHBoxLayout;
    body->setSpacing(space::m);
    body->addWidget(buildFacts(), 2);
    body->addWidget(buildTensors(), 5);
    layout->addLayout(body, 1);
    connect(&workspace, &Workspace::projectChanged, this, &ModelPanel::refresh);
    connect(&workspace, &Workspace::goalsChanged, this, &ModelPanel::refreshGoals);
    connect(&workspace, &Workspace::analysisChanged, this, &ModelPanel::refreshWarnings);
    refresh();
}

QString ModelPanel::title() const
{
    return tr("Model");
}

QString ModelPanel::id() const
{
    return QStringLiteral("model");
}

QWidget* ModelPanel::buildFacts()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::m);
    m_factsCard = new Card(tr("Architecture"), column);
    m_facts = new QGridLayout;
    m_facts->setColumnStretch(1, 1);
    m_facts->setHorizontalSpacing(space::l);
    m_facts->setVerticalSpacing(space::xs);
    m_factsCard->body()->addLayout(m_facts);
    layout->addWidget(m_factsCard);
    auto* goals = new Card(tr("Goals"), column);
    auto* edit = new QPushButton(tr("Edit goals…"), goals);
    setRole(edit, "quiet");
    connect(edit, &QPushButton::clicked, this, &ModelPanel::goalsRequested);
    goals->addCorner(edit);
    m_goals = new QLabel(goals);
    m_goals->setWordWrap(true);
    goals->body()->addWidget(m_goals);
    layout->addWidget(goals);
    layout->addStretch(1);
    return column;
}

QWidget* ModelPanel::buildTensors()
{
    auto* card = new Card(tr("Tensors"), this);
    m_filter = new QLineEdit(card);
    m_filter->setPlaceholderText(tr("Filter by name"));
    m_filter->setAccessibleName(tr("Filter tensors by name"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(220);
    card->addCorner(m_filter);
    m_tensors = new TensorTableModel(this);
    m_sorted = new QSortFilterProxyModel(this);
    m_sorted->setSourceModel(m_tensors);
    m_sorted->setSortRole(Qt::UserRole);
    m_sorted->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(m_filter, &QLineEdit::textChanged, m_sorted,
            [this](const QString& text) { m_sorted->setFilterFixedString(text); });
    m_table = new QTableView(card);
    m_table->setModel(m_sorted);
    m_table->setAccessibleName(tr("Tensors of the model"));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_sorted->sort(TensorTableModel::Layer); // equal ones keep the order of the file
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(space::row);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!current.isValid() || !workspace().source())
                    return;
                const int row = m_sorted->mapToSource(current).row();
                const TensorInfo& tensor
                    = workspace().source()->tensors()[static_cast<std::size_t>(row)];
                if (tensor.role && tensor.layer >= 0 && linearRoleIndex(*tensor.role))
                    workspace().setSelection({ *tensor.role, tensor.layer });
            });
    m_tableText = roleLabel({}, "muted", card);
    m_tableText->setAlignment(Qt::AlignCenter);
    m_tableText->setWordWrap(true);
    card->body()->addWidget(m_table, 1);
    card->body()->addWidget(m_tableText, 1);
    return card;
}

void ModelPanel::showFacts(const Facts& facts)
{
    m_factsCard->setVisible(!facts.empty());
    // Labels once made stay, shown: one that joins a shown page lays all of it out again.
    for (std::size_t row = m_factLabels.size(); row < facts.size(); ++row) {
        QLabel* name = roleLabel({}, "muted", this);
        auto* value = new QLabel(this);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setWordWrap(true);
        m_facts->addWidget(name, static_cast<int>(row), 0);
        m_facts->addWidget(value, static_cast<int>(row), 1);
        m_factLabels.emplace_back(name, value);
    }
    for (std::size_t row = 0; row < m_factLabels.size(); ++row) {
        const auto& [name, value] = m_factLabels[row];
        const bool known = row < facts.size();
        name->setText(known ? facts[row].first : QString());
        value->setText(known ? facts[row].second : QString());
    }
}

void ModelPanel::refresh()
{
    m_tensors->setSource(workspace().source());
    const bool listed = workspace().source() != nullptr;
    m_table->setVisible(listed);
    m_filter->setEnabled(listed);
    m_tableText->setVisible(!listed);
    m_tableText->setText(workspace().isOpen()
                             ? tr("The tensors are listed when the file of the model is there "
                                  "again. Analysis and finished runs can be read without it.")
                             : tr("Open a model to see its tensors."));
    const int widths[] = { 230, 132, 64, 136, 70, 110, 90 };
    for (int column = 0; column < TensorTableModel::ColumnCount; ++column)
        m_table->setColumnWidth(column, widths[column]);
    refreshWarnings();
    refreshFacts();
    refreshGoals();
}

void ModelPanel::refreshWarnings()
{
    clear(m_warnings);
    QStringList warnings;
    if (!workspace().modelProblem().isEmpty())
        warnings << workspace().modelProblem();
    if (workspace().source())
        for (const std::string& warning : workspace().source()->warnings())
            warnings << QString::fromStdString(warning);
    if (workspace().analysis())
        for (const std::string& warning : workspace().analysis()->warnings)
            warnings << QString::fromStdString(warning);
    for (const QString& warning : warnings) {
        auto* stripe = new QFrame(this);
        setRole(stripe, "stripe");
        auto* line = new QHBoxLayout(stripe);
        auto* label = new QLabel(warning, stripe);
        label->setWordWrap(true);
        line->addWidget(label, 1);
        m_warnings->addWidget(stripe);
        if (workspace().modelMissing() && warning == workspace().modelProblem()) {
            auto* locate = new QPushButton(tr("Locate model…"), stripe);
            connect(locate, &QPushButton::clicked, this, &ModelPanel::locateRequested);
            line->addWidget(locate);
        }
    }
}

void ModelPanel::refreshFacts()
{
    const auto& known = workspace().architecture();
    m_name->setText(known ? QString::fromStdString(known->name) : tr("No model"));
    m_subtitle->setText(workspace().source() ? QString::fromStdString(
                            workspace().source()->path().filename().string())
                            : known ? tr("The file of this model is missing.")
                                    : tr("Open a model with Ctrl+O."));
    m_analyze->setEnabled(workspace().source() != nullptr);
    if (!known)
        return showFacts({});
    const Architecture& a = *known;
    Facts facts {
        { tr("Family"), QString::fromStdString(familyName(a.family)) },
        { tr("Parameters"), countText(a.totalParameters()) },
        { tr("in blocks"),
          QStringLiteral("%1 (%2)").arg(countText(a.blockParameters()),
                                        percentText(static_cast<double>(a.blockParameters())
                                                    / static_cast<double>(a.totalParameters()))) },
        { tr("Layers"), QString::number(a.layerCount()) },
        { tr("Hidden size"), QString::number(a.hiddenSize) },
        { tr("MLP width"), shapeRange(a, &LayerShape::intermediateSize) },
        { tr("Query heads"), shapeRange(a, &LayerShape::heads) },
        { tr("KV groups"), shapeRange(a, &LayerShape::kvHeads) },
        { tr("Head size"), QString::number(a.headDim) },
        { tr("Vocabulary"), countText(a.vocabularySize) },
        { tr("Context"), countText(a.contextLength) },
        { tr("Embeddings"), a.tiedEmbeddings ? tr("tied to the head") : tr("separate head") },
    };
    if (workspace().source())
        facts.emplace_back(tr("File"),
                           bytesText(static_cast<double>(workspace().source()->fileBytes())));
    showFacts(facts);
}

void ModelPanel::refreshGoals()
{
    const Goals& goals = workspace().goals();
    QStringList lines { tr("Workload: %1").arg(QString::fromStdString(goals.workload)) };
    for (const GoalCheck& check : checkGoals(goals, {}, {}))
        lines << goalTitle(check);
    if (lines.size() == 1)
        lines << tr("No limits are set yet.");
    m_goals->setText(lines.join(QLatin1Char('\n')));
}

} // namespace schmidt
