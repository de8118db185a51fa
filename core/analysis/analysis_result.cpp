// SPDX-License-Identifier: Apache-2.0
#include "analysis/analysis_result.h"

#include "base/file.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace schmidt {

const TensorSpectrum* AnalysisResult::spectrum(Role role, int layer) const
{
    for (const TensorSpectrum& entry : spectra)
        if (entry.role == role && entry.layer == layer)
            return &entry;
    return nullptr;
}

const SensitivityPoint* AnalysisResult::nearestProbe(ProbeKind kind, int layer, double level) const
{
    const SensitivityPoint* nearest = nullptr;
    for (const SensitivityPoint& point : sensitivity)
        if (point.kind == kind && point.layer == layer
            && (!nearest || std::abs(point.level - level) < std::abs(nearest->level - level)))
            nearest = &point;
    return nearest;
}

bool AnalysisResult::complete() const
{
    return !spectra.empty() && !layers.empty() && !sensitivity.empty();
}

bool AnalysisResult::hasCorrelations() const
{
    return !blockSimilarity.empty() && !spectra.empty() && !spectra.back().bond.empty()
        && !layers.empty() && !layers.back().headInformation.empty();
}

std::vector<float> prefixEnergies(const std::vector<float>& sigma)
{
    std::vector<float> shares { 0.0F };
    double total = 0, sum = 0;
    for (const float value : sigma)
        total += static_cast<double>(value) * value;
    for (const float value : sigma) {
        sum += static_cast<double>(value) * value;
        shares.push_back(total > 0 ? static_cast<float>(sum / total) : 0.0F);
    }
    return shares;
}

namespace {

    /// Collects arrays after the header and remembers where each lies.
    class ArrayWriter {
    public:
        template <typename T> Json add(const std::vector<T>& values)
        {
            static_assert(sizeof(T) == 4);
            const auto offset = m_bytes.size();
            m_bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
            return { offset, values.size() };
        }
        const std::string& bytes() const { return m_bytes; }

    private:
        std::string m_bytes;
    };

    /// Reads arrays and notes when a reference does not fit the data.
    class ArrayReader {
    public:
        explicit ArrayReader(std::string_view bytes)
            : m_bytes(bytes)
        {
        }

        template <typename T> std::vector<T> get(const Json& object, const char* key)
        {
            const auto reference = object.find(key);
            if (reference == object.end() || !reference->is_array() || reference->size() != 2
                || !(*reference)[0].is_number_unsigned() || !(*reference)[1].is_number_unsigned()) {
                m_failed = true;
                return {};
            }
            const auto offset = (*reference)[0].get<std::uint64_t>(),
                       count = (*reference)[1].get<std::uint64_t>();
            if (offset > m_bytes.size() || count > (m_bytes.size() - offset) / sizeof(T)) {
                m_failed = true;
                return {};
            }
            std::vector<T> values(count);
            std::memcpy(values.data(), m_bytes.data() + offset, count * sizeof(T));
            return values;
        }
        /// An array that earlier files lack.
        template <typename T> std::vector<T> getIfThere(const Json& object, const char* key)
        {
            return object.contains(key) ? get<T>(object, key) : std::vector<T> {};
        }
        bool failed() const { return m_failed; }

    private:
        std::string_view m_bytes;
        bool m_failed = false;
    };

    Json bulkJson(const MarchenkoPasturFit& fit)
    {
        return { fit.variance, fit.lowerEdge, fit.upperEdge, fit.spikes, fit.distance };
    }

    Json tailJson(const PowerLawFit& fit)
    {
        return { fit.alpha, fit.windowStart, fit.windowEnd, fit.tailCount, fit.distance };
    }

    std::vector<double> numbers(const Json& object, const char* key, std::size_t count)
    {
        auto values = jsonValue<std::vector<double>>(object, key, {});
        values.resize(count, 0.0);
        return values;
    }

    Json bondJson(const BondSpectrum& bond, ArrayWriter& arrays)
    {
        return { { "rows", bond.rows },
                 { "columns", bond.columns },
                 { "sigma", arrays.add(bond.sigma) },
                 { "weighted", arrays.add(bond.weighted) },
                 { "metric_distance", bond.metricDistance },
                 { "measured_bonds", arrays.add(bond.measuredBonds) },
                 { "measured_loss", arrays.add(bond.measuredLoss) } };
    }

