// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_blocks.h"

#include <QtTest>
#include <cmath>
#include <ggml.h>

using namespace schmidt;
using namespace schmidt::testing;

/// Block formats against ggml's own decoders.
class ModelDequantInteropTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void decodesAsGgml_data()
    {
        QTest::addColumn<int>("format");
        for (std::size_t index = 0; index < blockFormats().size(); ++index)
            QTest::newRow(std::string(dtypeName(blockFormats()[index].type)).c_str())
                << static_cast<int>(index);
    }

    void decodesAsGgml()
    {
        QFETCH(int, format);
        const DType type = blockFormats()[static_cast<std::size_t>(format)].type;
        const auto* traits = ggml_get_type_traits(static_cast<ggml_type>(ggmlTypeOf(type)));
        QVERIFY(traits->to_float);
        const BlockLayout layout = blockLayout(type);
        QCOMPARE(layout.elements, traits->blck_size);
        QCOMPARE(layout.bytes, static_cast<std::int64_t>(traits->type_size));
        const std::vector<std::byte> blocks
            = randomBlocks(blockFormats()[static_cast<std::size_t>(format)], 64);
        const auto count = static_cast<std::size_t>(layout.elements) * 64;
        std::vector<float> expected(count);
        traits->to_float(blocks.data(), expected.data(), static_cast<std::int64_t>(count));
        std::vector<float> values(count);
        dequantize(type, blocks, values);
        for (std::size_t i = 0; i < count; ++i) {
            QVERIFY(std::isfinite(expected[i]));
            QVERIFY2(std::fabs(values[i] - expected[i])
                         <= 1e-6F * std::max(1.0F, std::fabs(expected[i])),
                     qPrintable(QString("%1: %2 instead of %3")
                                    .arg(i)
                                    .arg(double(values[i]))
                                    .arg(double(expected[i]))));
        }
    }

    /// What this program reads is at least what ggml can decode.
    void everyTypeOfGgmlIsRead()
    {
        for (int number = 0; number < GGML_TYPE_COUNT; ++number)
            if (const auto* traits = ggml_get_type_traits(static_cast<ggml_type>(number));
                traits->is_quantized && traits->to_float)
                QVERIFY2(dtypeFromGgmlType(number), traits->type_name);
    }
};

QTEST_GUILESS_MAIN(ModelDequantInteropTest)
#include "model_dequant_interop_test.moc"
