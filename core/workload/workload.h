// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace schmidt {

/// A target task: texts to calibrate and to judge on, and prompts to talk to the model with.
struct Workload {
    std::string id; ///< "faq", "code", "inspection", "search", or "own"
    std::string title;
    std::string description;
    std::vector<std::string> calibration; ///< documents
    std::vector<std::string> evaluation; ///< documents, disjoint from calibration
    std::vector<std::string> prompts; ///< what users of this task would ask
    std::string hash; ///< SHA-256 over everything above
};

/// Ids and titles of the built-in workloads in resources/workloads, in display order.
struct WorkloadInfo {
    std::string id, title, description;
};
Result<std::vector<WorkloadInfo>> builtinWorkloads();

/// Loads a built-in workload. Errors: Usage listing the known ids.
Result<Workload> loadWorkload(const std::string& id);

/// Builds a workload from the user's own files: plain text (documents separated by blank lines or
/// whole files) or JSONL with a `text` field. Every fifth document goes to evaluation; duplicates
/// are dropped so that the two never share a document. Errors: BadInput naming file and line.
Result<Workload> workloadFromFiles(const std::vector<std::filesystem::path>& files);

/// Reads text for evaluation: a plain file as one document, or the `text` fields of JSONL.
Result<std::vector<std::string>> readDocuments(const std::filesystem::path& file);

/// A task suite: multiple-choice items.
struct ChoiceItem {
    std::string prompt;
    std::vector<std::string> choices;
    int answer = 0;
};
struct TaskSuite {
    std::string name;
    std::vector<ChoiceItem> items;
    bool normalizeByLength = false; ///< divide log-likelihoods by the bytes of the choice
    std::string hash;
};
/// Reads a suite: JSONL with {query|context, choices, gold} (llm-foundry's form), {context,
/// continuation} (LAMBADA form; scored by greedy match) or an MMLU CSV. Errors: BadInput.
Result<TaskSuite> loadTaskSuite(const std::filesystem::path& file);

} // namespace schmidt
