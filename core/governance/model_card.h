// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/ledger.h"
#include "model/architecture.h"

#include <string>
#include <vector>

namespace schmidt {

/// All a card states; filled from the ledger, never from predictions without saying so.
struct CardData {
    std::string modelName, baseName, baseHash, licence;
    Architecture baseArchitecture, architecture;
    RunRecord run;
    RunRecord baseline;
    std::vector<GoalCheck> goals;
    std::vector<std::string> warnings;
    std::string intendedUse, limitations; ///< hand-edited; kept across regeneration
    std::string createdAt;
};

enum class CardFormat { HuggingFace, CycloneDx, Spdx, Json, Pdf };
/// "huggingface", "cyclonedx", "spdx", "json", "pdf".
std::optional<CardFormat> cardFormatFromName(const std::string& name);

/// The card as text: Markdown with YAML front matter (Hugging Face model-index), CycloneDX 1.6
/// JSON, SPDX 3.0.1 JSON-LD with an AI package, or plain JSON. Every metric carries its provenance;
/// front matter and bills of materials, which have no field for it, contain measured and imported
/// values only. Pdf gives the bytes of renderCardPdf(), empty when that fails.
std::string renderCard(const CardData& data, CardFormat format);

/// The card as an A4 PDF with the same content as the Markdown body. Text outside Windows-1252 is
/// written as '?'. Errors: Resources when the text is too long for a PDF of 10 GB.
Result<std::string> renderCardPdf(const CardData& data);

} // namespace schmidt
