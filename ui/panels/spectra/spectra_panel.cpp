// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/spectra_panel.h"

#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/spectra/bond_view.h"
#include "ui/panels/spectra/correlation_view.h"
#include "ui/panels/spectra/fact_table.h"
#include "ui/panels/spectra/layer_view.h"
#include "ui/panels/spectra/measures.h"
#include "ui/panels/spectra/reasons.h"
#include "ui/plots/card.h"
#include "ui/plots/heat_map.h"
#include "ui/plots/number_text.h"
#include "ui/plots/spectrum_plot.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

SpectraPanel::SpectraPanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::m);
    layout->setSpacing(space::m);
    layout->addWidget(buildHeader());
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(buildEmptyPage());
    m_pages->addWidget(buildContent());
    m_correlations = new CorrelationView(workspace, this);
    m_pages->addWidget(m_correlations);
    m_bonds = new BondView(workspace, this);
    connect(m_bonds, &BondView::messageRequested, this,
            [this](const QString& text) { Q_EMIT messageRequested(text, false); });
    m_pages->addWidget(m_bonds);
    layout->addWidget(m_pages, 1);
    addStepKeys();
    connectWorkspace();
}

SpectraPanel::~SpectraPanel() = default;

QString SpectraPanel::title() const
{
    return tr("Spectra");
}

QString SpectraPanel::id() const
{
    return QStringLiteral("spectra");
}

QStringList SpectraPanel::pages() const
{
    return { QStringLiteral("spectra"), QStringLiteral("correlations"), QStringLiteral("heads"),
             QStringLiteral("blocks"),  QStringLiteral("bonds"),        QStringLiteral("inputs") };
}

void SpectraPanel::showPage(const QString& page)
{
    using Level = CorrelationView::Level;
    const auto index = pages().indexOf(page);
    if (index < 0)
        return;
    if (index >= 1 && index <= 3)
        m_correlations->setLevel(static_cast<Level>(index - 1));
    if (index >= 4)
        m_bonds->setOnInputs(index == 5);
    m_views->button(index == 0 ? 0 : index <= 3 ? 1 : 2)->setChecked(true);
    switchView();
}

QWidget* SpectraPanel::buildHeader()
{
    auto* header = new QWidget(this);
    auto* line = new QHBoxLayout(header);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::l);
    line->addWidget(new ScreenTitle(tr("Spectra"), header));
    m_views = new QButtonGroup(this);
    auto* views = segmentRow({ tr("Spectra"), tr("Correlations"), tr("Bonds") }, *m_views, header);
    views->setToolTip(tr("Spectra of matrices; who knows what about whom; a matrix as a product of "
                         "two sites."));
    m_views->button(0)->setChecked(true);
    line->addWidget(views);
    connect(m_views, &QButtonGroup::idClicked, this, &SpectraPanel::switchView);
    m_roles = new QButtonGroup(this);
    QStringList names;
    for (const Role role : linearRoles)
        names << roleTitle(role);
    m_roleRow = segmentRow(names, *m_roles, header);
    line->addWidget(m_roleRow);
    for (QAbstractButton* button : m_roles->buttons())
        button->setAccessibleName(tr("Matrix %1").arg(button->text()));
    m_measure = new QComboBox(header);
    m_measure->setAccessibleName(tr("Measure shown by the map"));
    m_measure->setMinimumWidth(narrowestChooser);
    for (const MapMeasure measure : mapMeasures()) {
        m_measure->addItem(measureTitle(measure), static_cast<int>(measure));
        m_measure->setItemData(m_measure->count() - 1, measureDefinition(measure), Qt::ToolTipRole);
    }
    line->addWidget(m_measure);
    m_origin = new ElidedLabel(header);
    m_origin->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_origin->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    line->addWidget(m_origin, 1);
    m_again = new QPushButton(tr("Analyze again"), header);
    m_again->setToolTip(tr("Measures spectra, units and sensitivities on the chosen workload."));
    line->addWidget(m_again);
    connect(m_again, &QPushButton::clicked, this, &SpectraPanel::analyze);
    connect(m_measure, &QComboBox::currentIndexChanged, this, [this] { refreshMap(); });
    connect(m_roles, &QButtonGroup::idClicked, this, [this](int index) {
        workspace().setSelection(
            { linearRoles[static_cast<std::size_t>(index)], workspace().selection().layer });
    });
    return header;
}

