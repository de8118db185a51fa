// SPDX-License-Identifier: Apache-2.0
#include "workload/workload.h"

#include "base/file.h"
#include "base/hash.h"
#include "workload/text_documents.h"

#include <algorithm>

namespace schmidt {

namespace fs = std::filesystem;

namespace {

    constexpr std::size_t evaluationShare = 5; // every fifth document
    constexpr std::size_t passageBytes = 2000;
    constexpr std::size_t ownPrompts = 20;
    constexpr std::size_t ownPromptBytes = 200;

    fs::path workloadFolder()
    {
        return resourceFolder() / "workloads";
    }

    bool isJsonLines(const fs::path& file)
    {
        return file.extension() == ".jsonl" || file.extension() == ".ndjson";
    }

    std::string workloadHash(const Workload& workload)
    {
        return sha256Hex(dumpJson({ workload.id, workload.title, workload.description,
                                    workload.calibration, workload.evaluation, workload.prompts }));
    }

    Result<Json> readDescription(const std::string& id)
    {
        const fs::path file = workloadFolder() / id / "workload.json";
        SCHMIDT_TRY(Json description, readJsonFile(file));
        const auto prompts = jsonValue<std::vector<std::string>>(description, "prompts", {});
        if (jsonValue<std::string>(description, "title", {}).empty()
            || jsonValue<std::string>(description, "description", {}).empty() || prompts.empty())
            return badInput(file.string()
                            + " lacks its title, description or prompts; install the program's "
                              "data again.");
        return description;
    }

    /// First line of a document, shortened at a blank.
    std::string openingLine(const std::string& document)
    {
        const auto paragraphs = paragraphsOf(document);
        const std::string line = paragraphs.front().substr(0, paragraphs.front().find('\n'));
        return passagesOf(line, ownPromptBytes).front();
    }

    std::vector<std::string> documentsOrPassages(std::vector<std::string> documents)
    {
        if (documents.size() >= evaluationShare)
            return documents;
        std::size_t total = 0;
        for (const std::string& document : documents)
            total += document.size();
        // Short texts are cut finer, so that evaluation still gets its share.
        const std::size_t bytes = std::min(passageBytes, total / (10 * evaluationShare));
        std::vector<std::string> passages;
        for (const std::string& document : documents)
            for (std::string& passage : passagesOf(document, std::max<std::size_t>(bytes, 100)))
                passages.push_back(std::move(passage));
        return withoutRepetitions(passages);
    }

} // namespace

Result<std::vector<WorkloadInfo>> builtinWorkloads()
{
    std::vector<std::pair<int, WorkloadInfo>> found;
    std::error_code status;
    for (const auto& entry : fs::directory_iterator(workloadFolder(), status)) {
        if (!fs::exists(entry.path() / "workload.json", status))
            continue;
        const std::string id = entry.path().filename().string();
        SCHMIDT_TRY(const Json description, readDescription(id));
        found.push_back({ jsonValue<int>(description, "order", 1000),
                          { id, jsonValue<std::string>(description, "title", {}),
                            jsonValue<std::string>(description, "description", {}) } });
    }
    if (found.empty())
        return badInput("There are no workloads in " + workloadFolder().string()
                        + "; install the program's data again or set SCHMIDT_RESOURCES.");
    std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
        return std::pair(left.first, left.second.id) < std::pair(right.first, right.second.id);
    });
    std::vector<WorkloadInfo> workloads;
    for (auto& [order, info] : found)
        workloads.push_back(std::move(info));
    return workloads;
}

Result<Workload> loadWorkload(const std::string& id)
{
    SCHMIDT_TRY(const auto known, builtinWorkloads());
    const auto info = std::find_if(known.begin(), known.end(),
                                   [&](const WorkloadInfo& each) { return each.id == id; });
    if (info == known.end()) {
        std::string ids;
        for (const WorkloadInfo& each : known)
            ids += (ids.empty() ? "" : ", ") + each.id;
        return usageError("There is no workload \"" + id + "\"; known are " + ids + ".");
    }
    SCHMIDT_TRY(const Json description, readDescription(id));
    Workload workload { id, info->title, info->description, {}, {}, {}, {} };
    workload.prompts = jsonValue<std::vector<std::string>>(description, "prompts", {});
    const fs::path folder = workloadFolder() / id;
    SCHMIDT_TRY(workload.calibration, readDocuments(folder / "calibration.jsonl"));
    SCHMIDT_TRY(workload.evaluation, readDocuments(folder / "evaluation.jsonl"));
    if (const auto shared = sharedText(workload.calibration, workload.evaluation))
        return badInput("Calibration and evaluation of workload \"" + id + "\" share the text \""
                        + *shared + "\"; remove it from one of them.");
    workload.hash = workloadHash(workload);
    return workload;
}

Result<Workload> workloadFromFiles(const std::vector<fs::path>& files)
{
    if (files.empty())
        return usageError("Name at least one text file.");
    Workload workload;
    workload.id = "own";
    workload.title = files.size() == 1 ? files.front().filename().string()
                                       : std::to_string(files.size()) + " files";
    workload.description = "Your own text";
    std::vector<std::string> documents;
    for (const fs::path& file : files) {
        SCHMIDT_TRY(std::vector<std::string> read, readDocuments(file));
        std::move(read.begin(), read.end(), std::back_inserter(documents));
    }
    documents = documentsOrPassages(withoutRepetitions(documents));
    if (documents.size() < evaluationShare)
        return badInput(files.front().string() + (files.size() > 1 ? " and the other files" : "")
                        + " give only " + std::to_string(documents.size())
                        + " different passages; at least " + std::to_string(evaluationShare)
                        + " are needed to calibrate and evaluate.");
    for (std::size_t index = 0; index < documents.size(); ++index) {
        const bool judged = index % evaluationShare == evaluationShare - 1;
        (judged ? workload.evaluation : workload.calibration)
            .push_back(std::move(documents[index]));
    }
    const std::size_t step = std::max<std::size_t>(1, workload.calibration.size() / ownPrompts);
    for (std::size_t index = 0;
         index < workload.calibration.size() && workload.prompts.size() < ownPrompts; index += step)
        workload.prompts.push_back(openingLine(workload.calibration[index]));
    workload.hash = workloadHash(workload);
    return workload;
}

Result<std::vector<std::string>> readDocuments(const fs::path& file)
{
    std::vector<std::string> documents;
    if (isJsonLines(file)) {
        SCHMIDT_CHECK(
            forEachJsonLine(file, [&](const Json& json, std::size_t line) -> Result<void> {
                const auto text = json.find("text");
                if (text == json.end() || !text->is_string())
                    return badInput(placeInFile(file, line)
                                    + " has no \"text\" field holding a string.");
                if (!comparableText(text->get_ref<const std::string&>()).empty())
                    documents.push_back(text->get<std::string>());
                return {};
            }));
    } else {
        SCHMIDT_TRY(std::string text, readUtf8File(file));
        if (!comparableText(text).empty())
            documents.push_back(std::move(text));
    }
    if (documents.empty())
        return badInput(file.string() + " holds no text.");
    return documents;
}

} // namespace schmidt
