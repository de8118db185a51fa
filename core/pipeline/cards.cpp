// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cards.h"

#include "governance/card_data.h"

namespace schmidt {

Result<std::string> cardText(const ProjectSession& session, const RunRecord& run, CardFormat format)
{
    SCHMIDT_TRY(const CardData data,
                gatherCardData(session.ledger(), session.source()->architecture(),
                               session.source()->warnings(), run, currentTime()));
    if (format == CardFormat::Pdf)
        return renderCardPdf(data);
    return renderCard(data, format);
}

} // namespace schmidt
