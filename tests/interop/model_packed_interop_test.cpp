// SPDX-License-Identifier: Apache-2.0
#include "model/model_source.h"
#include "tests/support/python_oracle.h"
#include "tests/support/tiny_models.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Checkpoints in the packed layouts of other tools decode to exactly the weights that those tools
/// (or, where they need a GPU, their published formulas) compute.
class ModelPackedInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasPythonOracle())
            QSKIP(noPythonOracle);
        // Widths that fill their words, and widths that leave bits of the last one unused.
        makeCases("even", 64, 96, {});
        makeCases(
            "odd", 60, 90,
            { "pack-4-channel", "pack-4-channel-asym", "pack-8-channel-asym", "int-channel" });
    }

    void decodesToTheSameWeights_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* group : { "even-cases", "odd-cases" })
            for (const QString& name : QDir(QString::fromStdString(path(group).string()))
                                           .entryList(QDir::Dirs | QDir::NoDotAndDotDot))
                if (!name.endsWith(QLatin1String(".reference")))
                    QTest::addRow("%s %s", group, qPrintable(name))
                        << QString::fromStdString((path(group) / name.toStdString()).string());
    }

    void decodesToTheSameWeights()
    {
        QFETCH(const QString, folder);
        const auto packed = ModelSource::open(folder.toStdString());
        QVERIFY2(packed.ok(), packed.ok() ? "" : packed.error().message.c_str());
        const auto reference = ModelSource::open(folder.toStdString() + ".reference");
        QVERIFY2(reference.ok(), reference.ok() ? "" : reference.error().message.c_str());
        int packings = 0;
        for (const TensorInfo& wanted : (*reference)->tensors()) {
            QVERIFY(wanted.role.has_value());
            const TensorInfo* found = (*packed)->find(*wanted.role, wanted.layer);
            QVERIFY2(found, wanted.name.c_str());
            packings += !found->packing.empty();
            const auto values = (*packed)->readTensor(*found);
            QVERIFY2(values.ok(), values.ok() ? "" : values.error().message.c_str());
            QVERIFY2(*values == (*reference)->readTensor(wanted).value(), wanted.name.c_str());
        }
        QVERIFY2(packings >= 14, "the checkpoint was not read as a packed one");
        for (const std::string& warning : (*packed)->warnings())
            QVERIFY2(warning.find("is not used") == std::string::npos
                         || warning.find(".bias") != std::string::npos,
                     warning.c_str());
    }

private:
    /// Checkpoints in `name`-cases; no names = all cases.
    void makeCases(const std::string& name, std::int64_t hidden, std::int64_t width,
                   const QStringList& cases)
    {
        TinyModelOptions options;
        options.hidden = hidden;
        options.intermediate = width;
        options.headDim = 16;
        options.dtype = DType::F16;
        options.tied = false;
        QVERIFY(writeTinyHfModel(path(name), options).ok());
        const QByteArray failure
            = runPythonOracle(QStringList { SCHMIDT_SOURCE_DIR "/tests/interop/model_packed.py",
                                            QString::fromStdString(path(name).string()),
                                            QString::fromStdString(path(name + "-cases").string()) }
                              + cases);
        QVERIFY2(failure.isEmpty(), failure);
    }

    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(ModelPackedInteropTest)
#include "model_packed_interop_test.moc"
