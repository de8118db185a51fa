// SPDX-License-Identifier: Apache-2.0
#include "governance/card_sections.h"

#include "base/hash.h"
#include "ledger/outcomes.h"
#include "ledger/report.h"
#include "recipe/recipe.h"

#include <algorithm>
#include <set>

namespace schmidt {

namespace {

    using Kind = CardBlock::Kind;

    std::string ratioText(std::int64_t kept, std::int64_t of)
    {
        return of > 0 ? formatNumber(100.0 * double(kept) / double(of)) + " %" : "n/a";
    }

    std::string rangeText(const Architecture& architecture, std::int64_t LayerShape::*field)
    {
        if (architecture.layers.empty())
            return "n/a";
        const auto [low, high] = std::minmax_element(
            architecture.layers.begin(), architecture.layers.end(),
            [&](const LayerShape& a, const LayerShape& b) { return a.*field < b.*field; });
        return (*low).*field == (*high).*field
            ? std::to_string((*low).*field)
            : std::to_string((*low).*field) + " to " + std::to_string((*high).*field);
    }

    CardBlock architectureTable(const CardData& data)
    {
        const Architecture& base = data.baseArchitecture;
        const Architecture& now = data.architecture;
        CardBlock block { Kind::Table, {}, { { "", "Original", "This model" } } };
        const auto add
            = [&](const std::string& name, const std::string& before, const std::string& after) {
                  block.rows.push_back({ name, before, after });
              };
        add("Family", familyName(base.family), familyName(now.family));
        const auto addCount = [&](const std::string& name, std::int64_t before,
                                  std::int64_t after) {
            add(name, formatCount(static_cast<double>(before)),
                formatCount(static_cast<double>(after)) + " (" + ratioText(after, before) + ")");
        };
        addCount("Parameters", base.totalParameters(), now.totalParameters());
        addCount("Parameters in blocks", base.blockParameters(), now.blockParameters());
        add("Layers", std::to_string(base.layerCount()), std::to_string(now.layerCount()));
        add("Hidden size", std::to_string(base.hiddenSize), std::to_string(now.hiddenSize));
        add("MLP units per layer", rangeText(base, &LayerShape::intermediateSize),
            rangeText(now, &LayerShape::intermediateSize));
        add("Attention heads per layer", rangeText(base, &LayerShape::heads),
            rangeText(now, &LayerShape::heads));
        add("KV heads per layer", rangeText(base, &LayerShape::kvHeads),
            rangeText(now, &LayerShape::kvHeads));
        add("Context length", std::to_string(base.contextLength),
            std::to_string(now.contextLength));
        return block;
    }

    /// "gptq-int4-g64", with the rank of its correction where there is one.
    std::string storageText(const LayerRecipe& layer, std::size_t position)
    {
        const std::int64_t rank = layer.corrections[position];
        return schemeName(layer.schemes[position])
            + (rank > 0 ? " + rank " + std::to_string(rank) : "");
    }

    std::string schemesText(const LayerRecipe& layer)
    {
        std::set<std::string> distinct;
        for (std::size_t i = 0; i < layer.schemes.size(); ++i)
            distinct.insert(storageText(layer, i));
        if (distinct.size() == 1)
            return *distinct.begin();
        std::string text;
        for (std::size_t i = 0; i < layer.schemes.size(); ++i)
            text += (i ? ", " : "") + std::string(roleName(linearRoles[i])) + " "
                + storageText(layer, i);
        return text;
    }

    std::string ranksText(const LayerRecipe& layer)
    {
        std::string text;
        for (std::size_t i = 0; i < layer.ranks.size(); ++i)
            if (layer.factored(i))
                text += (text.empty() ? "" : ", ") + std::string(roleName(linearRoles[i])) + " "
                    + (layer.bonds[i] > 0 ? "bond " + std::to_string(layer.bonds[i])
                                          : std::to_string(layer.ranks[i]));
        return text.empty() ? "full" : text;
    }

    void addRecipe(std::vector<CardBlock>& blocks, const CardData& data)
    {
        blocks.push_back({ Kind::Heading, "How it was made" });
        if (data.run.baseline) {
            blocks.push_back(
                { Kind::Paragraph, "This is the original model; nothing was compressed." });
            return;
        }
        const auto recipe = recipeFromJson(data.run.recipe);
        if (!recipe.ok()) {
            blocks.push_back(
                { Kind::Paragraph, "The recipe cannot be read: " + recipe.error().message });
            return;
        }
        blocks.push_back({ Kind::Paragraph,
                           "Calibrated on the workload \"" + recipe->workload + "\" with "
                               + std::to_string(recipe->calibrationTokens) + " tokens, seed "
                               + std::to_string(recipe->seed) + ". Embedding: "
                               + schemeName(recipe->embeddingScheme) + ". Refit: relative ridge "
                               + formatNumber(recipe->damping) + ", drift correction "
                               + formatNumber(recipe->driftCorrection) + "." });
        if (recipe->vocabulary > 0)
            blocks.push_back({ Kind::Paragraph,
                               "The tokenizer keeps " + std::to_string(recipe->vocabulary)
                                   + " tokens: the bytes and special tokens, then those of the "
                                     "workload. Every text can still be written, other text in "
                                     "more tokens. KL and agreement compare with the original "
                                     "restricted to the same tokens; perplexity and bits per byte "
                                     "with the whole original." });
        CardBlock table { Kind::Table,
                          {},
                          { { "Layers", "MLP units kept", "KV groups kept", "Ranks",
                              "Storage" } } };
        for (const RecipeSpan& span : recipeSpans(*recipe)) {
            const std::string layers = span.first == span.last
                ? std::to_string(span.first)
                : std::to_string(span.first) + "-" + std::to_string(span.last);
            table.rows.push_back({ layers, std::to_string(span.layer.mlpWidth),
                                   std::to_string(span.layer.kvGroups), ranksText(span.layer),
                                   schemesText(span.layer) });
        }
        blocks.push_back(std::move(table));
    }