QWidget* SpectraPanel::buildEmptyPage()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setSpacing(space::m);
    layout->addStretch(2);
    layout->addWidget(roleLabel(tr("Nothing has been analyzed yet"), "heading", page), 0,
                      Qt::AlignHCenter);
    m_emptyText = roleLabel({}, "muted", page);
    m_emptyText->setWordWrap(true);
    m_emptyText->setAlignment(Qt::AlignHCenter);
    m_emptyText->setMinimumWidth(520);
    layout->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    m_analyze = new QPushButton(tr("Analyze"), page);
    setRole(m_analyze, "primary");
    layout->addWidget(m_analyze, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_analyze, &QPushButton::clicked, this, &SpectraPanel::analyze);
    return page;
}

QWidget* SpectraPanel::buildContent()
{
    auto* page = new QWidget(this);
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space::m);

    m_mapCard = new Card(tr("Where the model keeps its correlations"), page);
    m_map = new HeatMap(m_mapCard);
    m_map->setAccessibleName(tr("Map over layers"));
    m_definition = roleLabel({}, "small", m_mapCard);
    m_definition->setWordWrap(true);
    m_mapCard->body()->addWidget(m_definition);
    m_mapCard->body()->addWidget(m_map, 1);
    grid->addWidget(m_mapCard, 0, 0, 2, 2);

    m_spectrumCard = new Card({}, page);
    m_spectrum = new SpectrumPlot(m_spectrumCard);
    m_spectrum->setMinimumHeight(150);
    m_useCut = new QPushButton(tr("Keep this rank"), m_spectrumCard);
    setRole(m_useCut, "quiet");
    m_useCut->setToolTip(
        tr("Puts the rank of the cut line into the draft recipe. A low-rank matrix "
           "cannot be quantized as well."));
    m_spectrumCard->addCorner(m_useCut);
    m_spectrumCard->body()->addWidget(m_spectrum, 1);
    grid->addWidget(m_spectrumCard, 0, 2);

    m_factCard = new Card(tr("Numbers"), page);
    m_factViews = new QButtonGroup(this);
    m_factCard->addCorner(
        segmentRow({ tr("Matrix"), tr("Direction"), tr("Unit") }, *m_factViews, m_factCard));
    m_factViews->button(0)->setChecked(true);
    m_reason = roleLabel({}, "plain", m_factCard);
    m_reason->setWordWrap(true);
    m_facts = new FactTable(m_factCard);
    m_factCard->body()->addWidget(m_reason);
    m_factCard->body()->addWidget(m_facts);
    grid->addWidget(m_factCard, 1, 2);
    connect(m_factViews, &QButtonGroup::idClicked, this, [this] { refreshFacts(selected()); });

    m_depthView = new DepthView(workspace(), page);
    m_layerView = new LayerView(workspace(), page);
    grid->addWidget(m_depthView, 2, 0);
    grid->addWidget(m_layerView, 2, 1, 1, 2);
    grid->setColumnStretch(0, 30);
    grid->setColumnStretch(1, 28);
    grid->setColumnStretch(2, 42);
    grid->setRowStretch(0, 30);
    grid->setRowStretch(1, 0);
    grid->setRowStretch(2, 20);

    connect(m_layerView, &LayerView::unitChosen, this, [this] { showFacts(FactView::Unit); });
    connect(m_map, &HeatMap::currentChanged, this, &SpectraPanel::selectCell);
    connect(m_spectrum, &SpectrumPlot::cutMoved, this, [this](int rank) {
        showCut(rank);
        showFacts(FactView::Direction);
    });
    connect(m_useCut, &QPushButton::clicked, this, &SpectraPanel::useCut);
    return page;
}

void SpectraPanel::connectWorkspace()
{
    const auto later = [this](auto refresh) {
        return [this, refresh] {
            if (isVisible())
                (this->*refresh)();
            else
                m_stale = true;
        };
    };
    connect(&workspace(), &Workspace::projectChanged, this, later(&SpectraPanel::refreshAll));
    connect(&workspace(), &Workspace::analysisChanged, this, later(&SpectraPanel::refreshAll));
    connect(&workspace(), &Workspace::selectionChanged, this,
            later(&SpectraPanel::refreshSelection));
    connect(&workspace(), &Workspace::recipeChanged, this, later(&SpectraPanel::refreshMarks));
}

void SpectraPanel::showEvent(QShowEvent* event)
{
    if (m_stale)
        refreshAll();
    Panel::showEvent(event);
}

void SpectraPanel::analyze()
{
    if (!workspace().isOpen())
        return;
    workspace().jobs()->enqueue(workspace().jobSpec(JobKind::Analyze), tr("Analyze"));
    Q_EMIT messageRequested(
        tr("The analysis is in the queue; spectra appear here as they are computed."), false);
}

