// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/bond_view.h"

#include "analysis/spectrum_measures.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/panels/spectra/fact_table.h"
#include "ui/panels/spectra/measures.h"
#include "ui/plots/card.h"
#include "ui/plots/line_plot.h"
#include "ui/plots/number_text.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr int factWidth = 620; ///< a remark far from its number is not read with it

    /// 1 - the share of the energy that the first `kept` values hold.
    double lostShare(const std::vector<float>& values, std::int64_t kept)
    {
        double total = 0, lost = 0;
        for (std::size_t index = 0; index < values.size(); ++index) {
            const double energy = static_cast<double>(values[index]) * values[index];
            total += energy;
            lost += static_cast<std::int64_t>(index) >= kept ? energy : 0;
        }
        return total > 0 ? lost / total : 1;
    }

    std::vector<LinePoint> schmidtValues(const std::vector<float>& values)
    {
        std::vector<LinePoint> points;
        const double first = values.empty() || values.front() <= 0 ? 1 : values.front();
        const std::size_t step = std::max<std::size_t>(1, values.size() / 512);
        for (std::size_t index = 0; index < values.size(); index += step)
            if (values[index] > 1e-6 * first) // below is rounding
                points.push_back({ static_cast<double>(index + 1), values[index] / first, 0 });
        return points;
    }

} // namespace

double lossAt(const std::vector<std::int32_t>& bonds, const std::vector<float>& losses,
              std::int64_t bond, bool& interpolated)
{
    const auto next = std::lower_bound(bonds.begin(), bonds.end(), bond);
    const auto index = static_cast<std::size_t>(next - bonds.begin());
    interpolated = false;
    if (next == bonds.end() || index >= losses.size())
        return NAN;
    if (*next == bond)
        return losses[index];
    if (index == 0)
        return NAN;
    interpolated = true;
    const double low = bonds[index - 1], high = *next;
    const double share = (static_cast<double>(bond) - low) / (high - low);
    return (1 - share) * static_cast<double>(losses[index - 1])
        + share * static_cast<double>(losses[index]);
}

BondPoint bondPoint(const TensorSpectrum& spectrum, bool onInputs, std::int64_t bond)
{
    BondPoint point;
    point.bond = bond;
    point.parameters = spectrum.bond.parameters(bond);
    point.share = static_cast<double>(point.parameters)
        / static_cast<double>(std::max<std::int64_t>(1, spectrum.rows * spectrum.columns));
    point.loss = onInputs
        ? lossAt(spectrum.bond.measuredBonds, spectrum.bond.measuredLoss, bond, point.interpolated)
        : lostShare(spectrum.bond.sigma, bond);
    const auto& values = onInputs ? spectrum.weighted : spectrum.sigma;
    point.rank
        = std::min(point.parameters / std::max<std::int64_t>(1, spectrum.rows + spectrum.columns),
                   static_cast<std::int64_t>(values.size()));
    point.rankLoss = lostShare(values, point.rank);
    return point;
}

