// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internal to the predictor.

#include "analysis/analysis_result.h"

#include <cstdint>
#include <map>

namespace schmidt {

/// What a smaller vocabulary costs and saves without any other change, between the sizes that an
/// analysis looked at.
class VocabularyCost {
public:
    VocabularyCost() = default;
    /// `rows` tokens and `metadataBytes` are those of the whole model.
    VocabularyCost(const std::vector<VocabularyPoint>& points, std::int64_t rows,
                   std::int64_t metadataBytes);

    bool measured() const { return m_change.size() > 1; }
    /// Change of the mean negative log-likelihood in nat per token of the whole vocabulary; linear
    /// in the logarithm of the size, 0 for all tokens and where nothing was measured.
    double nllChange(std::int64_t tokens) const;
    /// Of a GGUF file with these tokens; linear in the size.
    double metadataBytes(std::int64_t tokens) const;

private:
    std::map<double, double> m_change; ///< by ln(all tokens / kept tokens)
    std::map<double, double> m_bytes; ///< by kept tokens
    double m_rows = 0;
};

} // namespace schmidt
