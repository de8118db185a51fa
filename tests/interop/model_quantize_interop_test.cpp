// SPDX-License-Identifier: Apache-2.0
#include "model/dtype.h"
#include "tests/support/float_file.h"
#include "tests/support/python_oracle.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <vector>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

constexpr std::size_t columns = 1536;

} // namespace

/// Block encoders against those of llama.cpp: error under the same importance, decoded bits.
class ModelQuantizeInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        runScript({ "make", m_folder.path(), library,
                    SCHMIDT_SOURCE_DIR "/.deps/models/SmolLM2-135M-Instruct.Q4_1.gguf" });
    }

    void notWorseThanLlamaCpp_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("type");
        for (const char* source : { "random", "real" })
            for (const DType type :
                 { DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::IQ4_NL,
                   DType::Q2_K, DType::Q3_K, DType::Q4_K, DType::Q5_K, DType::Q6_K })
                QTest::addRow("%s %s", source, std::string(dtypeName(type)).c_str())
                    << source << static_cast<int>(type);
    }

    void notWorseThanLlamaCpp()
    {
        QFETCH(QString, source);
        QFETCH(int, type);
        const auto kind = static_cast<DType>(type);
        const std::vector<float> values = floatsOf(content(source + ".source").toStdString());
        if (values.empty())
            QSKIP("The default model is not there; run packaging/setup.sh.");
        const std::vector<float> importance
            = floatsOf(content(source + ".importance").toStdString());
        const auto rowBytes = static_cast<std::size_t>(storageBytes(kind, columns));
        std::vector<std::byte> bytes(values.size() / columns * rowBytes);
        for (std::size_t row = 0; row < values.size() / columns; ++row)
            QVERIFY(quantize(kind, std::span(values).subspan(row * columns, columns),
                             std::span(bytes).subspan(row * rowBytes, rowBytes), importance));
        std::vector<float> back(values.size());
        dequantize(kind, bytes, back);
        double error = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            error
                += importance[i % columns] * std::pow(static_cast<double>(back[i]) - values[i], 2);
        const QString name = source + "." + std::string(dtypeName(kind)).c_str();
        const double reference = content(name + ".error").toDouble();
        QVERIFY2(reference > 0 && error <= reference,
                 qPrintable(QString("%1 against %2").arg(error).arg(reference)));
        write(name + ".blocks", bytes.data(), bytes.size());
        write(name + ".values", back.data(), back.size() * sizeof(float));
    }

    void llamaCppDecodesTheSameBits() { runScript({ "check", m_folder.path(), library }); }

private:
    static constexpr const char* library
        = SCHMIDT_SOURCE_DIR "/.deps/llama-build/bin/libggml-base.so";

    void runScript(const QStringList& arguments) const
    {
        const QByteArray failure = runPythonOracle(
            QStringList { SCHMIDT_SOURCE_DIR "/tests/interop/model_quantize.py" } + arguments);
        QVERIFY2(failure.isEmpty(), failure);
    }

    QByteArray content(const QString& name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void write(const QString& name, const void* bytes, std::size_t count) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(static_cast<const char*>(bytes), static_cast<qint64>(count)),
                 static_cast<qint64>(count));
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ModelQuantizeInteropTest)
#include "model_quantize_interop_test.moc"