    BondSpectrum bondFromJson(const Json& json, ArrayReader& arrays)
    {
        BondSpectrum bond;
        bond.rows = jsonValue<std::array<std::int64_t, 2>>(json, "rows", {});
        bond.columns = jsonValue<std::array<std::int64_t, 2>>(json, "columns", {});
        bond.sigma = arrays.get<float>(json, "sigma");
        bond.weighted = arrays.get<float>(json, "weighted");
        bond.metricDistance = jsonValue(json, "metric_distance", 0.0);
        bond.measuredBonds = arrays.get<std::int32_t>(json, "measured_bonds");
        bond.measuredLoss = arrays.get<float>(json, "measured_loss");
        const bool sensible = bond.rows[0] > 0 && bond.rows[1] > 0 && bond.columns[0] > 0
            && bond.columns[1] > 0 && bond.measuredBonds.size() == bond.measuredLoss.size();
        return sensible ? bond : BondSpectrum {};
    }

    std::size_t sideOf(const std::vector<float>& matrix)
    {
        return static_cast<std::size_t>(std::lround(std::sqrt(matrix.size())));
    }

    /// A symmetric matrix as its triangle above the diagonal, row by row.
    std::vector<float> triangleOf(const std::vector<float>& matrix)
    {
        const std::size_t side = sideOf(matrix);
        std::vector<float> triangle;
        for (std::size_t row = 0; row < side; ++row)
            triangle.insert(triangle.end(),
                            matrix.begin() + static_cast<std::ptrdiff_t>(row * side + row + 1),
                            matrix.begin() + static_cast<std::ptrdiff_t>((row + 1) * side));
        return triangle;
    }

    /// Inverse of triangleOf(); empty when there is no such matrix.
    std::vector<float> matrixOf(const std::vector<float>& triangle, std::size_t side,
                                float diagonal)
    {
        if (side == 0 || side > 4096 || triangle.size() != side * (side - 1) / 2)
            return {};
        std::vector<float> matrix(side * side, diagonal);
        std::size_t next = 0;
        for (std::size_t row = 0; row < side; ++row)
            for (std::size_t column = row + 1; column < side; ++column)
                matrix[row * side + column] = matrix[column * side + row] = triangle[next++];
        return matrix;
    }

    Json spectrumJson(const TensorSpectrum& spectrum, ArrayWriter& arrays)
    {
        return { { "role", roleName(spectrum.role) },
                 { "layer", spectrum.layer },
                 { "rows", spectrum.rows },
                 { "columns", spectrum.columns },
                 { "sigma", arrays.add(spectrum.sigma) },
                 { "weighted", arrays.add(spectrum.weighted) },
                 { "shuffled", arrays.add(spectrum.shuffled) },
                 { "measures",
                   { spectrum.entropy, spectrum.effectiveRank, spectrum.participationRatio,
                     spectrum.weightedEntropy, spectrum.weightedEffectiveRank } },
                 { "bulk", bulkJson(spectrum.bulk) },
                 { "tail", tailJson(spectrum.tail) },
                 { "bond", bondJson(spectrum.bond, arrays) } };
    }

    std::optional<TensorSpectrum> spectrumFromJson(const Json& json, ArrayReader& arrays)
    {
        TensorSpectrum spectrum;
        const auto role = roleFromName(jsonValue<std::string>(json, "role", {}));
        if (!role)
            return {};
        spectrum.role = *role;
        spectrum.layer = jsonValue(json, "layer", 0);
        spectrum.rows = jsonValue<std::int64_t>(json, "rows", 0);
        spectrum.columns = jsonValue<std::int64_t>(json, "columns", 0);
        spectrum.sigma = arrays.get<float>(json, "sigma");
        spectrum.weighted = arrays.get<float>(json, "weighted");
        spectrum.shuffled = arrays.get<float>(json, "shuffled");
        const auto measures = numbers(json, "measures", 5);
        spectrum.entropy = measures[0];
        spectrum.effectiveRank = measures[1];
        spectrum.participationRatio = measures[2];
        spectrum.weightedEntropy = measures[3];
        spectrum.weightedEffectiveRank = measures[4];
        const auto bulk = numbers(json, "bulk", 5), tail = numbers(json, "tail", 5);
        spectrum.bulk = { bulk[0], bulk[1], bulk[2], static_cast<std::int64_t>(bulk[3]), bulk[4] };
        spectrum.tail = { tail[0], tail[1], tail[2], static_cast<std::int64_t>(tail[3]), tail[4] };
        if (const auto bond = json.find("bond"); bond != json.end())
            spectrum.bond = bondFromJson(*bond, arrays);
        return spectrum;
    }

