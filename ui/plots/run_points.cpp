// SPDX-License-Identifier: GPL-3.0-only
#include "ui/plots/run_points.h"

#include "base/metric_names.h"
#include "ledger/outcomes.h"
#include "ui/model/workspace.h"

namespace schmidt {

std::vector<ParetoRun> measuredRunPoints(const Workspace& workspace)
{
    std::vector<ParetoRun> runs;
    for (const RunRecord& run : workspace.runs()) {
        const Metric* bytes = findMetric(run.metrics, metric_names::fileBytes);
        const Metric* kl = findMetric(run.metrics, metric_names::klMean);
        if (run.baseline || run.state != RunState::Done || !bytes || !bytes->value || !kl
            || !kl->value)
            continue;
        ParetoRun point;
        point.name = QString::fromStdString(run.name);
        point.bytes = *bytes->value;
        point.kl = *kl->value;
        point.klError = kl->uncertainty.value_or(0);
        point.variant = workspace.variantIndex(run.id);
        point.predicted = kl->provenance == Provenance::Predicted;
        runs.push_back(std::move(point));
    }
    return runs;
}

} // namespace schmidt
