// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "base/json.h"
#include "base/metric.h"
#include "ledger/exchanges.h"
#include "ledger/ledger.h"

#include <QString>
#include <optional>
#include <vector>

namespace schmidt {

class Workspace;

/// What a scene of Present mode is about; it decides the plot.
enum class SceneKind { Model, Spectra, Prediction, Comparison, Answers, Goals };
/// Stable names in the project: "model", "spectra", "prediction", "comparison", "answers", "goals".
QString sceneKindName(SceneKind kind);

/// A big number with what it is and where it came from.
struct SceneNumber {
    QString value, caption;
    Provenance provenance = Provenance::Measured;
};

/// One view of a presentation: a plot by its kind, up to three numbers, one sentence, and what the
/// speaker may say.
struct Scene {
    SceneKind kind = SceneKind::Model;
    QString title, sentence, hint;
    std::vector<SceneNumber> numbers;
    int seconds = 0; ///< how long the speaker should stay
};

/// The scenes that the data of the open project allow, about four minutes in all; the words that
/// the project keeps (storeSceneWords) replace the generated ones. Empty without a model.
std::vector<Scene> projectScenes(const Workspace& workspace);

/// Keeps sentence and hint of a scene in the project where they differ from the generated ones.
/// Errors: those of Ledger.
Result<void> storeSceneWords(const Workspace& workspace, const Scene& scene);

/// The variant that a presentation is about: the one in use, else the one that the goals and sizes
/// favour; absent while no variant is finished.
std::optional<RunRecord> presentedRun(const Workspace& workspace);
/// The newest question that both the baseline and the presented run answered; absent without one.
std::optional<Exchange> presentedExchange(const Workspace& workspace);
/// The baseline's run, if there is one.
const RunRecord* baselineRun(const Workspace& workspace);

} // namespace schmidt
