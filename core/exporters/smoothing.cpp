// SPDX-License-Identifier: Apache-2.0
#include "exporters/smoothing.h"

#include "exporters/hf_export.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    /// Matrices that read the same inputs, and where their factors are undone.
    struct Readers {
        Role source; ///< a norm, or down for what the rows of up make
        std::vector<Role> matrices;
    };

    const std::vector<Readers>& allReaders()
    {
        static const std::vector<Readers> readers {
            { Role::AttentionNorm, { Role::Query, Role::Key, Role::Value } },
            { Role::MlpNorm, { Role::Gate, Role::Up } },
            { Role::Down, { Role::Down } },
        };
        return readers;
    }

    void raiseToPeaks(const std::vector<float>& values, std::vector<float>& peaks)
    {
        for (std::size_t index = 0; index < values.size(); ++index) {
            float& peak = peaks[index % peaks.size()];
            peak = std::max(peak, std::fabs(values[index]));
        }
    }

    /// Around 1 in the geometric mean; inputs or columns of nothing keep the factor 1.
    std::vector<float> factorsFrom(const std::vector<float>& energies,
                                   const std::vector<float>& peaks)
    {
        constexpr double largest = 1e3; // 16 bits have to hold the gains
        std::vector<double> logs(peaks.size(), 0.0);
        double sum = 0;
        std::int64_t count = 0;
        for (std::size_t column = 0; column < peaks.size() && column < energies.size(); ++column)
            if (energies[column] > 0 && peaks[column] > 0) {
                logs[column] = 0.5 * (0.5 * std::log(energies[column]) - std::log(peaks[column]));
                sum += logs[column];
                ++count;
            }
        std::vector<float> factors;
        for (const double log : logs)
            factors.push_back(static_cast<float>(
                log == 0 ? 1.0
                         : std::clamp(std::exp(log - sum / static_cast<double>(count)), 1 / largest,
                                      largest)));
        return factors;
    }

} // namespace

Result<Smoothing> Smoothing::of(const Variant& variant, const std::vector<ExportTensor>& tensors,
                                const ImportanceMap& energies)
{
    Smoothing smoothing;
    std::map<std::pair<Role, int>, std::vector<float>> peaks;
    for (const ExportTensor& tensor : tensors)
        for (const Readers& readers : allReaders()) {
            if (std::find(readers.matrices.begin(), readers.matrices.end(), tensor.role)
                    == readers.matrices.end()
                || !energies.contains({ readers.matrices.front(), tensor.layer }))
                continue;
            SCHMIDT_TRY(const std::vector<float> values, plainValues(variant, tensor));
            auto& peak = peaks[{ readers.source, tensor.layer }];
            peak.resize(static_cast<std::size_t>(tensor.shape[1]));
            raiseToPeaks(values, peak);
        }
    for (const Readers& readers : allReaders())
        for (const auto& [key, peak] : peaks)
            if (key.first == readers.source)
                smoothing.m_factors[key]
                    = factorsFrom(energies.at({ readers.matrices.front(), key.second }), peak);
    return smoothing;
}

const std::vector<float>* Smoothing::factors(Role source, int layer) const
{
    const auto found = m_factors.find({ source, layer });
    return found == m_factors.end() ? nullptr : &found->second;
}

void Smoothing::apply(const ExportTensor& tensor, std::span<float> values) const
{
    const auto columns = static_cast<std::size_t>(tensor.shape[1]);
    for (const Readers& readers : allReaders())
        if (const auto* column = factors(readers.source, tensor.layer); column
            && std::find(readers.matrices.begin(), readers.matrices.end(), tensor.role)
                != readers.matrices.end())
            for (std::size_t index = 0; index < values.size(); ++index)
                values[index] *= (*column)[index % columns];
    if (const auto* row = factors(Role::Down, tensor.layer); row && tensor.role == Role::Up)
        for (std::size_t index = 0; index < values.size(); ++index)
            values[index] /= (*row)[index / columns];
}

void Smoothing::applyToVector(Role role, int layer, std::span<float> values) const
{
    if (role != Role::AttentionNorm && role != Role::MlpNorm && role != Role::UpBias)
        return;
    // What up adds is divided as its rows are.
    if (const auto* divided = factors(role == Role::UpBias ? Role::Down : role, layer))
        for (std::size_t index = 0; index < values.size(); ++index)
            values[index] /= (*divided)[index];
}

} // namespace schmidt
