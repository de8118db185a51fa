// SPDX-License-Identifier: Apache-2.0
#include "engine/transformer.h"
#include "exporters/exporters.h"
#include "runtime/llama_runtime.h"
#include "tests/support/float_file.h"
#include "tests/support/logit_distance.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t vocabulary = 320;

/// The model as a GGUF of architecture "phi3", whose attention and MLP matrices are fused.
std::string fusedGguf(const ModelSource& source)
{
    const Architecture& architecture = source.architecture();
    const LayerShape& shape = architecture.layers.front();
    const auto number = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
    GgufBuilder gguf;
    gguf.text("general.architecture", "phi3");
    gguf.number("phi3.block_count", number(architecture.layerCount()));
    gguf.number("phi3.context_length", number(architecture.contextLength));
    gguf.number("phi3.embedding_length", number(architecture.hiddenSize));
    gguf.number("phi3.feed_forward_length", number(shape.intermediateSize));
    gguf.number("phi3.attention.head_count", number(shape.heads));
    gguf.number("phi3.attention.head_count_kv", number(shape.kvHeads));
    gguf.number("phi3.rope.dimension_count", number(architecture.headDim));
    gguf.real("phi3.attention.layer_norm_rms_epsilon",
              static_cast<float>(architecture.rmsNormEpsilon));
    std::vector<std::string> tokens = tinyTokens(vocabulary);
    while (static_cast<std::int64_t>(tokens.size()) < vocabulary)
        tokens.push_back("[PAD" + std::to_string(tokens.size()) + "]");
    gguf.text("tokenizer.ggml.model", "gpt2");
    gguf.text("tokenizer.ggml.pre", "gpt-2");
    gguf.texts("tokenizer.ggml.tokens", tokens);
    gguf.numbers("tokenizer.ggml.token_type", std::vector<std::int32_t>(tokens.size(), 1));
    gguf.texts("tokenizer.ggml.merges", { "t h", "th e" });
    const auto values = [&](Role role, int layer) {
        return source.readTensor(*source.find(role, layer)).value();
    };
    const auto add = [&](const std::string& name, int layer, const std::vector<Role>& roles) {
        std::vector<float> all;
        std::vector<std::int64_t> extents = source.find(roles.front(), layer)->shape;
        for (const Role role : roles) {
            const std::vector<float> part = values(role, layer);
            all.insert(all.end(), part.begin(), part.end());
        }
        if (extents.size() == 2)
            extents[0] = static_cast<std::int64_t>(all.size()) / extents[1];
        gguf.tensor(name, extents, DType::F32, encodeTensor(all, DType::F32));
    };
    const auto addOwn
        = [&](Role role, int layer) { add(ggufTensorName(role, layer), layer, { role }); };
    addOwn(Role::Embedding, -1);
    addOwn(Role::Head, -1);
    addOwn(Role::FinalNorm, -1);
    for (int layer = 0; layer < static_cast<int>(architecture.layerCount()); ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        addOwn(Role::AttentionNorm, layer);
        add(block + "attn_qkv.weight", layer, { Role::Query, Role::Key, Role::Value });
        addOwn(Role::Output, layer);
        addOwn(Role::MlpNorm, layer);
        add(block + "ffn_up.weight", layer, { Role::Gate, Role::Up });
        addOwn(Role::Down, layer);
    }
    return gguf.bytes();
}

} // namespace

