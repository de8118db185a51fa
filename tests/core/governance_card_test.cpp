// SPDX-License-Identifier: Apache-2.0
#include "governance/card_sections.h"
#include "governance/model_card.h"
#include "governance/pdf_writer.h"
#include "recipe/recipe.h"

#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace schmidt;
namespace fs = std::filesystem;

namespace {

Metric metricOf(const std::string& name, const std::string& unit, double value,
                Provenance provenance)
{
    Metric metric;
    metric.name = name;
    metric.unit = unit;
    metric.value = value;
    metric.uncertainty = value / 50;
    metric.n = 4096;
    metric.provenance = provenance;
    metric.protocol = "window 2048, no BOS";
    return metric;
}

Architecture smallArchitecture()
{
    Architecture architecture;
    architecture.name = "Tiny";
    architecture.hiddenSize = 64;
    architecture.headDim = 16;
    architecture.vocabularySize = 256;
    architecture.contextLength = 512;
    architecture.tiedEmbeddings = true;
    architecture.layers.assign(4, LayerShape { 4, 2, 128 });
    return architecture;
}

CardData sampleCard()
{
    CardData data;
    data.modelName = "Tiny (slim)";
    data.baseName = "Tiny";
    data.baseHash = std::string(64, 'a');
    data.licence = "Apache-2.0";
    data.baseArchitecture = smallArchitecture();
    Recipe recipe = identityRecipe(data.baseArchitecture);
    recipe.layers[2].mlpWidth = 64;
    data.architecture = compressedArchitecture(recipe, data.baseArchitecture);
    data.baseline.id = RunId { 1 };
    data.baseline.baseline = true;
    data.baseline.metrics = { metricOf("perplexity", "", 12.5, Provenance::Measured) };
    data.run.id = RunId { 2 };
    data.run.name = "slim";
    data.run.state = RunState::Done;
    data.run.recipe = toJson(recipe);
    data.run.workload = "faq";
    data.run.workloadHash = std::string(64, 'b');
    data.run.engineVersion = "0.1.0";
    data.run.commandLine = "schmidt-cli compress --project p --recipe r.json";
    data.run.createdAt = "2026-01-01T00:00:00Z";
    data.run.metrics = { metricOf("perplexity", "", 13.25, Provenance::Measured),
                         metricOf("kl_mean", "nat", 0.0625, Provenance::Measured),
                         metricOf("decode_tokens_per_second", "1/s", 777.5, Provenance::Predicted),
                         metricOf("first_token_seconds", "s", 555.25, Provenance::Estimated),
                         absentMetric("joules_per_token", "J", "no energy counter") };
    data.goals = { { "KL at most 0.1", "kl_mean", Verdict::Met, "0.0625 nat" },
                   { "energy at most 1 J", "joules_per_token", Verdict::NotMeasured,
                     "no energy counter" } };
    data.warnings = { "The head has duplicate rows." };
    data.createdAt = "2026-01-02T00:00:00Z";
    return data;
}

const std::string hostile = "x\"y'z: #|<b>`*_[l](u)\n---\n- \\ {\"a\":1} "
                            "\xC3\xA4\xE2\x82\xAC\xE2\x80\xA8 \xff () %s $( ` ```";

CardData hostileCard()
{
    CardData data = sampleCard();
    for (std::string* field :
         { &data.modelName, &data.baseName, &data.licence, &data.run.name, &data.run.workload,
           &data.run.commandLine, &data.intendedUse, &data.limitations, &data.baseHash,
           &data.run.engineVersion, &data.run.metrics[0].name, &data.run.metrics[0].protocol,
           &data.run.metrics[1].unit, &data.goals[0].goal, &data.goals[0].reason,
           &data.warnings[0] })
        *field = hostile;
    return data;
}

QString pythonProgram()
{
    const QString bundled = SCHMIDT_SOURCE_DIR "/.deps/python/bin/python";
    return QFile::exists(bundled) ? bundled : QStandardPaths::findExecutable("python3");
}

/// Runs a Python program on a text; what it prints, or nothing when it failed.
QByteArray python(const char* program, const std::string& input, QByteArray* complaint)
{
    QProcess process;
    process.start(pythonProgram(), { "-c", program });
    process.write(QByteArray::fromStdString(input));
    process.closeWriteChannel();
    if (!process.waitForFinished(60000) || process.exitCode() != 0) {
        *complaint = process.readAllStandardError();
        return {};
    }
    return process.readAllStandardOutput();
}

/// Front matter as JSON, read by PyYAML; null when PyYAML is not installed.
Json frontMatter(const std::string& card)
{
    QByteArray complaint;
    const QByteArray printed = python("import sys, json, yaml\n"
                                      "text = sys.stdin.buffer.read().decode('utf-8')\n"
                                      "assert text.startswith('---\\n')\n"
                                      "front = text[4:text.index('\\n---\\n', 4)]\n"
                                      "print(json.dumps(yaml.safe_load(front)))",
                                      card, &complaint);
    if (complaint.contains("No module named"))
        return nullptr;
    if (printed.isEmpty())
        qWarning("PyYAML refused the front matter: %s", complaint.constData());
    if (printed.isEmpty())
        return Json::object();
    return Json::parse(printed.toStdString());
}

std::string replaced(const std::string& text)
{
    return Json::parse(dumpJson(text)).get<std::string>();
}

/// Checks header, cross-reference table and trailer as a reader would follow them; the complaint.
std::string pdfComplaint(const std::string& pdf)
{
    if (!pdf.starts_with("%PDF-1.") || !pdf.ends_with("%%EOF\n"))
        return "header or end";
    const auto at = pdf.rfind("startxref\n");
    const auto table = std::stoull(pdf.substr(at + 10));
    if (pdf.compare(table, 7, "xref\n0 ") != 0)
        return "startxref";
    const auto count = std::stoull(pdf.substr(table + 7));
    const auto first = pdf.find('\n', table + 5) + 1;
    for (std::size_t i = 1; i < count; ++i) {
        const auto offset = std::stoull(pdf.substr(first + 20 * i, 10));
        const std::string expected = std::to_string(i) + " 0 obj\n";
        if (pdf.compare(offset, expected.size(), expected) != 0)
            return "object " + std::to_string(i);
    }
    for (std::size_t stream = pdf.find("/Length "); stream != std::string::npos;
         stream = pdf.find("/Length ", stream + 1)) {
        const auto length = std::stoull(pdf.substr(stream + 8));
        const auto begin = pdf.find("stream\n", stream) + 7;
        if (pdf.compare(begin + length, 9, "endstream") != 0)
            return "stream length";
    }
    return {};
}

} // namespace

class GovernanceCardTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formatsHaveNames()
    {
        QCOMPARE(cardFormatFromName("cyclonedx"), std::optional(CardFormat::CycloneDx));
        QCOMPARE(cardFormatFromName("pdf"), std::optional(CardFormat::Pdf));
        QVERIFY(!cardFormatFromName("doc"));
    }

    void frontMatterIsYaml()
    {
        const Json front = frontMatter(renderCard(sampleCard(), CardFormat::HuggingFace));
        if (front.is_null())
            QSKIP("PyYAML is not installed.");
        QCOMPARE(front.at("license"), Json("apache-2.0"));
        QCOMPARE(front.at("base_model"), Json("Tiny"));
        QCOMPARE(front.at("library_name"), Json("transformers"));
        const Json& metrics = front.at("model-index")[0].at("results")[0].at("metrics");
        QCOMPARE(metrics.size(), std::size_t(2)); // neither predicted nor estimated ones
        QCOMPARE(metrics[0].at("value"), Json(13.25));
        QCOMPARE(front.at("model-index")[0].at("results")[0].at("dataset").at("name"), Json("faq"));
    }

    void hostileNamesDoNotBreakTheFrontMatter()
    {
        const Json front = frontMatter(renderCard(hostileCard(), CardFormat::HuggingFace));
        if (front.is_null())
            QSKIP("PyYAML is not installed.");
        QCOMPARE(front.at("base_model").get<std::string>(), replaced(hostile));
        QCOMPARE(front.at("license"), Json("other"));
        QCOMPARE(front.at("license_name").get<std::string>(), replaced(hostile));
        QCOMPARE(front.at("model-index")[0].at("name").get<std::string>(), replaced(hostile));
    }

    void warningsComeFirstAndGoalsAreStated()
    {
        const std::string card = renderCard(sampleCard(), CardFormat::HuggingFace);
        const auto warning = card.find("**Warning:** The head has duplicate rows.");
        QVERIFY(warning != std::string::npos && warning < card.find("## "));
        for (const char* heading :
             { "## What it is", "## How it was made", "## Goals", "## Measurements",
               "## Intended use", "## Limitations", "## Reproduction" })
            QVERIFY2(card.find(heading) != std::string::npos, heading);
        QVERIFY(card.find("n/a (no energy counter)") != std::string::npos);
        QVERIFY(card.find("schmidt-cli compress --project p --recipe r.json") != std::string::npos);
        QVERIFY(card.find("0-1") != std::string::npos); // equal layers share a row
    }

    static std::string linesWith(const std::string& text, const std::string& mark)
    {
        std::istringstream lines(text);
        std::string kept;
        for (std::string line; std::getline(lines, line);)
            if (line.find(mark) != std::string::npos)
                kept += line + '\n';
        return kept;
    }

    void predictedNumbersSaySo_data()
    {
        QTest::addColumn<int>("format");
        for (const CardFormat format : { CardFormat::HuggingFace, CardFormat::CycloneDx,
                                         CardFormat::Spdx, CardFormat::Json, CardFormat::Pdf })
            QTest::newRow(std::to_string(int(format)).c_str()) << int(format);
    }
    void predictedNumbersSaySo()
    {
        QFETCH(int, format);
        std::string card = renderCard(sampleCard(), static_cast<CardFormat>(format));
        QVERIFY(!card.empty());
        // Offsets and lengths inside a PDF are no numbers of the card; only its text counts.
        if (static_cast<CardFormat>(format) == CardFormat::Pdf)
            card = linesWith(card, " Tj ET");
        for (const auto& [value, word] :
             { std::pair("777.5", "predicted"), std::pair("778", "predicted"),
               std::pair("555.25", "estimated"), std::pair("555 ", "estimated") })
            for (std::size_t at = card.find(value); at != std::string::npos;
                 at = card.find(value, at + 1)) {
                const std::string around = card.substr(at > 200 ? at - 200 : 0, 400);
                QVERIFY2(around.find(word) != std::string::npos, around.c_str());
            }
    }

    void cycloneDxHasItsRequiredFields_data() { predictedOrHostile(); }
    void cycloneDxHasItsRequiredFields()
    {
        QFETCH(bool, hostileNames);
        const Json bom = Json::parse(
            renderCard(hostileNames ? hostileCard() : sampleCard(), CardFormat::CycloneDx));
        QCOMPARE(bom.at("bomFormat"), Json("CycloneDX"));
        QCOMPARE(bom.at("specVersion"), Json("1.6"));
        const QRegularExpression serial(
            "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$");
        QVERIFY(serial.match(QString::fromStdString(bom.at("serialNumber").get<std::string>()))
                    .hasMatch());
        const Json& component = bom.at("metadata").at("component");
        QCOMPARE(component.at("type"), Json("machine-learning-model"));
        QVERIFY(component.contains("name") && component.contains("bom-ref"));
        const Json& ancestor = component.at("pedigree").at("ancestors")[0];
        QCOMPARE(ancestor.at("type"), Json("machine-learning-model"));
        QCOMPARE(ancestor.contains("hashes"), !hostileNames); // only what is a hash is given as one
        const Json& metrics
            = component.at("modelCard").at("quantitativeAnalysis").at("performanceMetrics");
        QCOMPARE(metrics.size(), std::size_t(2));
        for (const Json& metric : metrics) {
            QVERIFY(metric.at("value").is_string());
            QVERIFY(std::stod(metric.at("confidenceInterval").at("lowerBound").get<std::string>())
                    < std::stod(metric.at("value").get<std::string>()));
        }
    }

    void spdxHasItsRequiredFields_data() { predictedOrHostile(); }
    void spdxHasItsRequiredFields()
    {
        QFETCH(bool, hostileNames);
        const Json document = Json::parse(
            renderCard(hostileNames ? hostileCard() : sampleCard(), CardFormat::Spdx));
        QCOMPARE(document.at("@context"), Json("https://spdx.org/rdf/3.0.1/spdx-context.jsonld"));
        std::map<std::string, Json> byId;
        std::set<std::string> kinds, relations;
        for (const Json& element : document.at("@graph")) {
            kinds.insert(element.at("type").get<std::string>());
            if (element.at("type") == "CreationInfo") {
                QCOMPARE(element.at("specVersion"), Json("3.0.1"));
                QVERIFY(element.contains("created") && element.contains("createdBy"));
                continue;
            }
            QCOMPARE(element.at("creationInfo"), Json("_:creation"));
            QVERIFY(byId.emplace(element.at("spdxId").get<std::string>(), element).second);
        }
        for (const char* kind :
             { "CreationInfo", "SpdxDocument", "ai_AIPackage", "SoftwareAgent", "Relationship" })
            QVERIFY2(kinds.contains(kind), kind);
        for (const auto& [id, element] : byId) {
            std::vector<Json> references;
            if (element.at("type") == "Relationship") {
                relations.insert(element.at("relationshipType").get<std::string>());
                references = { element.at("from"), element.at("to")[0] };
            } else if (element.at("type") == "SpdxDocument") {
                references.assign(element.at("element").begin(), element.at("element").end());
                references.push_back(element.at("rootElement")[0]);
            }
            for (const Json& reference : references)
                QVERIFY2(byId.contains(reference.get<std::string>()),
                         reference.get<std::string>().c_str());
        }
        QCOMPARE(
            relations,
            (std::set<std::string> { "hasDeclaredLicense", "hasConcludedLicense", "ancestorOf" }));
        for (const auto& [id, element] : byId)
            if (id.ends_with("#model"))
                for (const char* field : { "name", "releaseTime", "suppliedBy",
                                           "software_packageVersion", "software_primaryPurpose",
                                           "ai_typeOfModel", "ai_metric", "ai_hyperparameter" })
                    QVERIFY2(element.contains(field), field);
    }

    void plainJsonKeepsProvenance()
    {
        const Json card = Json::parse(renderCard(sampleCard(), CardFormat::Json));
        QCOMPARE(card.at("run").at("metrics")[2].at("provenance"), Json("predicted"));
        QVERIFY(card.at("run").at("metrics")[4].at("value").is_null());
        QCOMPARE(card.at("goals")[1].at("verdict"), Json(verdictName(Verdict::NotMeasured)));
        QVERIFY(Json::accept(renderCard(hostileCard(), CardFormat::Json)));
    }

    void equalCardsAreEqualTexts()
    {
        for (const CardFormat format : { CardFormat::HuggingFace, CardFormat::CycloneDx,
                                         CardFormat::Spdx, CardFormat::Json, CardFormat::Pdf })
            QVERIFY(renderCard(sampleCard(), format) == renderCard(sampleCard(), format));
    }

    void theMachineIsDescribedInWords()
    {
        CardData data = sampleCard();
        data.run.machine = Json {
            { "cpu", "Some CPU" },          { "cores", 2 },      { "memory_bytes", 8000000000 },
            { "flags", { "avx2", "fma" } }, { "virtual", true }, { "process", 77 }
        };
        const std::string text = renderCard(data, CardFormat::HuggingFace);
        QVERIFY2(text.find("Some CPU, 2 cores, 8.00 GB memory, virtual machine, instructions avx2 "
                           "fma")
                     != std::string::npos,
                 text.c_str());
        data.run.machine = nullptr;
        QVERIFY(renderCard(data, CardFormat::HuggingFace).find("| Machine | unknown |")
                != std::string::npos);
    }

    void theBaselineHasACardToo()
    {
        CardData data = sampleCard();
        data.run = data.baseline;
        data.architecture = data.baseArchitecture;
        const std::string card = renderCard(data, CardFormat::HuggingFace);
        QVERIFY(card.find("nothing was compressed") != std::string::npos);
        QVERIFY(card.find("base_model") == std::string::npos);
        QVERIFY(!Json::parse(renderCard(data, CardFormat::CycloneDx))
                     .at("metadata")
                     .at("component")
                     .contains("pedigree"));
    }

    void pdfIsWellFormed_data() { predictedOrHostile(); }
    void pdfIsWellFormed()
    {
        QFETCH(bool, hostileNames);
        CardData data = hostileNames ? hostileCard() : sampleCard();
        data.run.commandLine += std::string(9000, 'x');
        const std::string pdf = renderCardPdf(data).value();
        QCOMPARE(pdfComplaint(pdf), std::string());
        QTemporaryDir dir;
        const QString file = dir.filePath("card.pdf");
        std::ofstream(file.toStdString(), std::ios::binary) << pdf;
        QProcess process;
        if (const QString reader = QStandardPaths::findExecutable("pdftotext"); !reader.isEmpty())
            process.start(reader, { "-enc", "UTF-8", file, "-" });
        else if (const QString other = QStandardPaths::findExecutable("gs"); !other.isEmpty())
            process.start(
                other,
                { "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=txtwrite", "-o", "-", file });
        else
            QSKIP("Neither pdftotext nor gs is installed; only the structure was checked.");
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.readAllStandardError(), QByteArray());
        const QByteArray text = process.readAllStandardOutput();
        QVERIFY(text.contains("How it was made") && text.contains("no energy counter"));
        QVERIFY(text.contains("1 / "));
    }

    void pdfTextIsEncodedAndBroken()
    {
        QCOMPARE(winAnsiFromUtf8("\xC3\xA4\xE2\x82\xAC\xE2\x89\xA4\xE4\xBD\xA0\n\xff"),
                 std::string("\xE4\x80<=? ?"));
        QCOMPARE(winAnsiFromUtf8("\xE2\x82"), std::string("??"));
        PdfWriter pdf("(t\\");
        for (int i = 0; i < 300; ++i)
            pdf.paragraph("word " + std::to_string(i) + " " + std::string(200, 'W'));
        pdf.table({ { "a", "b" }, { std::string(20000, 'x'), "short" }, { "only one" } });
        const std::string file = pdf.finish().value();
        QCOMPARE(pdfComplaint(file), std::string());
        const QRegularExpression position("([0-9.-]+) ([0-9.-]+) Td");
        auto found = position.globalMatch(QString::fromLatin1(file.data(), qsizetype(file.size())));
        int lines = 0;
        for (; found.hasNext(); ++lines) {
            const auto match = found.next();
            QVERIFY(match.captured(1).toDouble() > 0 && match.captured(1).toDouble() < 595);
            QVERIFY(match.captured(2).toDouble() > 20 && match.captured(2).toDouble() < 842);
        }
        QVERIFY(lines > 600);
        QVERIFY(QString::fromLatin1(file.data(), qsizetype(file.size())).count("/Type /Page ")
                > 10);
    }

private:
    static void predictedOrHostile()
    {
        QTest::addColumn<bool>("hostileNames");
        QTest::newRow("plain") << false;
        QTest::newRow("hostile") << true;
    }
};

QTEST_APPLESS_MAIN(GovernanceCardTest)
#include "governance_card_test.moc"