void SpectraPanel::switchView()
{
    const int view = std::max(0, m_views->checkedId());
    m_roleRow->setVisible(view != 1);
    m_measure->setVisible(view == 0);
    if (m_shown && workspace().architecture()) {
        m_pages->setCurrentIndex(1 + view);
        refreshSelection();
    }
}

void SpectraPanel::refreshAll()
{
    m_stale = false;
    m_shown = workspace().analysis();
    const bool ready = m_shown && workspace().architecture();
    m_pages->setCurrentIndex(ready ? 1 + std::max(0, m_views->checkedId()) : 0);
    m_again->setVisible(ready);
    m_measure->setEnabled(ready);
    for (const QButtonGroup* group : { m_roles, m_views })
        for (QAbstractButton* button : group->buttons())
            button->setEnabled(ready);
    m_analyze->setEnabled(workspace().isOpen() && workspace().source() != nullptr);
    m_again->setEnabled(m_analyze->isEnabled());
    if (!ready) {
        m_origin->clear();
        m_emptyText->setText(
            !workspace().isOpen() ? tr("Open a model first; then its spectra can be computed.")
                : !workspace().modelProblem().isEmpty()
                ? workspace().modelProblem()
                : tr("The analysis decomposes every weight matrix, measures how the units of each "
                     "layer depend on each other on your workload, and probes what each reduction "
                     "costs. Spectra come first, after a few seconds."));
        return;
    }
    const QString state = m_shown->complete() ? QString() : tr(" · still being analyzed");
    m_origin->setText(tr("%1, %2 tokens%3")
                          .arg(QString::fromStdString(m_shown->workload))
                          .arg(countText(m_shown->calibrationTokens))
                          .arg(state));
    m_origin->setShortText(QString::fromStdString(m_shown->workload));
    m_origin->setToolTip(m_origin->text() + QLatin1Char('\n')
                         + tr("The text that the statistics and weighted spectra are of."));
    refreshMap();
    m_depthView->refresh();
}

void SpectraPanel::refreshMap()
{
    if (!m_shown || !workspace().architecture())
        return;
    const auto measure = static_cast<MapMeasure>(m_measure->currentData().toInt());
    const int layers = static_cast<int>(workspace().architecture()->layers.size());
    m_map->setData(mapData(measure, *m_shown, layers, workspace().selection().role));
    m_measure->setToolTip(measureDefinition(measure));
    m_definition->setText(measureDefinition(measure));
    const bool empty = std::none_of(m_map->data().values.begin(), m_map->data().values.end(),
                                    [](double value) { return std::isfinite(value); });
    m_map->setMessage(empty ? tr("Not measured yet; it appears here as the analysis goes on.")
                            : QString());
    refreshSelection();
    refreshMarks();
}

void SpectraPanel::refreshMarks()
{
    if (!m_shown || !workspace().architecture())
        return;
    const auto measure = static_cast<MapMeasure>(m_measure->currentData().toInt());
    m_map->setMarks(measureIsByRank(measure)
                        ? keptShares(workspace().recipe(), *workspace().architecture(),
                                     workspace().selection().role)
                        : std::vector<double> {});
    m_layerView->refreshRecipe();
    if (m_views->checkedId() == 1)
        m_correlations->refreshRecipe();
    if (factView() != FactView::Matrix)
        refreshFacts(selected());
}

const TensorSpectrum* SpectraPanel::selected() const
{
    const TensorSelection selection = workspace().selection();
    return m_shown ? m_shown->spectrum(selection.role, selection.layer) : nullptr;
}

std::int64_t SpectraPanel::keptRank() const
{
    const TensorSelection selection = workspace().selection();
    const auto position = linearRoleIndex(selection.role);
    const auto layer = static_cast<std::size_t>(selection.layer);
    return layer < workspace().recipe().layers.size() && position
        ? workspace().recipe().layers[layer].ranks[*position]
        : 0;
}

void SpectraPanel::addStepKeys()
{
    const auto add = [this](const QKeySequence& keys, auto step) {
        auto* shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, step);
    };
    add(Qt::Key_BracketLeft, [this] { stepLayer(-1); });
    add(Qt::Key_BracketRight, [this] { stepLayer(1); });
    add(Qt::Key_Comma, [this] { stepRole(-1); });
    add(Qt::Key_Period, [this] { stepRole(1); });
}

void SpectraPanel::stepLayer(int step)
{
    if (!workspace().architecture())
        return;
    const int last = static_cast<int>(workspace().architecture()->layers.size()) - 1;
    TensorSelection selection = workspace().selection();
    selection.layer = std::clamp(selection.layer + step, 0, last);
    workspace().setSelection(selection);
}

