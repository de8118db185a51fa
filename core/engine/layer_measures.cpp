// SPDX-License-Identifier: Apache-2.0
#include "engine/layer_measures.h"

#include "analysis/spectrum_measures.h"
#include "engine/bond_spectra.h"
#include "engine/couplings.h"
#include "engine/moments.h"
#include "engine/selection.h"
#include "engine/side_by_side.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace schmidt {

namespace {

    /// A first layer's null spectrum at the energy of another layer.
    std::vector<float> rescaledNull(const TensorSpectrum& first, const std::vector<float>& sigma)
    {
        std::vector<float> values = first.shuffled;
        if (values.size() != sigma.size())
            return {};
        double own = 0, other = 0;
        for (std::size_t index = 0; index < sigma.size(); ++index) {
            own += static_cast<double>(sigma[index]) * sigma[index];
            other += static_cast<double>(values[index]) * values[index];
        }
        const double factor = other > 0 ? std::sqrt(own / other) : 0;
        for (float& value : values)
            value = static_cast<float>(value * factor);
        return values;
    }

    /// The spectrum of W [out, in] but for its null model.
    TensorSpectrum spectrumOf(const at::Tensor& weight, Role role, int layer)
    {
        TensorSpectrum spectrum;
        spectrum.role = role;
        spectrum.layer = layer;
        spectrum.rows = weight.size(0);
        spectrum.columns = weight.size(1);
        spectrum.sigma = singularValues(weight);
        spectrum.bond = plainBond(weight);
        return spectrum;
    }

    /// W's entries in random order: what the same numbers give without structure.
    at::Tensor shuffled(const at::Tensor& weight, std::mt19937_64& random)
    {
        std::vector<float> values = valuesOf(weight);
        for (std::size_t index = values.size(); index > 1; --index)
            std::swap(values[index - 1], values[random() % index]);
        return tensorOf(values, weight.sizes());
    }

    constexpr auto roles = static_cast<std::int64_t>(linearRoles.size());

    class PlainSpectra {
    public:
        PlainSpectra(const ModelSource& source, const CancelToken& cancel,
                     const std::function<void(const TensorSpectrum&)>& done)
            : m_source(source)
            , m_cancel(cancel)
            , m_done(done)
            , m_spectra(source.architecture().layerCount() * linearRoles.size())
        {
        }

        Result<std::vector<TensorSpectrum>> run(std::mt19937_64& random)
        {
            // The null model depends on role and shape, hardly on the layer: one per role.
            std::vector<at::Tensor> nulls;
            for (const Role role : linearRoles) {
                SCHMIDT_TRY(const at::Tensor weight, loadTensor(m_source, role, 0));
                nulls.push_back(shuffled(weight, random));
            }
            SCHMIDT_CHECK(sideBySide(roles, m_cancel, [&](std::int64_t index) -> Result<void> {
                SCHMIDT_TRY(TensorSpectrum spectrum, spectrumAt(index));
                spectrum.shuffled = singularValues(nulls[static_cast<std::size_t>(index)]);
                take(index, std::move(spectrum));
                return {};
            }));
            const auto rest = static_cast<std::int64_t>(m_spectra.size()) - roles;
            SCHMIDT_CHECK(sideBySide(rest, m_cancel, [&](std::int64_t other) -> Result<void> {
                const std::int64_t index = roles + other;
                SCHMIDT_TRY(TensorSpectrum spectrum, spectrumAt(index));
                spectrum.shuffled = rescaledNull(m_spectra[static_cast<std::size_t>(index % roles)],
                                                 spectrum.sigma);
                take(index, std::move(spectrum));
                return {};
            }));
            return std::move(m_spectra);
        }

    private:
        Result<TensorSpectrum> spectrumAt(std::int64_t index) const
        {
            const Role role = linearRoles[static_cast<std::size_t>(index % roles)];
            const int layer = static_cast<int>(index / roles);
            SCHMIDT_TRY(const at::Tensor weight, loadTensor(m_source, role, layer));
            return spectrumOf(weight, role, layer);
        }

