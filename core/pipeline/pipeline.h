// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jobs/job.h"
#include "ledger/ledger.h"
#include "recipe/prediction.h"

namespace schmidt {

class ProjectSession;

/// Runs a job to its end in this process and reports through `events`; the same for the GUI's child
/// process and for a command typed by a user. The returned JSON is the job's summary (also sent as
/// the `done` event); a failure is also sent as the `failed` event. Arguments by kind:
/// - analyze: model, workload | text[], tokens, quick
/// - compress: recipe (object), name, heal_tokens, heal_minutes, window, max_tokens
/// - search: minutes, workload, tokens, quant_choices[], embedding_quant[]. Compresses and measures
///   recipes of different sizes, each the best that is predicted for its size, until the time is
///   over; sizes that the project already knows a run of are passed over, so a later search goes on
/// - evaluate: run[], text, window, max_tokens, runtime
/// - bench: run[], runtime, repetitions, sweep, depths[], sequences[], thread_counts[]
/// - export: run, format, type, carrier, out
/// - tasks: run[], suite, limit
/// - generate: run[] | model, prompt, max_tokens, temperature
/// - card: run, format, out
/// - inspect: model
/// - locate: model. Where the project's model lies now, after it was moved
/// - tokens: run, prompt | text | workload and passage, max_tokens
/// - bonds: tensor, workload, metric, sites, tokens; two sites on the inputs are kept in the
/// project
Result<Json> runJob(const JobSpec& spec, EventWriter& events, const CancelToken& cancel);

/// The newest complete analysis of the project for a workload. Errors: Usage when there is none,
/// with the command that makes it.
Result<AnalysisResult> projectAnalysis(const Ledger& ledger, const std::string& workload);

/// A predictor over everything the project knows: analysis, finished runs, measured speed.
Result<Predictor> projectPredictor(const ProjectSession& session, const std::string& workload);

/// Opens an export with the tool it is meant for where that is at hand (GGUF: llama.cpp; ONNX: ONNX
/// Runtime in a helper process) and with our reader where it has one, and compares next-token
/// distributions with `against` ("project:run") or with our own forward pass on the same file. The
/// report's "checked" says in words what was looked at. Errors: Verification when a bar is missed,
/// Unsupported when the ONNX helper is not usable.
Result<Json> verifyExport(const std::filesystem::path& path, const std::string& against,
                          const WorkContext& context);

} // namespace schmidt