void SpectraPanel::stepRole(int step)
{
    TensorSelection selection = workspace().selection();
    const int place = static_cast<int>(linearRoleIndex(selection.role).value_or(0)) + step;
    if (place < 0 || place >= static_cast<int>(linearRoles.size()))
        return;
    selection.role = linearRoles[static_cast<std::size_t>(place)];
    workspace().setSelection(selection);
}

void SpectraPanel::selectCell(int row, int column)
{
    TensorSelection selection = workspace().selection();
    selection.layer = row;
    const auto measure = static_cast<MapMeasure>(m_measure->currentData().toInt());
    if (!measureIsByRank(measure) && !measureIsByLayer(measure))
        selection.role = linearRoles[static_cast<std::size_t>(column)];
    workspace().setSelection(selection);
}

namespace {

    /// The rank that keeps 99 % of the energy: where the cut line starts when the recipe has none.
    int startingCut(const TensorSpectrum& spectrum, const SpectrumPlot& plot)
    {
        const auto energies
            = prefixEnergies(spectrum.weighted.empty() ? spectrum.sigma : spectrum.weighted);
        const auto place = std::lower_bound(energies.begin(), energies.end(), 0.99f);
        return std::min(static_cast<int>(place - energies.begin()), std::max(1, plot.fullRank()));
    }

} // namespace

void SpectraPanel::refreshSelection()
{
    const TensorSelection selection = workspace().selection();
    const auto position = linearRoleIndex(selection.role);
    const auto measure = static_cast<MapMeasure>(m_measure->currentData().toInt());
    const bool roleShown = m_roles->checkedId() == static_cast<int>(position.value_or(0));
    if (auto* button = m_roles->button(static_cast<int>(position.value_or(0))))
        button->setChecked(true);
    if (!roleShown) {
        m_depthView->refresh();
        if (measureIsByRank(measure))
            return refreshMap();
    }
    m_map->setCurrent(selection.layer,
                      measureIsByRank(measure) || measureIsByLayer(measure)
                          ? 0
                          : static_cast<int>(position.value_or(0)));
    const TensorSpectrum* spectrum = selected();
    m_spectrumCard->setTitle(
        tr("%1 · %2").arg(layerText(selection.layer), roleTitle(selection.role)));
    m_spectrum->setMessage(spectrum ? QString() : tr("This matrix has not been decomposed yet."));
    m_useCut->setEnabled(spectrum != nullptr);
    if (spectrum) {
        m_spectrumCard->setSubtitle(tr("%1 × %2").arg(spectrum->rows).arg(spectrum->columns));
        SpectrumCurves curves {
            spectrum->sigma, spectrum->weighted, spectrum->shuffled, {}, {}, spectrum->bulk.distance
        };
        // The bulk is fitted to λ = σ² / max(rows, columns).
        const auto longest = static_cast<double>(std::max(spectrum->rows, spectrum->columns));
        if (spectrum->bulk.upperEdge > 0) {
            curves.bulkHigh = std::sqrt(spectrum->bulk.upperEdge * longest);
            curves.bulkLow = std::sqrt(std::max(0.0, spectrum->bulk.lowerEdge) * longest);
        }
        m_spectrum->setCurves(std::move(curves), 0);
        const std::int64_t rank = keptRank();
        m_spectrum->setCut(rank > 0 ? static_cast<int>(rank) : startingCut(*spectrum, *m_spectrum));
    }
    m_layerView->refresh();
    if (m_views->checkedId() == 1)
        m_correlations->refresh();
    else if (m_views->checkedId() == 2)
        m_bonds->refresh();
    refreshFacts(spectrum);
    m_depthView->refreshSelection();
    refreshMarks();
}

SpectraPanel::FactView SpectraPanel::factView() const
{
    return static_cast<FactView>(std::max(0, m_factViews->checkedId()));
}

void SpectraPanel::showFacts(FactView view)
{
    m_factViews->button(static_cast<int>(view))->setChecked(true);
    refreshFacts(selected());
}

void SpectraPanel::showReason(const Reason& reason, const QString& missing)
{
    m_reason->setText(reason.sentence.isEmpty() ? missing : reason.sentence);
    m_reason->setVisible(!m_reason->text().isEmpty());
    // A line more or less while a line is dragged would make the plots above jump.
    const int reserved = m_reasonView == factView() ? m_reason->minimumHeight() : 0;
    m_reasonView = factView();
    // The facts below have their width already when the sentence has never been shown.
    m_reason->setMinimumHeight(std::max(reserved, m_reason->heightForWidth(m_facts->width())));
    m_facts->setFacts(reason.facts);
}

