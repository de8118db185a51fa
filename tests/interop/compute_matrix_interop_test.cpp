// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "model/adapter_files.h"
#include "runtime/llama_runtime.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fmt/format.h>
#include <set>
#include <tuple>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

/// One column of the table.
struct Format {
    const char* title;
    ExportFormat format;
    const char* type; ///< of the numbers; empty = F32, so that only the layout is tested
    const char* reader; ///< of compute_formats.py; empty = llama.cpp in this process
    const char* software; ///< as the page names it
    bool packed; ///< its models are on int4-g32, with the embedding on int8-g32
    double bar; ///< largest mean KL against the own engine on the same weights
    WidthCarrier carrier = WidthCarrier::Native; ///< zero-padded where a format refuses that
    bool w8a8 = false;

    /// Whether the file holds other weights than the model.
    bool rounds() const { return !*reader || w8a8; }
};

// clang-format off
const std::vector<Format> formats {
    { "HF", ExportFormat::HuggingFace, "", "hf", "transformers", false, 1e-6 },
    { "HF block configs", ExportFormat::HuggingFace, "", "mlx", "MLX", false, 1e-6, WidthCarrier::BlockConfigs },
    { "GGUF F16", ExportFormat::Gguf, "F16", "", "llama.cpp", false, 1e-4 },
    { "GGUF Q8_0", ExportFormat::Gguf, "Q8_0", "", "llama.cpp", false, 5e-3 },
    { "GGUF Q4_K_M", ExportFormat::Gguf, "Q4_K_M", "", "llama.cpp", false, 5e-3 },
    { "ONNX", ExportFormat::Onnx, "", "onnx", "ONNX Runtime", false, 1e-6 },
    { "ONNX F16 int4", ExportFormat::Onnx, "F16", "openvino", "OpenVINO", true, 1e-5 },
    { "compressed-tensors", ExportFormat::CompressedTensors, "", "compressed-tensors", "transformers", true, 1e-6 },
    { "compressed-tensors W8A8", ExportFormat::CompressedTensors, "", "compressed-tensors", "transformers", false, 5e-3, WidthCarrier::Native, true },
    { "GPTQ", ExportFormat::Gptq, "", "gptq", "unpacker, transformers", true, 1e-6 },
    { "AWQ", ExportFormat::Awq, "", "awq", "unpacker, transformers", true, 1e-6 },
};
// clang-format on

/// One row.
struct Form {
    const char* title;
    const char* name;
    void (*change)(Recipe&); ///< may be null
    int layers = 2;
};

const std::vector<Form> forms {
    { "full width", "full", nullptr },
    { "pruned, one width", "uniform",
      [](Recipe& recipe) {
          for (LayerRecipe& layer : recipe.layers) {
              layer.mlpWidth = 256;
              layer.kvGroups = 1;
          }
      } },
    { "pruned, widths per layer", "per-layer",
      [](Recipe& recipe) {
          recipe.layers[0].mlpWidth = 256;
          recipe.layers[1].kvGroups = 1;
      } },
    { "low rank", "low-rank",
      [](Recipe& recipe) {
          recipe.layers[0].ranks[1] = 24;
          recipe.layers[1].ranks[4] = 80;
      } },
    { "tensor network", "mpo",
      [](Recipe& recipe) {
          for (const auto& [layer, role, bond] :
               { std::tuple { 0, Role::Up, 20 }, { 0, Role::Query, 12 }, { 1, Role::Down, 30 } }) {
              const auto place = *linearRoleIndex(role);
              recipe.layers[layer].setScheme(place, {});
              recipe.layers[layer].bonds[place] = bond;
          }
      } },
    { "a block removed", "block",
      [](Recipe& recipe) { recipe.layers[1].mlpWidth = recipe.layers[1].kvGroups = 0; }, 3 },
    { "attention or MLP removed", "parts",
      [](Recipe& recipe) {
          recipe.layers[0].kvGroups = 0;
          recipe.layers[1].mlpWidth = 0;
          recipe.layers[2].mlpWidth = recipe.layers[2].kvGroups = 0;
          recipe.layers[4].kvGroups = 0;
      },
      5 },
    { "int4 with corrections", "corrected",
      [](Recipe& recipe) {
          for (LayerRecipe& layer : recipe.layers) {
              layer.schemes.fill(*schemeFromName("rtn-int4-g32"));
              layer.corrections = { 16, 8, 16, 16, 4, 16, 16 };
          }
      } },
};