BondView::BondView(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space::m);
    m_spectrumCard = new Card({}, this);
    m_spectrum = new LinePlot(m_spectrumCard);
    m_spectrum->setAccessibleName(tr("Schmidt values of the bond"));
    m_spectrum->setExportName(QStringLiteral("bond"));
    m_spectrum->xAxis().setTitle(tr("place in the bond"));
    m_spectrum->xAxis().setInteger(true);
    m_spectrum->yAxis().setTitle(tr("s/s₁"));
    m_spectrum->yAxis().setKind(AxisKind::Log);
    m_spectrum->setSelectable(true);
    m_spectrumCard->body()->addWidget(m_spectrum, 1);
    m_lossCard = new Card(tr("Loss at equal size"), this);
    m_metrics = new QButtonGroup(this);
    auto* metrics = segmentRow({ tr("Plain"), tr("On your inputs") }, *m_metrics, m_lossCard);
    metrics->setToolTip(tr("Plain: |W − W'|²/|W|². On your inputs: E|(W − W')x|²/E|W x|² over the "
                           "workload's activations x."));
    m_metrics->button(0)->setChecked(true);
    m_sweep = new QPushButton(tr("Sweep this matrix"), m_lossCard);
    setRole(m_sweep, "quiet");
    m_sweep->setToolTip(tr("Improves the operator on your inputs by variational sweeps, at every "
                           "power of two of the bond. Takes about a minute."));
    m_lossCard->addCorner(m_sweep);
    m_lossCard->addCorner(metrics);
    m_loss = new LinePlot(m_lossCard);
    m_loss->setAccessibleName(tr("Loss of truncation at equal size"));
    m_loss->setExportName(QStringLiteral("bond-loss"));
    m_loss->setFloor(0.0);
    m_loss->xAxis().setTitle(tr("numbers stored, % of the matrix"));
    m_loss->yAxis().setTitle(tr("loss (%)"));
    m_lossCard->body()->addWidget(m_loss, 1);
    m_cutCard = new Card(tr("Cut the bond"), this);
    m_cutCard->body()->addWidget(buildSlider());
    m_verdict = roleLabel({}, "plain", m_cutCard);
    m_verdict->setWordWrap(true);
    m_cutCard->body()->addWidget(m_verdict);
    m_facts = new FactTable(m_cutCard);
    m_facts->setMaximumWidth(factWidth);
    m_cutCard->body()->addWidget(m_facts);
    m_definition = roleLabel({}, "small", m_cutCard);
    m_definition->setWordWrap(true);
    m_cutCard->body()->addWidget(m_definition);
    grid->addWidget(m_spectrumCard, 0, 0);
    grid->addWidget(m_lossCard, 0, 1);
    grid->addWidget(m_cutCard, 1, 0, 1, 2);
    grid->setColumnStretch(0, 46);
    grid->setColumnStretch(1, 54);
    grid->setRowStretch(0, 1);
    connect(m_metrics, &QButtonGroup::idClicked, this, &BondView::fillCurves);
    connect(m_sweep, &QPushButton::clicked, this, &BondView::sweep);
    connect(m_workspace.jobs(), &JobController::entriesChanged, this, [this] {
        if (isVisible())
            refresh();
    });
    connect(m_spectrum, &LinePlot::selected, m_slider, &QSlider::setValue);
}

QWidget* BondView::buildSlider()
{
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(space::m);
    m_bond = roleLabel({}, "plain", row);
    m_bond->setMinimumWidth(150);
    m_slider = new QSlider(Qt::Horizontal, row);
    m_slider->setAccessibleName(tr("Bond dimension"));
    m_slider->setPageStep(16);
    m_use = new QPushButton(tr("Use in draft"), row);
    m_use->setObjectName(QStringLiteral("bond_use"));
    m_use->setToolTip(
        tr("Puts this operator in place of the matrix in the draft of the recipe; pressed "
           "again at the same bond, takes it out."));
    line->addWidget(m_bond);
    line->addWidget(m_slider, 1);
    line->addWidget(m_use);
    connect(m_slider, &QSlider::valueChanged, this, &BondView::showBond);
    connect(m_use, &QPushButton::clicked, this, &BondView::use);
    connect(&m_workspace, &Workspace::recipeChanged, this, &BondView::showUse);
    return row;
}

void BondView::showUse()
{
    const TensorSelection selection = m_workspace.selection();
    const auto position = linearRoleIndex(selection.role);
    const auto& layers = m_workspace.recipe().layers;
    const auto layer = static_cast<std::size_t>(selection.layer);
    const bool known = position && layer < layers.size();
    m_use->setEnabled(known);
    const bool used = known && layers[layer].bonds[*position] == m_slider->value();
    m_use->setText(used ? tr("Take out of draft") : tr("Use in draft"));
}

