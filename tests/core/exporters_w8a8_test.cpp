// SPDX-License-Identifier: Apache-2.0
#include "exporters/exporters.h"
#include "tests/support/tiny_variants.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// W8A8 folders: rounding to 8 bits per output, and outliers of inputs moved into the weights.
class ExportersW8A8Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        Architecture base = tinyArchitecture(options);
        base.mlpBias = true;
        m_variant = tinyVariant(identityRecipe(base), base);
        QVERIFY(writeTinyHfModel(path("tokenizer")).ok());
        m_tokenizer = tokenizerFromHfFolder(path("tokenizer")).value();
        // Inputs 25 times as large in some columns.
        for (int layer = 0; layer < 2; ++layer)
            for (const auto& [role, columns] :
                 { std::pair { Role::Query, 32 }, { Role::Gate, 32 }, { Role::Down, 64 } })
                for (int column = 0; column < columns; ++column)
                    m_energies[{ role, layer }].push_back(column % 7 == 0 ? 25.0F : 0.04F);
    }

    void weightsAreRoundedPerOutput()
    {
        const auto source = exported("plain", {});
        for (const auto& [key, matrix] : m_variant.matrices) {
            const auto values = source->readTensor(*source->find(key.first, key.second)).value();
            const bool rounded = linearRoleIndex(key.first).has_value();
            for (std::int64_t row = 0; row < matrix.rows; ++row) {
                const auto of = [&](const std::vector<float>& all) {
                    return std::span(all).subspan(static_cast<std::size_t>(row * matrix.columns),
                                                  static_cast<std::size_t>(matrix.columns));
                };
                float peak = 0, worst = 0;
                for (std::int64_t column = 0; column < matrix.columns; ++column) {
                    const auto at = static_cast<std::size_t>(column);
                    peak = std::max(peak, std::fabs(of(matrix.dense)[at]));
                    worst = std::max(worst, std::fabs(of(values)[at] - of(matrix.dense)[at]));
                }
                QVERIFY(worst <= peak / 127 * 0.51F);
                QVERIFY(!rounded || worst > 0);
            }
        }
    }

    /// Norm times weight, and up's rows times down's columns, are what they were.
    void smoothingComputesTheSame()
    {
        const auto source = exported("smooth", m_energies);
        for (int layer = 0; layer < 2; ++layer) {
            const auto before = gained([&](Role role) { return original(role, layer); });
            const auto after = gained([&](Role role) { return read(*source, role, layer); });
            for (std::size_t index = 0; index < before.size(); ++index) {
                double difference = 0, energy = 0;
                for (std::size_t at = 0; at < before[index].size(); ++at) {
                    difference += std::pow(before[index][at] - after[index][at], 2);
                    energy += std::pow(before[index][at], 2);
                }
                // What rounding leaves: of one matrix, then of the product of two.
                QVERIFY2(difference < (index < 4 ? 1e-3 : 1e-2) * energy,
                         qPrintable(QString::number(index)));
            }
            // It has moved something: the gain of the strong inputs is smaller now.
            const auto gain = read(*source, Role::AttentionNorm, layer);
            QVERIFY(gain[0] < 0.5F * original(Role::AttentionNorm, layer)[0]);
            QVERIFY(gain[1] > 1.05F * original(Role::AttentionNorm, layer)[1]);
        }
    }

    void gridsAreRefused()
    {
        TinyModelOptions options;
        const Architecture base = tinyArchitecture(options);
        Recipe recipe = identityRecipe(base);
        recipe.layers[1].setScheme(*linearRoleIndex(Role::Up), *schemeFromName("rtn-int4-g32"));
        const auto refused
            = exportVariant(tinyVariant(recipe, base), m_tokenizer, settings({}), path("refused"));
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(refused.error().message.find("Layer 1, matrix up") != std::string::npos);
        QVERIFY(!fs::exists(path("refused")));
    }

private:
    static ExportOptions settings(const ImportanceMap& energies)
    {
        ExportOptions options;
        options.format = ExportFormat::CompressedTensors;
        options.type = DType::F32;
        options.w8a8 = true;
        options.importance = energies;
        return options;
    }

    std::shared_ptr<const ModelSource> exported(const char* name, const ImportanceMap& energies)
    {
        const auto written = exportVariant(m_variant, m_tokenizer, settings(energies), path(name));
        return written.ok() ? ModelSource::open(path(name)).value() : nullptr;
    }

    std::vector<float> original(Role role, int layer) const
    {
        const auto matrix = m_variant.matrices.find({ role, layer });
        return matrix != m_variant.matrices.end() ? matrix->second.dense
                                                  : m_variant.vectors.at({ role, layer });
    }

    static std::vector<float> read(const ModelSource& source, Role role, int layer)
    {
        return source.readTensor(*source.find(role, layer)).value();
    }

    /// What does not change: weights times the gains before them; for the first unit of the MLP all
    /// products of a row of up, its gains, and a column of down.
    template <typename Values> std::vector<std::vector<float>> gained(const Values& values) const
    {
        std::vector<std::vector<float>> result;
        for (const auto& [role, norm] : { std::pair { Role::Query, Role::AttentionNorm },
                                          { Role::Key, Role::AttentionNorm },
                                          { Role::Value, Role::AttentionNorm },
                                          { Role::Gate, Role::MlpNorm } }) {
            std::vector<float> weight = values(role);
            const std::vector<float> gain = values(norm);
            for (std::size_t index = 0; index < weight.size(); ++index)
                weight[index] *= gain[index % gain.size()];
            result.push_back(std::move(weight));
        }
        const std::vector<float> up = values(Role::Up), down = values(Role::Down),
                                 gain = values(Role::MlpNorm);
        const std::size_t hidden = gain.size(), units = up.size() / hidden;
        std::vector<float> added = values(Role::UpBias);
        for (std::size_t unit = 0; unit < units; ++unit)
            added[unit] *= down[unit]; // of the first output
        result.push_back(std::move(added));
        for (std::size_t unit = 0; unit < units; ++unit) {
            result.emplace_back();
            for (std::size_t input = 0; input < hidden; ++input)
                for (std::size_t output = 0; output < hidden; ++output)
                    result.back().push_back(up[unit * hidden + input] * gain[input]
                                            * down[output * units + unit]);
        }
        return result;
    }

    fs::path path(const std::string& name) const
    {
        return fs::path(m_folder.path().toStdString()) / name;
    }

    QTemporaryDir m_folder;
    Variant m_variant;
    TokenizerData m_tokenizer;
    ImportanceMap m_energies;
};

QTEST_GUILESS_MAIN(ExportersW8A8Test)
#include "exporters_w8a8_test.moc"