/// Widths that K-quants take as they are.
Variant formVariant(const Form& form, bool packed)
{
    TinyModelOptions options;
    options.hidden = 256;
    options.heads = 8;
    options.headDim = 32;
    options.intermediate = 512;
    options.layers = form.layers;
    const Architecture base = tinyArchitecture(options);
    Recipe recipe = identityRecipe(base);
    for (LayerRecipe& layer : recipe.layers)
        layer.schemes.fill(*schemeFromName(packed ? "rtn-int4-g32" : "keep"));
    if (packed)
        recipe.embeddingScheme = *schemeFromName("rtn-int8-g32");
    if (form.change)
        form.change(recipe);
    return tinyVariant(recipe, base);
}

constexpr const char* heading = "## Which form in which format\n";

} // namespace

/// The page resources/manual/formats.md: every compressed form in every format is exported and
/// opened by other software here, and the page has to say what came out. To write the page anew
/// after a change, run this test with SCHMIDT_WRITE_MANUAL=1.
class ComputeMatrixInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        QVERIFY(writeTinyHfModel(path("tokenizer")));
        m_tokenizer = tokenizerFromHfFolder(path("tokenizer")).value();
        for (int index = 0; index < 40; ++index)
            m_tokens.push_back((index * 7919 + 13) % 256);
        QStringList arguments { SCHMIDT_SOURCE_DIR "/tests/interop/compute_formats.py",
                                QString::fromStdString(Json(m_tokens).dump()) };
        for (const Form& form : forms)
            for (const Format& format : formats) {
                exportCell(form, format);
                if (*format.reader && m_reasons[{ form.name, format.title }].empty())
                    arguments << QString::fromStdString(std::string(format.reader) + ":"
                                                        + target(form, format).string());
            }
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    void exportsComputeTheSame_data()
    {
        QTest::addColumn<int>("form");
        QTest::addColumn<int>("format");
        for (std::size_t form = 0; form < forms.size(); ++form)
            for (std::size_t format = 0; format < formats.size(); ++format)
                QTest::addRow("%s %s", forms[form].name, formats[format].title)
                    << static_cast<int>(form) << static_cast<int>(format);
    }

    void exportsComputeTheSame()
    {
        QFETCH(int, form);
        QFETCH(int, format);
        const Form& row = forms[static_cast<std::size_t>(form)];
        const Format& column = formats[static_cast<std::size_t>(format)];
        const std::string& reason = m_reasons[{ row.name, column.title }];
        if (!reason.empty()) {
            QVERIFY2(!fs::exists(target(row, column)), reason.c_str());
            return;
        }
        const auto other = *column.reader
            ? Result<std::vector<float>>(readFloats(target(row, column) / "logits.f32"))
            : ggufLogits(target(row, column), m_tokens);
        QVERIFY2(other.ok(), other.ok() ? "" : other.error().message.c_str());
        // Where weights are rounded on the way, their own reading is the reference.
        const Variant& variant = variantOf(row, column.packed);
        const auto model = column.rounds()
            ? modelOf(target(row, column))
            : TransformerModel::load(variant, Precision::Float32).value();
        const auto own
            = model->logits({ static_cast<std::int64_t>(m_tokens.size()), m_tokens }).value();
        QCOMPARE(other->size(), own.size());
        const double distance = meanKl(own, *other, variant.architecture.vocabularySize);
        qInfo("mean KL %.2e", distance);
        QVERIFY2(std::isfinite(distance) && distance <= column.bar,
                 qPrintable(QString::number(distance)));
        m_verified.insert({ row.name, column.title });
    }

    void thePageSaysSo()
    {
        const fs::path page = SCHMIDT_SOURCE_DIR "/resources/manual/formats.md";
        const std::string text = readTextFile(page).value();
        const auto begin = text.find(heading);
        QVERIFY2(begin != std::string::npos, "the page has lost its heading");
        const auto first = begin + std::string(heading).size();
        const auto last = std::min(text.find("\n## ", first), text.size());
        const std::string found = "\n" + section();
        if (qEnvironmentVariableIsSet("SCHMIDT_WRITE_MANUAL"))
            QVERIFY(writeFileAtomically(page, text.substr(0, first) + found + text.substr(last)));
        else
            QCOMPARE(QString::fromStdString(text.substr(first, last - first)),
                     QString::fromStdString(found));
    }