void BondView::use()
{
    const TensorSelection selection = m_workspace.selection();
    const auto position = linearRoleIndex(selection.role);
    const auto layer = static_cast<std::size_t>(selection.layer);
    Recipe recipe = m_workspace.recipe();
    if (!position || layer >= recipe.layers.size())
        return;
    LayerRecipe& entry = recipe.layers[layer];
    const bool used = entry.bonds[*position] == m_slider->value();
    entry.bonds[*position] = used ? 0 : m_slider->value();
    if (!used) { // nothing else can stand in its place
        entry.ranks[*position] = 0;
        entry.setScheme(*position, {});
    }
    const QString name = tr("%1 · %2").arg(layerText(selection.layer), roleTitle(selection.role));
    m_workspace.finishEdit();
    m_workspace.editRecipe(used ? tr("No tensor network for %1").arg(name)
                                : tr("Bond %1 for %2").arg(m_slider->value()).arg(name),
                           recipe);
    Q_EMIT messageRequested(used ? tr("The draft keeps the matrix %1.").arg(name)
                                 : tr("The draft has %1 as a tensor network with bond %2.")
                                       .arg(name)
                                       .arg(m_slider->value()));
}

void BondView::setOnInputs(bool onInputs)
{
    m_metrics->button(onInputs ? 1 : 0)->setChecked(true);
    refresh();
}

bool BondView::onInputs() const
{
    return m_metrics->checkedId() == 1;
}

const TensorSpectrum* BondView::selected() const
{
    const auto& analysis = m_workspace.analysis();
    const TensorSelection selection = m_workspace.selection();
    const TensorSpectrum* found
        = analysis ? analysis->spectrum(selection.role, selection.layer) : nullptr;
    return found && !found->bond.empty() ? found : nullptr;
}

bool BondView::sweeping() const
{
    const std::string name
        = hfTensorName(m_workspace.selection().role, m_workspace.selection().layer);
    const auto& entries = m_workspace.jobs()->entries();
    return std::any_of(entries.begin(), entries.end(), [&](const JobEntry& entry) {
        return entry.spec.kind == JobKind::Bonds
            && (entry.state == JobState::Queued || entry.state == JobState::Running)
            && jsonValue<std::string>(entry.spec.arguments, "tensor", {}) == name;
    });
}

BondSweeps BondView::storedSweeps() const
{
    if (!m_workspace.ledger() || !m_workspace.analysis())
        return {};
    const auto value = m_workspace.ledger()->value(bondSweepsKey);
    return value.ok()
        ? bondSweepsFrom(*value, m_workspace.analysis()->workload,
                         hfTensorName(m_workspace.selection().role, m_workspace.selection().layer))
        : BondSweeps {};
}

void BondView::sweep()
{
    JobSpec spec = m_workspace.jobSpec(JobKind::Bonds);
    const TensorSelection selection = m_workspace.selection();
    spec.arguments["tensor"] = hfTensorName(selection.role, selection.layer);
    spec.arguments["workload"] = m_workspace.analysis()->workload;
    const QString name = tr("%1 · %2").arg(layerText(selection.layer), roleTitle(selection.role));
    m_workspace.jobs()->enqueue(spec, tr("Sweep %1").arg(name));
    setOnInputs(true);
    Q_EMIT messageRequested(
        tr("The sweeps of %1 are in the queue; their losses appear here.").arg(name));
}