void SpectraPanel::refreshFacts(const TensorSpectrum* spectrum)
{
    switch (factView()) {
    case FactView::Unit:
        return showReason({ m_layerView->unitReason(), m_layerView->unitFacts() },
                          tr("No unit is chosen: click one in the plot of units."));
    case FactView::Direction:
        return showReason(
            spectrum ? directionReason(*spectrum, m_spectrum->cut() + 1, keptRank()) : Reason {},
            tr("The cut line keeps every direction: drag it to see what one carries."));
    case FactView::Matrix:
        return showReason({ {}, spectrum ? matrixFacts(*spectrum) : std::vector<Fact> {} }, {});
    }
}

std::vector<Fact> SpectraPanel::matrixFacts(const TensorSpectrum& s) const
{
    const auto full = static_cast<double>(std::min(s.rows, s.columns));
    const auto ofFull
        = [&](double value) { return tr("%1 of full").arg(percentText(value / full)); };
    std::vector<Fact> facts {
        { tr("entropy S"), tr("%1 nat").arg(numberText(s.entropy)),
          tr("of at most %1").arg(numberText(std::log(full))),
          measureDefinition(MapMeasure::Entropy) },
        { tr("effective rank"), numberText(s.effectiveRank), ofFull(s.effectiveRank),
          measureDefinition(MapMeasure::EffectiveRank) },
        { tr("participation ratio"), numberText(s.participationRatio), ofFull(s.participationRatio),
          measureDefinition(MapMeasure::ParticipationRatio) },
    };
    if (!s.weighted.empty())
        facts.push_back({ tr("weighted entropy"), tr("%1 nat").arg(numberText(s.weightedEntropy)),
                          tr("eff. rank %1").arg(numberText(s.weightedEffectiveRank)),
                          measureDefinition(MapMeasure::WeightedEntropy) });
    facts.push_back({ tr("spikes above the bulk"), QString::number(s.bulk.spikes),
                      tr("fit KS %1").arg(numberText(s.bulk.distance, 2)),
                      measureDefinition(MapMeasure::Spikes) });
    const bool tail = s.tail.tailCount > 0;
    facts.push_back(
        { tr("power-law alpha"), tail ? numberText(s.tail.alpha) : tr("n/a"),
          tail ? tr("fit KS %1").arg(numberText(s.tail.distance, 2)) : tr("no tail to fit"),
          measureDefinition(MapMeasure::PowerLawAlpha) + QLatin1Char(' ')
              + tr("%n eigenvalues lie in the window.", nullptr, static_cast<int>(s.tail.tailCount))
              + QLatin1Char(' ')
              + tr("The window is λ in %1 … %2.")
                    .arg(numberText(s.tail.windowStart, 2), numberText(s.tail.windowEnd, 2)) });
    if (const auto fact = halvedFact(*m_shown, s.layer))
        facts.push_back(*fact);
    return facts;
}

void SpectraPanel::showCut(int rank)
{
    const TensorSpectrum* spectrum = selected();
    if (!spectrum)
        return;
    const std::int64_t stored = rank * (spectrum->rows + spectrum->columns);
    const double share
        = static_cast<double>(stored) / static_cast<double>(spectrum->rows * spectrum->columns);
    m_spectrumCard->setSubtitle(share < 1
                                    ? tr("%1 × %2, two factors store %3 of it")
                                          .arg(spectrum->rows)
                                          .arg(spectrum->columns)
                                          .arg(percentText(share))
                                    : tr("%1 × %2, two factors would store more than the matrix")
                                          .arg(spectrum->rows)
                                          .arg(spectrum->columns));
}

void SpectraPanel::useCut()
{
    const TensorSelection selection = workspace().selection();
    const auto position = linearRoleIndex(selection.role);
    Recipe recipe = workspace().recipe();
    const auto layer = static_cast<std::size_t>(selection.layer);
    if (!position || layer >= recipe.layers.size())
        return;
    const int rank = m_spectrum->cut();
    recipe.layers[layer].ranks[*position] = rank >= m_spectrum->fullRank() ? 0 : rank;
    recipe.layers[layer].bonds[*position] = 0;
    workspace().finishEdit();
    workspace().editRecipe(tr("Rank %1 for %2 %3")
                               .arg(rank)
                               .arg(layerText(selection.layer), roleTitle(selection.role)),
                           recipe);
    Q_EMIT messageRequested(tr("The draft keeps rank %1 of %2 %3.")
                                .arg(rank)
                                .arg(layerText(selection.layer), roleTitle(selection.role)),
                            false);
}

} // namespace schmidt
