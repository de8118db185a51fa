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

/// Block formats against the Python package gguf.
class ModelDequantInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        const QByteArray failure = runPythonOracle(
            { SCHMIDT_SOURCE_DIR "/tests/interop/model_dequant.py", m_folder.path() });
        QVERIFY2(failure.isEmpty(), failure);
    }

    void decodesAsGguf_data()
    {
        QTest::addColumn<int>("type");
        for (const DType type :
             { DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::Q2_K,
               DType::Q3_K, DType::Q4_K, DType::Q5_K, DType::Q6_K, DType::IQ4_NL, DType::IQ4_XS,
               DType::TQ1_0, DType::TQ2_0, DType::MXFP4 })
            QTest::newRow(std::string(dtypeName(type)).c_str()) << static_cast<int>(type);
    }

    void decodesAsGguf()
    {
        QFETCH(int, type);
        const QByteArray blocks = content(type, "blocks");
        const std::vector<float> expected = floatsOf(content(type, "values").toStdString());
        std::vector<float> values(expected.size());
        QCOMPARE(values.size(), std::size_t(64 * blockLayout(DType(type)).elements));
        dequantize(DType(type), std::as_bytes(std::span(blocks.constData(), size_t(blocks.size()))),
                   values);
        for (std::size_t i = 0; i < values.size(); ++i)
            QVERIFY2(std::fabs(values[i] - expected[i])
                         <= 1e-6F * std::max(1.0F, std::fabs(expected[i])),
                     qPrintable(QString("%1: %2 instead of %3")
                                    .arg(i)
                                    .arg(double(values[i]))
                                    .arg(double(expected[i]))));
    }

private:
    QByteArray content(int type, const char* ending) const
    {
        QFile file(m_folder.filePath(
            QString("%1.%2").arg(std::string(dtypeName(DType(type))).c_str(), ending)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ModelDequantInteropTest)
#include "model_dequant_interop_test.moc"