void BondView::refresh()
{
    const TensorSelection selection = m_workspace.selection();
    m_spectrumCard->setTitle(
        tr("%1 · %2 across its bond").arg(layerText(selection.layer), roleTitle(selection.role)));
    const TensorSpectrum* spectrum = selected();
    const auto& analysis = m_workspace.analysis();
    const QString missing = spectrum ? QString()
        : !analysis || !analysis->complete()
        ? tr("Bonds come when the analysis has finished.")
        : tr("This analysis was made before bonds were stored: \"Analyze again\" brings them.");
    m_spectrum->setMessage(missing);
    m_loss->setMessage(missing);
    const bool weighted = spectrum && !spectrum->bond.measuredLoss.empty();
    m_metrics->button(1)->setEnabled(weighted);
    if (!weighted)
        m_metrics->button(0)->setChecked(true);
    m_sweeps = storedSweeps();
    m_sweep->setVisible(weighted && m_sweeps.bonds.empty());
    const bool busy = sweeping();
    m_sweep->setText(busy ? tr("Sweeping…") : tr("Sweep this matrix"));
    m_sweep->setEnabled(m_workspace.source() != nullptr && !busy);
    m_slider->setEnabled(spectrum != nullptr);
    m_cutCard->setVisible(spectrum != nullptr);
    m_spectrumCard->setSubtitle(spectrum ? tr("(%1 × %2) × (%3 × %4)")
                                               .arg(spectrum->bond.rows[0])
                                               .arg(spectrum->bond.columns[0])
                                               .arg(spectrum->bond.rows[1])
                                               .arg(spectrum->bond.columns[1])
                                         : QString());
    fillCurves();
}

void BondView::fillCurves()
{
    m_points.clear();
    const TensorSpectrum* spectrum = selected();
    if (!spectrum) {
        m_spectrum->setSeries({});
        m_loss->setSeries({});
        showBond();
        return;
    }
    const BondSpectrum& bond = spectrum->bond;
    const std::int64_t last
        = std::clamp<std::int64_t>(bond.breakEven(), 1, std::max<std::int64_t>(1, bond.fullBond()));
    for (std::int64_t size = 1; size <= last; ++size)
        m_points.push_back(bondPoint(*spectrum, onInputs(), size));
    bool between = false;
    for (BondPoint& point : m_points) {
        if (!onInputs())
            break;
        point.swept = lossAt(m_sweeps.bonds, m_sweeps.loss, point.bond, between);
        point.sweptElsewhere = lossAt(m_sweeps.bonds, m_sweeps.heldOut, point.bond, between);
        point.rankElsewhere = lossAt(m_sweeps.bonds, m_sweeps.rankHeldOut, point.bond, between);
    }
    std::vector<LineSeries> values(1);
    values[0].name = tr("plain");
    values[0].points = schmidtValues(bond.sigma);
    if (!bond.weighted.empty()) {
        values.push_back({ tr("on inputs"), 1, schmidtValues(bond.weighted) });
        values[1].markers = false;
    }
    values[0].markers = false;
    m_spectrum->setSeries(std::move(values));
    std::vector<LineSeries> losses(2);
    losses[0].name = tr("SVD");
    losses[0].color = -1;
    losses[0].markers = false;
    losses[1].name = tr("two sites");
    losses[1].markers = false;
    LineSeries swept;
    swept.name = tr("swept");
    swept.color = 2;
    LineSeries computed;
    computed.color = 0;
    computed.line = false;
    for (const BondPoint& point : m_points) {
        losses[0].points.push_back({ 100 * point.share, 100 * point.rankLoss, 0 });
        losses[1].points.push_back({ 100 * point.share, 100 * point.loss, 0 });
        const auto made = std::find(m_sweeps.bonds.begin(), m_sweeps.bonds.end(), point.bond);
        if (std::isfinite(point.swept) && made != m_sweeps.bonds.end())
            swept.points.push_back({ 100 * point.share, 100 * point.swept, 0 });
        if (onInputs() && !point.interpolated)
            computed.points.push_back({ 100 * point.share, 100 * point.loss, 0 });
    }
    for (LineSeries* more : { &computed, &swept })
        if (!more->points.empty())
            losses.push_back(std::move(*more));
    m_loss->setSeries(std::move(losses));
    const int kept = m_slider->value();
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setRange(1, static_cast<int>(last));
        m_slider->setValue(kept > 1 ? kept : static_cast<int>(std::max<std::int64_t>(1, last / 4)));
    }
    showBond();
}