/// Phi-3: fused matrices come in from both containers, and what goes out as Llama computes the
/// same in the software that users open it with.
class ComputePhi3InteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        for (int index = 0; index < 60; ++index)
            m_tokens.push_back((index * 7919 + 13) % 256);
        run({ SCHMIDT_SOURCE_DIR "/tests/interop/compute_phi3.py", tokenText(), text("model") });
        QVERIFY(writeTinyTokenizer(path("model"), vocabulary).ok());
        m_reference = readFloats(path("model") / "logits.f32");
        QCOMPARE(m_reference.size(), m_tokens.size() * vocabulary);
        const auto source = ModelSource::open(path("model"));
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        m_source = *source;
    }

    void transformersFolderComesIn()
    {
        QCOMPARE(m_source->architecture().modelType, std::string("phi3"));
        QVERIFY(m_source->warnings().empty());
        compare(ownLogits(*m_source), "own engine against transformers");
    }

    void ggufComesIn()
    {
        const fs::path file = path("fused.gguf");
        writeBytes(file, fusedGguf(*m_source));
        const auto runtime = ggufLogits(file, m_tokens);
        QVERIFY2(runtime.ok(), runtime.ok() ? "" : runtime.error().message.c_str());
        compare(*runtime, "llama.cpp on the fused GGUF");
        const auto source = ModelSource::open(file);
        QVERIFY2(source.ok(), source.ok() ? "" : source.error().message.c_str());
        compare(ownLogits(**source), "own engine on the fused GGUF");
    }

    void goesOutAsLlama()
    {
        const Variant variant = variantFromSource(*m_source).value();
        ExportOptions options { ExportFormat::HuggingFace, DType::F32, WidthCarrier::Native, {} };
        const auto folder
            = exportVariant(variant, m_source->tokenizer(), options, path("exported"));
        QVERIFY2(folder.ok(), folder.ok() ? "" : folder.error().message.c_str());
        run({ SCHMIDT_SOURCE_DIR "/tests/interop/runtime_export_logits.py", tokenText(),
              text("exported") });
        compare(readFloats(path("exported") / "logits.f32"), "transformers on the export");
        const Json report = readJsonFile(path("exported") / "report.json").value();
        QCOMPARE(report["class"].get<std::string>(), std::string("LlamaForCausalLM"));
        options.format = ExportFormat::Gguf;
        QVERIFY(exportVariant(variant, m_source->tokenizer(), options, path("exported.gguf")).ok());
        compare(ggufLogits(path("exported.gguf"), m_tokens).value(), "llama.cpp on the export");
    }

    void otherRotaryEmbeddingsAreRefused()
    {
        const Json factors = std::vector<double>(8, 2.0);
        for (const char* name : { "longrope", "su" }) {
            const Error scaled = openChanged(
                "rope_scaling",
                { { "type", name }, { "short_factor", factors }, { "long_factor", factors } });
            QCOMPARE(scaled.code, ErrorCode::Unsupported);
            QVERIFY2(scaled.message.find(name) != std::string::npos, scaled.message.c_str());
        }
        const Error partial = openChanged("partial_rotary_factor", 0.5);
        QCOMPARE(partial.code, ErrorCode::Unsupported);
        QVERIFY(partial.message.find("part of each head") != std::string::npos);
    }

    void rowsThatDoNotFitAreDamage()
    {
        const Error error = openChanged("num_key_value_heads", 4);
        QCOMPARE(error.code, ErrorCode::BadInput);
        QVERIFY2(error.message.find("qkv_proj") != std::string::npos, error.message.c_str());
    }

private:
    /// The error of opening the model with another value in its configuration.
    Error openChanged(const char* key, const Json& value) const
    {
        const Json original = readJsonFile(path("model") / "config.json").value();
        Json changed = original;
        changed[key] = value;
        writeBytes(path("model") / "config.json", dumpJson(changed));
        const auto opened = ModelSource::open(path("model"));
        writeBytes(path("model") / "config.json", dumpJson(original));
        return opened.ok() ? Error {} : opened.error();
    }

    static void run(const QStringList& arguments)
    {
        const QByteArray failure = runPythonOracle(arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    std::vector<float> ownLogits(const ModelSource& source) const
    {
        const auto model = TransformerModel::load(source, Precision::Float32).value();
        return model->logits({ static_cast<std::int64_t>(m_tokens.size()), m_tokens }).value();
    }

    void compare(const std::vector<float>& logits, const char* what) const
    {
        QCOMPARE(logits.size(), m_reference.size());
        const double distance = meanKl(m_reference, logits, vocabulary);
        qInfo("%s: mean KL %.2e", what, distance);
        QVERIFY2(std::isfinite(distance) && distance <= 1e-6, what);
    }

    QString tokenText() const { return QString::fromStdString(Json(m_tokens).dump()); }
    QString text(const std::string& name) const
    {
        return QString::fromStdString(path(name).string());
    }
    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    std::vector<std::int32_t> m_tokens;
    std::vector<float> m_reference;
    std::shared_ptr<const ModelSource> m_source;
};

QTEST_GUILESS_MAIN(ComputePhi3InteropTest)
#include "compute_phi3_interop_test.moc"