    void addGoals(std::vector<CardBlock>& blocks, const CardData& data)
    {
        blocks.push_back({ Kind::Heading, "Goals" });
        if (data.goals.empty()) {
            blocks.push_back({ Kind::Paragraph, "No goals were set for this project." });
            return;
        }
        CardBlock table { Kind::Table, {}, { { "Goal", "Verdict", "Value or reason" } } };
        for (const Verdict verdict : { Verdict::Missed, Verdict::NotMeasured, Verdict::Met })
            for (const GoalCheck& check : data.goals)
                if (check.verdict == verdict)
                    table.rows.push_back({ check.goal, verdictText(verdict), check.reason });
        blocks.push_back(std::move(table));
    }

    void addMeasurements(std::vector<CardBlock>& blocks, const CardData& data)
    {
        const std::vector<RunRecord> runs = data.run.baseline
            ? std::vector { data.run }
            : std::vector { data.baseline, data.run };
        const ComparisonTable comparison = compareRuns(runs, Goals {});
        blocks.push_back({ Kind::Heading, "Measurements" });
        blocks.push_back(
            { Kind::Paragraph,
              "Each value is followed by its standard error where one is known and by a word for "
              "its origin. "
              "\"Within noise\" means that the difference is smaller than 1.96 standard errors." });
        CardBlock table;
        std::optional<ComparisonGroup> group;
        const auto close = [&] {
            if (!table.rows.empty())
                blocks.push_back(table);
        };
        for (const ComparisonRow& row : comparison.rows) {
            if (row.group == ComparisonGroup::Goals)
                continue;
            if (group != row.group) {
                close();
                group = row.group;
                blocks.push_back({ Kind::Paragraph, comparisonGroupTitle(row.group) + ":" });
                table
                    = { Kind::Table,
                        {},
                        { { "Metric", "Original", "This model", "Difference", "n", "Protocol" } } };
            }
            const ComparisonCell& now = row.cells.back();
            const auto origin = [](const Metric& metric) {
                return metric.present()
                    ? formatMetric(metric) + " (" + provenanceName(metric.provenance) + ")"
                    : formatMetric(metric);
            };
            std::string difference = deltaText(now);
            if (now.change == Change::Same)
                difference += " within noise";
            else if (now.change == Change::NotComparable)
                difference = "not comparable: " + now.reason;
            else if (now.change == Change::Unknown)
                difference += " (noise unknown)";
            table.rows.push_back({ row.title, origin(row.cells.front().metric), origin(now.metric),
                                   data.run.baseline ? std::string() : difference,
                                   now.metric.n > 0 ? std::to_string(now.metric.n) : std::string(),
                                   now.metric.protocol });
        }
        close();
        if (comparison.rows.empty())
            blocks.push_back({ Kind::Paragraph, "Nothing was measured yet." });
    }

    /// What describeMachine() found, in words.
    std::string machineText(const Json& machine)
    {
        std::string text;
        const auto add = [&text](const std::string& part) {
            if (!part.empty())
                text += (text.empty() ? "" : ", ") + part;
        };
        add(jsonValue<std::string>(machine, "cpu", {}));
        if (const auto cores = jsonValue<std::int64_t>(machine, "cores", 0); cores > 0)
            add(std::to_string(cores) + (cores == 1 ? " core" : " cores"));
        if (const auto bytes = jsonValue(machine, "memory_bytes", 0.0); bytes > 0)
            add(formatBytes(bytes) + " memory");
        add(jsonValue<std::string>(machine, "os", {}));
        add(jsonValue<std::string>(machine, "kernel", {}));
        if (jsonValue(machine, "virtual", false))
            add("virtual machine");
        std::string flags;
        for (const Json& flag : jsonValue<Json>(machine, "flags", Json::array()))
            if (flag.is_string())
                flags += (flags.empty() ? "" : " ") + flag.get<std::string>();
        if (!flags.empty())
            add("instructions " + flags);
        return text.empty() ? "unknown" : text;
    }