void BondView::showBond()
{
    showUse();
    const TensorSpectrum* spectrum = selected();
    const auto place = static_cast<std::size_t>(std::max(1, m_slider->value()) - 1);
    if (!spectrum || place >= m_points.size()) {
        m_spectrum->setMarkLine({});
        m_loss->setMarkLine({});
        return;
    }
    const BondPoint& point = m_points[place];
    const BondSpectrum& bond = spectrum->bond;
    m_bond->setText(tr("bond dimension %1").arg(point.bond));
    m_spectrum->setMarkLine(static_cast<double>(point.bond), tr("cut"));
    m_loss->setMarkLine(100 * point.share, tr("cut"));
    // After sweeps only other text can judge: they fit what they were made on more closely.
    const bool swept = std::isfinite(point.sweptElsewhere);
    const double own = swept ? point.sweptElsewhere : point.loss;
    const double other = swept ? point.rankElsewhere : point.rankLoss;
    const QString verdict = own < other
        ? tr("With %1 of the numbers the two-site operator loses %2 and a plain low-rank matrix "
             "%3: the operator is better here.")
        : tr("With %1 of the numbers the two-site operator loses %2 and a plain low-rank matrix "
             "%3: the low-rank matrix is better here.");
    const QString more = swept ? tr("Judged after sweeps on text that neither was fitted to.")
        : onInputs()           ? tr("Sweeps would lower the operator's loss.")
                               : QString();
    m_verdict->setText((verdict.arg(percentText(point.share), percentText(own), percentText(other))
                        + QLatin1Char(' ') + more)
                           .trimmed());
    showFacts(point, bond);
    m_definition->setText(
        onInputs()
            ? tr("W = Σ s A ⊗ B over two sites, cut in the Kronecker product C₁ ⊗ C₂ that is "
                 "likeliest for the inputs' second moment C. Losses are those in C itself, "
                 "E|(W − W')x|²/E|W x|², computed at %1 bonds; the SVD is the best one in C. "
                 "Variational sweeps in C improve the operator further; what of that holds on "
                 "other text is measured with them.")
                  .arg(bond.measuredBonds.size())
            : tr("W = Σ s A ⊗ B over two sites with balanced factors, the best sum of Kronecker "
                 "products. Losses |W − W'|²/|W|² follow exactly from the Schmidt values. The only "
                 "public comparison finds that tensor trains lose to a plain SVD of equal size; "
                 "judge by the grey line."));
}

void BondView::showFacts(const BondPoint& point, const BondSpectrum& bond)
{
    std::vector<Fact> facts { { tr("numbers stored"), countText(point.parameters),
                                tr("%1 of the matrix").arg(percentText(point.share)),
                                tr("Bond dimension times the sizes of both sites.") },
                              { tr("truncation loss"), percentText(point.loss),
                                point.interpolated ? tr("○ between computed bonds")
                                                   : tr("● computed"),
                                tr("Relative squared error of the product cut to this bond.") } };
    if (std::isfinite(point.swept))
        facts.push_back({ tr("loss after sweeps"), percentText(point.swept),
                          tr("on %1 tokens").arg(countText(m_sweeps.tokens)),
                          tr("The cut operator, improved core by core on your inputs; computed at "
                             "powers of two and straight between them.") });
    if (std::isfinite(point.sweptElsewhere))
        facts.push_back({ tr("on other text"), percentText(point.sweptElsewhere),
                          tr("SVD %1").arg(percentText(point.rankElsewhere)),
                          tr("Loss after sweeps, and that of the SVD, on text that neither was "
                             "fitted to.") });
    facts.push_back({ tr("SVD at equal size"), percentText(point.rankLoss),
                      tr("rank %1").arg(point.rank),
                      tr("Loss of the largest rank whose two factors store no more numbers.") });
    const double entropy = spectralEntropy(onInputs() ? bond.weighted : bond.sigma);
    facts.push_back(
        { tr("entropy of the bond"), tr("%1 nat").arg(numberText(entropy)),
          tr("effective bond %1 of %2").arg(numberText(std::exp(entropy))).arg(bond.fullBond()),
          tr("S = −Σ p ln p with p = s²/Σs² over the Schmidt values of the bond.") });
    m_facts->setFacts(facts);
}

} // namespace schmidt
