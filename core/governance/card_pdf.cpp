// SPDX-License-Identifier: Apache-2.0
#include "governance/card_sections.h"
#include "governance/pdf_writer.h"

namespace schmidt {

Result<std::string> renderCardPdf(const CardData& data)
{
    PdfWriter pdf(data.modelName);
    pdf.title(data.modelName);
    for (const CardBlock& block : cardBlocks(data)) {
        switch (block.kind) {
        case CardBlock::Kind::Heading:
            pdf.heading(block.text);
            break;
        case CardBlock::Kind::Paragraph:
            pdf.paragraph(block.text);
            break;
        case CardBlock::Kind::Warning:
            pdf.emphasis("Warning: " + block.text);
            break;
        case CardBlock::Kind::Code:
            pdf.code(block.text);
            break;
        case CardBlock::Kind::Table:
            pdf.table(block.rows);
            break;
        }
    }
    if (!data.createdAt.empty())
        pdf.paragraph("Made with Schmidt Workbench, " + data.createdAt + ".");
    return pdf.finish();
}

} // namespace schmidt
