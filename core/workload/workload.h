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
    /// Documents; none of them, and no paragraph of 200 characters or more, is in calibration.
    std::vector<std::string> evaluation;
    std::vector<std::string> prompts; ///< what users of this task would ask
    std::string hash; ///< SHA-256 over everything above
};

/// Ids and titles of the built-in workloads in resources/workloads, in display order.
struct WorkloadInfo {
    std::string id, title, description;
};
/// A built-in workload is a folder of resources/workloads named by its id with workload.json
/// {title, description, prompts, order}, calibration.jsonl, evaluation.jsonl ({text, title?} per
/// line; the title is for people and not part of the text) and suite.jsonl (see loadTaskSuite()).
/// Errors: BadInput when the program's data are missing or damaged.
Result<std::vector<WorkloadInfo>> builtinWorkloads();

/// Loads a built-in workload. Errors: Usage listing the known ids; BadInput naming file and line,
/// or the text that calibration and evaluation share.
Result<Workload> loadWorkload(const std::string& id);

/// Builds a workload from the user's own files. Each JSONL line and each plain text file is a
/// document; where that makes fewer than five, the text is cut into passages at blank lines (long
/// paragraphs at line ends or blanks). Documents and paragraphs of 200 characters or more that
/// occur again are dropped, then every fifth document goes to evaluation, so that the two never
/// share text. Prompts are the first lines of the calibration documents. Errors: BadInput naming
/// file and line, or saying how much text is missing.
Result<Workload> workloadFromFiles(const std::vector<std::filesystem::path>& files);

/// Reads text for evaluation: a plain file as one document, or the `text` fields of JSONL (files
/// named .jsonl or .ndjson). Texts are UTF-8; blank ones are left out. Errors: BadInput naming the
/// file and the line, also when no text is left.
Result<std::vector<std::string>> readDocuments(const std::filesystem::path& file);

/// One question. The text a model sees is `prompt` + a choice: each choice starts with the blank
/// that separates it. With one choice the item is judged by whether greedy decoding gives it.
struct ChoiceItem {
    std::string prompt;
    std::vector<std::string> choices;
    int answer = 0; ///< index into choices
};

/// A task suite: multiple-choice items, or continuations to be hit exactly.
struct TaskSuite {
    std::string name; ///< file name without ending, or the id of the workload it belongs to
    std::vector<ChoiceItem> items;
    /// Divide log-likelihoods by the bytes of the choice: set when choices are phrases (any has
    /// several words), not for single words or letters, whose lengths say nothing.
    bool normalizeByLength = false;
    bool greedyContinuation = false; ///< LAMBADA form: every item has exactly one choice
    std::string hash; ///< SHA-256 over name and items
};

/// Reads a suite: JSONL with {query|context, choices, gold} (llm-foundry's form), {context,
/// continuation} (LAMBADA form; scored by greedy match) or an MMLU CSV (question, four choices,
/// answer as 0-3 or A-D; with or without a header row). A query that poses a "Question:" without
/// asking for the "Answer:" gets that line, as llm-foundry does for ARC, PIQA and BoolQ; MMLU items
/// take the usual form with lettered choices (Hendrycks et al. 2021, arXiv 2009.03300). Where no
/// such file exists, a name of a built-in workload gives its suite. Errors: BadInput naming file
/// and line; Usage for a name that is neither.
Result<TaskSuite> loadTaskSuite(const std::filesystem::path& file);

/// The suite of a built-in workload: questions of our own on its subject, answerable from general
/// knowledge. Errors: Usage listing the known ids.
Result<TaskSuite> builtinSuite(const std::string& workload);

} // namespace schmidt