    Json layerJson(const LayerAnalysis& layer, ArrayWriter& arrays)
    {
        return { { "layer", layer.layer },
                 { "block_influence", layer.blockInfluence },
                 { "unit_energy", arrays.add(layer.unitEnergy) },
                 { "unit_redundancy", arrays.add(layer.unitRedundancy) },
                 { "unit_score", arrays.add(layer.unitScore) },
                 { "unit_order", arrays.add(layer.unitOrder) },
                 { "unit_partner", arrays.add(layer.unitPartner) },
                 { "group_score", arrays.add(layer.groupScore) },
                 { "correlations", arrays.add(packed(layer.correlations)) },
                 { "heads", sideOf(layer.headInformation) },
                 { "head_information", arrays.add(triangleOf(layer.headInformation)) } };
    }

    LayerAnalysis layerFromJson(const Json& json, ArrayReader& arrays)
    {
        LayerAnalysis layer;
        layer.layer = jsonValue(json, "layer", 0);
        layer.blockInfluence = jsonValue(json, "block_influence", 0.0);
        layer.unitEnergy = arrays.get<float>(json, "unit_energy");
        layer.unitRedundancy = arrays.get<float>(json, "unit_redundancy");
        layer.unitScore = arrays.get<float>(json, "unit_score");
        layer.unitOrder = arrays.get<std::int32_t>(json, "unit_order");
        layer.unitPartner = arrays.get<std::int32_t>(json, "unit_partner");
        layer.groupScore = arrays.get<float>(json, "group_score");
        layer.correlations = unpacked(arrays.getIfThere<std::uint32_t>(json, "correlations"));
        layer.headInformation = matrixOf(arrays.getIfThere<float>(json, "head_information"),
                                         jsonValue<std::size_t>(json, "heads", 0), 0.0F);
        return layer;
    }

    Json headerJson(const AnalysisResult& result, ArrayWriter& arrays)
    {
        Json header { { "schema", AnalysisResult::schemaVersion },
                      { "model_hash", result.modelHash },
                      { "workload", result.workload },
                      { "workload_hash", result.workloadHash },
                      { "calibration_tokens", result.calibrationTokens },
                      { "seed", result.seed },
                      { "baseline_nll", result.baselineNll },
                      { "probe_tokens", result.probeTokens },
                      { "warnings", result.warnings },
                      { "spectra", Json::array() },
                      { "layers", Json::array() },
                      { "sensitivity", Json::array() },
                      { "combinations", Json::array() },
                      { "pilots", Json::array() },
                      { "embedding", Json::array() },
                      { "vocabulary", Json::array() },
                      { "block_similarity", arrays.add(triangleOf(result.blockSimilarity)) } };
        for (const TensorSpectrum& spectrum : result.spectra)
            header["spectra"].push_back(spectrumJson(spectrum, arrays));
        for (const LayerAnalysis& layer : result.layers)
            header["layers"].push_back(layerJson(layer, arrays));
        for (const SensitivityPoint& point : result.sensitivity)
            header["sensitivity"].push_back({ static_cast<int>(point.kind), point.layer,
                                              point.level, point.kl, point.klError,
                                              point.nllChange });
        for (const CombinationPoint& point : result.combinations)
            header["combinations"].push_back({ point.sumOfSingles, point.measuredKl,
                                               point.nllChange, point.sumOfBits,
                                               point.calibrationTokens });
        for (const CombinationPoint& point : result.combinations) {
            Json layers = Json::array();
            for (const CombinationPoint::Layer& layer : point.layers)
                layers.push_back({ layer.mlpWidth, layer.kvGroups, layer.bits });
            header["pilots"].push_back(std::move(layers));
        }
        for (const EmbeddingPoint& point : result.embedding)
            header["embedding"].push_back({ point.bits, point.kl, point.klError, point.nllChange });
        for (const VocabularyPoint& point : result.vocabulary)
            header["vocabulary"].push_back(
                { { "tokens", point.tokens },
                  { "metadata_bytes", point.metadataBytes },
                  { "nll_change", point.nllChange ? Json(*point.nllChange) : Json() } });
        return header;
    }

    /// Earlier files have none.
    void readVocabulary(const Json& header, AnalysisResult& result)
    {
        for (const Json& entry : jsonValue<Json>(header, "vocabulary", Json::array())) {
            VocabularyPoint point { jsonValue<std::int64_t>(entry, "tokens", 0),
                                    jsonValue<std::int64_t>(entry, "metadata_bytes", 0),
                                    {} };
            if (entry.is_object() && entry.contains("nll_change")
                && entry["nll_change"].is_number())
                point.nllChange = entry["nll_change"].get<double>();
            result.vocabulary.push_back(point);
        }
    }