private:
    using Cell = std::pair<std::string, std::string>;

    const Variant& variantOf(const Form& form, bool packed)
    {
        const auto [entry, added] = m_variants.try_emplace({ form.name, packed });
        if (added)
            entry->second = formVariant(form, packed);
        return entry->second;
    }

    /// A file or folder as the own reader sees it, with its adapter.
    static std::shared_ptr<const TransformerModel> modelOf(const fs::path& file)
    {
        const auto source = ModelSource::open(file).value();
        const fs::path adapter = adapterOf(file).value();
        return adapter.empty()
            ? TransformerModel::load(*source, Precision::Float32).value()
            : TransformerModel::load(variantWithAdapter(*source, adapter).value(),
                                     Precision::Float32)
                  .value();
    }

    /// Exports with widths as they are, zero-padded where the format refuses that.
    void exportCell(const Form& form, const Format& format)
    {
        const Variant& variant = variantOf(form, format.packed);
        ExportOptions options;
        options.format = format.format;
        options.type = DType::F32;
        options.carrier = format.carrier;
        options.w8a8 = format.w8a8;
        if (*format.type) {
            options.type = dtypeFromName(format.type);
            options.mix = typeMixFromName(format.type);
        }
        fs::create_directories(target(form, format).parent_path());
        auto written = exportVariant(variant, m_tokenizer, options, target(form, format));
        if (!written.ok() && !variant.architecture.uniform()
            && format.carrier == WidthCarrier::Native) {
            options.carrier = WidthCarrier::Padded;
            written = exportVariant(variant, m_tokenizer, options, target(form, format));
            m_padded.insert({ form.name, format.title });
        }
        m_reasons[{ form.name, format.title }] = written.ok() ? "" : written.error().message;
    }

    /// The table and the reasons of what was refused.
    std::string section() const
    {
        std::string head = "| |", rule = "|---|", body;
        std::vector<std::string> reasons;
        for (const Format& format : formats) {
            head += fmt::format(" {} |", format.title);
            rule += "---|";
        }
        for (const Form& form : forms) {
            body += fmt::format("| {} |", form.title);
            for (const Format& format : formats)
                body += fmt::format(" {} |", cellText(form, format, reasons));
            body += "\n";
        }
        std::string text = head + "\n" + rule + "\n" + body;
        for (std::size_t index = 0; index < reasons.size(); ++index)
            text += fmt::format("\n{}. {}", index + 1, reasons[index]);
        return reasons.empty() ? text : text + "\n";
    }

    std::string cellText(const Form& form, const Format& format,
                         std::vector<std::string>& reasons) const
    {
        const Cell cell { form.name, format.title };
        if (const std::string& reason = m_reasons.at(cell); !reason.empty()) {
            auto known = std::find(reasons.begin(), reasons.end(), reason);
            if (known == reasons.end())
                known = reasons.insert(known, reason);
            return fmt::format("refused ({})", known - reasons.begin() + 1);
        }
        if (!m_verified.contains(cell))
            return "failed";
        const bool adapted = variantCorrected(form) && format.format != ExportFormat::Onnx;
        const std::string software = adapted
            ? std::string(format.software) + (*format.reader ? " with PEFT" : " with LoRA")
            : std::string(format.software);
        return software + (m_padded.contains(cell) ? ", zero-padded" : "");
    }

    bool variantCorrected(const Form& form) const
    {
        return m_variants.at({ form.name, true }).corrected();
    }

    fs::path target(const Form& form, const Format& format) const
    {
        return path(form.name)
            / (std::string(format.title) + (format.format == ExportFormat::Gguf ? ".gguf" : ""));
    }

    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    TokenizerData m_tokenizer;
    std::vector<std::int32_t> m_tokens;
    std::map<std::pair<std::string, bool>, Variant> m_variants;
    std::map<Cell, std::string> m_reasons; ///< of refusals; empty for exports
    std::set<Cell> m_verified, m_padded;
};

QTEST_GUILESS_MAIN(ComputeMatrixInteropTest)
#include "compute_matrix_interop_test.moc"
