// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/spectra/bond_view.h"

#include "analysis/spectrum_measures.h"
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

    /// Loss at a bond from the computed ones, straight between neighbours.
    double measuredLoss(const BondSpectrum& bond, std::int64_t size, bool& interpolated)
    {
        const auto next = std::lower_bound(bond.measuredBonds.begin(), bond.measuredBonds.end(),
                                           static_cast<std::int32_t>(size));
        const auto index = static_cast<std::size_t>(next - bond.measuredBonds.begin());
        if (next == bond.measuredBonds.end())
            return bond.measuredLoss.empty() ? 1 : bond.measuredLoss.back();
        interpolated = *next != size;
        if (!interpolated || index == 0)
            return bond.measuredLoss[index];
        const double low = bond.measuredBonds[index - 1], high = *next;
        const double share = (static_cast<double>(size) - low) / (high - low);
        return (1 - share) * static_cast<double>(bond.measuredLoss[index - 1])
            + share * static_cast<double>(bond.measuredLoss[index]);
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

BondPoint bondPoint(const TensorSpectrum& spectrum, bool onInputs, std::int64_t bond)
{
    BondPoint point;
    point.bond = bond;
    point.parameters = spectrum.bond.parameters(bond);
    point.share = static_cast<double>(point.parameters)
        / static_cast<double>(std::max<std::int64_t>(1, spectrum.rows * spectrum.columns));
    point.loss = onInputs ? measuredLoss(spectrum.bond, bond, point.interpolated)
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
    line->addWidget(m_bond);
    line->addWidget(m_slider, 1);
    connect(m_slider, &QSlider::valueChanged, this, &BondView::showBond);
    return row;
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
    LineSeries computed;
    computed.color = 0;
    computed.line = false;
    for (const BondPoint& point : m_points) {
        losses[0].points.push_back({ 100 * point.share, 100 * point.rankLoss, 0 });
        losses[1].points.push_back({ 100 * point.share, 100 * point.loss, 0 });
        if (onInputs() && !point.interpolated)
            computed.points.push_back({ 100 * point.share, 100 * point.loss, 0 });
    }
    losses[1].predicted = false;
    if (!computed.points.empty())
        losses.push_back(std::move(computed));
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
    const QString own = percentText(point.loss), other = percentText(point.rankLoss);
    m_verdict->setText(
        point.loss < point.rankLoss
            ? tr("With %1 of the numbers the two-site operator, cut without sweeps, loses %2 and a "
                 "plain low-rank matrix %3: the operator is better here.")
                  .arg(percentText(point.share), own, other)
            : tr("With %1 of the numbers the two-site operator, cut without sweeps, loses %2 and a "
                 "plain low-rank matrix %3: the low-rank matrix is better here.")
                  .arg(percentText(point.share), own, other));
    const auto& values = onInputs() ? bond.weighted : bond.sigma;
    const double entropy = spectralEntropy(values);
    m_facts->setFacts(
        { { tr("numbers stored"), QLocale().toString(static_cast<qlonglong>(point.parameters)),
            tr("%1 of the matrix").arg(percentText(point.share)),
            tr("Bond dimension times the sizes of both sites.") },
          { tr("truncation loss"), own,
            point.interpolated ? tr("○ between computed bonds") : tr("● computed"),
            tr("Relative squared error of the product cut to this bond.") },
          { tr("SVD at equal size"), other, tr("rank %1").arg(point.rank),
            tr("Loss of the largest rank whose two factors store no more numbers.") },
          { tr("entropy of the bond"), tr("%1 nat").arg(numberText(entropy)),
            tr("effective bond %1 of %2").arg(numberText(std::exp(entropy))).arg(bond.fullBond()),
            tr("S = −Σ p ln p with p = s²/Σs² over the Schmidt values of the bond.") } });
    m_definition->setText(
        onInputs()
            ? tr("W = Σ s A ⊗ B over two sites, cut in the Kronecker product C₁ ⊗ C₂ that is "
                 "likeliest for the inputs' second moment C. Losses are those in C itself, "
                 "E|(W − W')x|²/E|W x|², computed at %1 bonds; the SVD is the best one in C. "
                 "Variational sweeps in C improve the operator further, for some matrices beyond "
                 "the SVD: schmidt-cli spectra --bonds shows them.")
                  .arg(bond.measuredBonds.size())
            : tr("W = Σ s A ⊗ B over two sites with balanced factors, the best sum of Kronecker "
                 "products. Losses |W − W'|²/|W|² follow exactly from the Schmidt values. The only "
                 "public comparison finds that tensor trains lose to a plain SVD of equal size; "
                 "judge by the grey line."));
}

} // namespace schmidt