    void addReproduction(std::vector<CardBlock>& blocks, const CardData& data)
    {
        blocks.push_back({ Kind::Heading, "Reproduction" });
        const auto known
            = [](const std::string& text) { return text.empty() ? std::string("unknown") : text; };
        CardBlock table { Kind::Table, {}, { { "Item", "Value" } } };
        table.rows.push_back({ "Original model", data.baseName });
        table.rows.push_back({ "SHA-256 of the original", known(data.baseHash) });
        table.rows.push_back(
            { "Run", "r" + std::to_string(data.run.id.value) + " " + data.run.name });
        table.rows.push_back({ "Workload", known(data.run.workload) });
        table.rows.push_back({ "SHA-256 of the workload", known(data.run.workloadHash) });
        table.rows.push_back({ "Seed", std::to_string(data.run.seed) });
        table.rows.push_back({ "Engine version", known(data.run.engineVersion) });
        table.rows.push_back({ "Machine", machineText(data.run.machine) });
        table.rows.push_back({ "Created", known(data.run.createdAt) });
        blocks.push_back(std::move(table));
        if (!data.run.commandLine.empty()) {
            blocks.push_back({ Kind::Paragraph, "The command that made it:" });
            blocks.push_back({ Kind::Code, data.run.commandLine });
        }
    }

    std::string escapedCode(const std::string& code)
    {
        // A fence longer than any run of back quotes inside cannot be closed by the text.
        std::size_t longest = 0, run = 0;
        for (const char character : code) {
            run = character == '`' ? run + 1 : 0;
            longest = std::max(longest, run);
        }
        const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
        return fence + "\n" + code + "\n" + fence + "\n";
    }

    std::string tableMarkdown(const std::vector<std::vector<std::string>>& rows)
    {
        std::string text;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            text += "|";
            for (const std::string& cell : rows[i])
                text += " " + markdownEscaped(cell) + " |";
            text += "\n";
            if (i > 0)
                continue;
            text += "|";
            for (std::size_t column = 0; column < rows[i].size(); ++column)
                text += "---|";
            text += "\n";
        }
        return text;
    }

} // namespace

std::vector<RecipeSpan> recipeSpans(const Recipe& recipe)
{
    std::vector<RecipeSpan> spans;
    for (std::size_t i = 0; i < recipe.layers.size(); ++i) {
        LayerRecipe layer = recipe.layers[i];
        layer.locked = false;
        if (!spans.empty() && spans.back().layer == layer)
            spans.back().last = i;
        else
            spans.push_back({ i, i, layer });
    }
    return spans;
}

bool statedAsFact(const Metric& metric)
{
    return metric.present()
        && (metric.provenance == Provenance::Measured || metric.provenance == Provenance::Imported);
}

std::vector<CardBlock> cardBlocks(const CardData& data)
{
    std::vector<CardBlock> blocks;
    for (const std::string& warning : data.warnings)
        blocks.push_back({ Kind::Warning, warning });
    blocks.push_back({ Kind::Heading, "What it is" });
    blocks.push_back({ Kind::Paragraph,
                       data.run.baseline ? data.modelName + " as it was opened, unchanged."
                                         : data.modelName + " is a compressed version of "
                               + data.baseName + "." });
    blocks.push_back({ Kind::Paragraph,
                       "Licence: "
                           + (data.licence.empty()
                                  ? std::string("not stated; the licence of the original applies")
                                  : data.licence) });
    blocks.push_back(architectureTable(data));
    addRecipe(blocks, data);
    addGoals(blocks, data);
    addMeasurements(blocks, data);
    blocks.push_back({ Kind::Heading, "Intended use" });
    blocks.push_back({ Kind::Paragraph,
                       data.intendedUse.empty()
                           ? "Not stated. It was made for the workload \"" + data.run.workload
                               + "\" and judged on nothing else than what is listed above."
                           : data.intendedUse });
    blocks.push_back({ Kind::Heading, "Limitations" });
    if (!data.limitations.empty())
        blocks.push_back({ Kind::Paragraph, data.limitations });
    blocks.push_back(
        { Kind::Paragraph,
          "Compression removes abilities that the calibration text does not exercise. What is not "
          "listed "
          "under Measurements was not measured, including other languages and tasks. Biases of the "
          "original remain and may have shifted." });
    addReproduction(blocks, data);
    return blocks;
}

std::string blocksToMarkdown(const std::vector<CardBlock>& blocks)
{
    std::string text;
    for (const CardBlock& block : blocks) {
        switch (block.kind) {
        case Kind::Heading:
            text += "## " + markdownEscaped(block.text) + "\n";
            break;
        case Kind::Paragraph:
            text += markdownEscaped(block.text) + "\n";
            break;
        case Kind::Warning:
            text += "> **Warning:** " + markdownEscaped(block.text) + "\n";
            break;
        case Kind::Code:
            text += escapedCode(validUtf8(block.text));
            break;
        case Kind::Table:
            text += tableMarkdown(block.rows);
            break;
        }
        text += "\n";
    }
    return text;
}

std::string uuidFromText(const std::string& text)
{
    std::string hex = sha256Hex(std::string_view(text)).substr(0, 32);
    hex[12] = '8';
    hex[16] = "89ab"[hex[16] % 4];
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-"
        + hex.substr(16, 4) + "-" + hex.substr(20);
}

} // namespace schmidt
