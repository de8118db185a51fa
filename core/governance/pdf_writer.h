// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace schmidt {

/// UTF-8 as Windows-1252 (WinAnsiEncoding of ISO 32000-1 annex D); a few symbols are spelt out
/// ("≤" becomes "<="), anything else outside becomes '?', control characters a space.
std::string winAnsiFromUtf8(const std::string& text);

/// Lays out a simple document on A4 pages (portrait, 18 mm margins) with the base-14 fonts, which
/// every reader has: headings, paragraphs, preformatted lines and tables, broken into lines and
/// pages, with a page number at the foot of each page. Texts are UTF-8.
class PdfWriter {
public:
    explicit PdfWriter(const std::string& title);

    void title(const std::string& text);
    void heading(const std::string& text);
    void paragraph(const std::string& text);
    /// A paragraph in bold.
    void emphasis(const std::string& text);
    void code(const std::string& text);
    /// Rows of equal length, header first, repeated on no page; cells are broken into lines.
    void table(const std::vector<std::vector<std::string>>& rows);

    /// The bytes of the file (PDF 1.4). Errors: Resources beyond the 10 GB its offsets can address.
    Result<std::string> finish() const;

private:
    enum class Font { Regular, Bold, Fixed };
    static double width(const std::string& winAnsi, Font font, double size);
    static std::vector<std::string> wrapped(const std::string& winAnsi, Font font, double size,
                                            double limit);
    static std::vector<double> columnWidths(const std::vector<std::vector<std::string>>& cells);
    void text(const std::string& text, Font font, double size, double before);
    void line(const std::string& winAnsi, Font font, double size, double x);
    void advance(double height);
    void rule();

    std::string m_title;
    std::vector<std::string> m_pages; ///< content streams
    double m_y = 0; ///< baseline of the last line, points from the bottom
};

} // namespace schmidt
