// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/analysis_result.h"
#include "recipe/prediction.h"
#include "ui/model/background.h"

#include <QObject>
#include <filesystem>
#include <memory>
#include <string>

namespace schmidt {

/// Makes the predictor that has seen every finished run of a project. Recipes are most of what runs
/// hold, so this happens in a thread of its own that reads one run after the other.
class RunLearner : public QObject {
    Q_OBJECT
public:
    /// What to learn from, and how to tell it from what was learned before.
    struct Task {
        std::filesystem::path folder; ///< of the project
        std::string workload;
        Architecture architecture;
        std::shared_ptr<const AnalysisResult> analysis; ///< complete
        std::int64_t metadataBytes = 0;
        std::size_t runs = 0, metrics = 0; ///< finished runs of the workload and their metrics
    };

    using QObject::QObject;
    ~RunLearner() override;

    /// Begins unless this task is the present one; a former one is given up.
    void learn(const Task& task);
    /// What the task gave; null while it runs and for every other one.
    const Predictor* learned(const Task& task) const;
    /// Gives up and forgets.
    void stop();

Q_SIGNALS:
    void finished();

private:
    bool isPresent(const Task& task) const;

    GivenUp m_givenUp; ///< of the present task; null without one
    Task m_task;
    std::unique_ptr<const Predictor> m_predictor;
};

} // namespace schmidt