    /// What the predictor knows beyond single layers; earlier files lack all of it.
    void readPilots(const Json& header, AnalysisResult& result, bool& damaged)
    {
        const auto pilots
            = jsonValue<std::vector<std::vector<std::vector<double>>>>(header, "pilots", {});
        for (std::size_t index = 0; index < pilots.size() && index < result.combinations.size();
             ++index)
            for (const auto& layer : pilots[index]) {
                damaged = damaged || layer.size() != 3;
                if (layer.size() == 3)
                    result.combinations[index].layers.push_back(
                        { static_cast<std::int64_t>(layer[0]), static_cast<std::int64_t>(layer[1]),
                          static_cast<int>(layer[2]) });
            }
        for (const auto& point :
             jsonValue<std::vector<std::vector<double>>>(header, "embedding", {})) {
            damaged = damaged || point.size() != 4;
            if (point.size() == 4)
                result.embedding.push_back(
                    { static_cast<int>(point[0]), point[1], point[2], point[3] });
        }
    }

    AnalysisResult resultFromHeader(const Json& header, ArrayReader& arrays, bool& damaged)
    {
        AnalysisResult result;
        result.modelHash = jsonValue<std::string>(header, "model_hash", {});
        result.workload = jsonValue<std::string>(header, "workload", {});
        result.workloadHash = jsonValue<std::string>(header, "workload_hash", {});
        result.calibrationTokens = jsonValue<std::int64_t>(header, "calibration_tokens", 0);
        result.seed = jsonValue<std::uint64_t>(header, "seed", 0);
        result.baselineNll = jsonValue(header, "baseline_nll", 0.0);
        result.probeTokens = jsonValue<std::int64_t>(header, "probe_tokens", 0);
        result.warnings = jsonValue<std::vector<std::string>>(header, "warnings", {});
        for (const Json& entry : jsonValue<Json>(header, "spectra", Json::array())) {
            auto spectrum = spectrumFromJson(entry, arrays);
            damaged = damaged || !spectrum;
            if (spectrum)
                result.spectra.push_back(std::move(*spectrum));
        }
        for (const Json& entry : jsonValue<Json>(header, "layers", Json::array()))
            result.layers.push_back(layerFromJson(entry, arrays));
        result.blockSimilarity = matrixOf(arrays.getIfThere<float>(header, "block_similarity"),
                                          result.layers.size(), 1.0F);
        for (const auto& point :
             jsonValue<std::vector<std::vector<double>>>(header, "sensitivity", {})) {
            damaged = damaged || point.size() != 6 || point[0] < 0 || point[0] > 2;
            if (point.size() == 6)
                result.sensitivity.push_back({ static_cast<ProbeKind>(static_cast<int>(point[0])),
                                               static_cast<int>(point[1]), point[2], point[3],
                                               point[4], point[5] });
        }
        for (const auto& point :
             jsonValue<std::vector<std::vector<double>>>(header, "combinations", {})) {
            damaged = damaged || point.size() < 3;
            // Earlier files know neither the part of the bits nor the tokens, which were these.
            constexpr std::int64_t earlierTokens = 16384;
            if (point.size() >= 3)
                result.combinations.push_back(
                    { point[0],
                      point[1],
                      point[2],
                      point.size() > 3 ? point[3] : 0.0,
                      {},
                      point.size() > 4 ? static_cast<std::int64_t>(point[4]) : earlierTokens });
        }
        readPilots(header, result, damaged);
        readVocabulary(header, result);
        return result;
    }

} // namespace

Result<void> saveAnalysis(const AnalysisResult& result, const std::filesystem::path& path)
{
    ArrayWriter arrays;
    const std::string header = dumpJson(headerJson(result, arrays));
    return writeFileAtomically(path, header + "\n" + arrays.bytes());
}

Result<AnalysisResult> loadAnalysis(const std::filesystem::path& path)
{
    SCHMIDT_TRY(const std::string content, readTextFile(path));
    const auto damagedError = [&] {
        return badInput("The stored analysis " + path.filename().string()
                        + " is damaged; analyze the model again.");
    };
    const auto end = content.find('\n');
    if (end == std::string::npos)
        return damagedError();
    const auto header = parseJson(content.substr(0, end), "The stored analysis");
    if (!header.ok() || !header->is_object())
        return damagedError();
    if (const int schema = jsonValue(*header, "schema", 0); schema != AnalysisResult::schemaVersion)
        return unsupported(fmt::format(
            "The stored analysis has version {}, this program reads version {}; analyze the "
            "model again.",
            schema, AnalysisResult::schemaVersion));
    ArrayReader arrays(std::string_view(content).substr(end + 1));
    bool damaged = false;
    AnalysisResult result = resultFromHeader(*header, arrays, damaged);
    if (damaged || arrays.failed())
        return damagedError();
    return result;
}

} // namespace schmidt