        void take(std::int64_t index, TensorSpectrum spectrum)
        {
            completeSpectrum(spectrum);
            TensorSpectrum& place = m_spectra[static_cast<std::size_t>(index)];
            place = std::move(spectrum);
            const std::lock_guard lock(m_mutex);
            m_done(place);
        }

        const ModelSource& m_source;
        const CancelToken& m_cancel;
        const std::function<void(const TensorSpectrum&)>& m_done;
        std::vector<TensorSpectrum> m_spectra;
        std::mutex m_mutex;
    };

    void measureUnits(const LayerMeasurement& given, LayerAnalysis& analysis)
    {
        const at::Tensor units = given.moments.units.to(at::kDouble);
        UnitMeasures measures = unitMeasures(given.tensors.at(Role::Down), units, given.damping);
        analysis.unitEnergy = std::move(measures.energy);
        analysis.unitRedundancy = std::move(measures.redundancy);
        analysis.unitScore = std::move(measures.score);
        analysis.unitPartner = std::move(measures.partner);
        analysis.correlations = unitCorrelations(units);
    }

    void measureHeads(const LayerMeasurement& given, LayerAnalysis& analysis,
                      std::vector<std::int32_t>& groupOrder)
    {
        const at::Tensor heads = given.moments.heads.to(at::kDouble);
        const std::int64_t headDim = given.architecture.headDim;
        const LayerShape& shape
            = given.architecture.layers[static_cast<std::size_t>(analysis.layer)];
        analysis.headInformation = headInformation(heads, headDim);
        GroupOrder groups = groupRemovalOrder(given.tensors.at(Role::Output), heads, given.damping,
                                              shape.queriesPerGroup() * headDim);
        analysis.groupScore = std::move(groups.score);
        groupOrder = std::move(groups.order);
    }

} // namespace

Result<std::vector<TensorSpectrum>>
plainSpectra(const ModelSource& source, std::mt19937_64& random, const CancelToken& cancel,
             const std::function<void(const TensorSpectrum&)>& done)
{
    return PlainSpectra(source, cancel, done).run(random);
}

Result<void> measureLayer(const LayerMeasurement& given, LayerAnalysis& analysis,
                          std::vector<std::int32_t>& groupOrder,
                          const std::vector<TensorSpectrum*>& spectra, const CancelToken& cancel)
{
    const auto weigh = [&](const std::vector<Role>& readers, const at::Tensor& moment) {
        return [&given, &spectra, readers, moment] {
            BondWeighing bonds;
            for (TensorSpectrum* spectrum : spectra)
                if (std::find(readers.begin(), readers.end(), spectrum->role) != readers.end()) {
                    const at::Tensor& weight = given.tensors.at(spectrum->role);
                    spectrum->weighted = weightedSingularValues(weight, moment.to(at::kDouble));
                    if (given.bondsOnInputs)
                        bonds.weigh(spectrum->bond, weight, moment);
                    completeSpectrum(*spectrum);
                }
        };
    };
    // The longest ones first.
    const std::vector<std::function<void()>> tasks {
        weigh({ Role::Gate, Role::Up }, given.moments.mlpInput),
        weigh({ Role::Down }, given.moments.units),
        [&] {
            analysis.unitOrder
                = removalOrder(given.tensors.at(Role::Down), given.moments.units.to(at::kDouble),
                               given.damping, 0);
        },
        weigh({ Role::Query, Role::Key, Role::Value }, given.moments.attentionInput),
        [&] { measureUnits(given, analysis); },
        weigh({ Role::Output }, given.moments.heads),
        [&] { measureHeads(given, analysis, groupOrder); },
    };
    return sideBySide(static_cast<std::int64_t>(tasks.size()), cancel,
                      [&tasks](std::int64_t index) -> Result<void> {
                          tasks[static_cast<std::size_t>(index)]();
                          return {};
                      });
}

} // namespace schmidt
