// SPDX-License-Identifier: Apache-2.0
#include "governance/pdf_writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace schmidt {

namespace {

    // Lengths in points (1/72 inch).
    constexpr double pageWidth = 595, pageHeight = 842, margin = 51;
    constexpr double textWidth = pageWidth - 2 * margin;
    constexpr double lineFactor = 1.3; ///< line height over font size
    constexpr double bodySize = 10, tableSize = 8, headingSize = 13, titleSize = 18;
    constexpr double columnGap = 6;

    /// Advance widths of Helvetica for the printable ASCII characters, 1/1000 of the font size,
    /// from the font's published metrics.
    constexpr std::array<std::uint16_t, 95> helveticaWidths {
        278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584
    };
    constexpr double otherWidth = 1000; ///< no WinAnsi character of Helvetica is wider
    constexpr double boldFactor
        = 1.12; ///< Helvetica-Bold is at most this much wider in running text
    constexpr double fixedWidth = 600;

    /// Windows-1252 0x80 … 0x9F; 0 where it has no character.
    constexpr std::array<char32_t, 32> windowsSpecials {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178
    };

    constexpr std::array<std::pair<char32_t, const char*>, 8> spelledOut { {
        { 0x2212, "-" },
        { 0x2264, "<=" },
        { 0x2265, ">=" },
        { 0x2260, "!=" },
        { 0x2192, "->" },
        { 0x221E, "inf" },
        { 0x2009, " " },
        { 0x202F, " " },
    } };

    /// The code point at `at`, which moves behind it; U+FFFD for a malformed byte.
    char32_t nextCodePoint(const std::string& text, std::size_t& at)
    {
        const auto first = static_cast<unsigned char>(text[at++]);
        if (first < 0x80)
            return first;
        const int more = first >= 0xF0 && first < 0xF8 ? 3
            : first >= 0xE0                            ? 2
            : first >= 0xC2                            ? 1
                                                       : 0;
        if (more == 0 || first >= 0xF8 || at + static_cast<std::size_t>(more) > text.size())
            return 0xFFFD;
        char32_t point = first & (0x3F >> more);
        for (int i = 0; i < more; ++i) {
            const auto next = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
            if ((next & 0xC0) != 0x80)
                return 0xFFFD;
            point = (point << 6) | (next & 0x3F);
        }
        at += static_cast<std::size_t>(more);
        return point;
    }

    std::string winAnsiCharacter(char32_t point)
    {
        if (point < 32 || point == 127)
            return " ";
        if (point < 127 || (point >= 0xA0 && point <= 0xFF))
            return std::string(1, static_cast<char>(point));
        for (std::size_t i = 0; i < windowsSpecials.size(); ++i)
            if (windowsSpecials[i] == point)
                return std::string(1, static_cast<char>(0x80 + i));
        for (const auto& [known, text] : spelledOut)
            if (known == point)
                return text;
        return "?";
    }

    /// A PDF string object in ASCII only.
    std::string pdfString(const std::string& winAnsi)
    {
        std::string text = "(";
        for (const char character : winAnsi) {
            const auto byte = static_cast<unsigned char>(character);
            if (byte == '(' || byte == ')' || byte == '\\')
                text += { '\\', character };
            else if (byte < 32 || byte > 126)
                text += fmt::format("\\{:03o}", byte);
            else
                text += character;
        }
        return text + ")";
    }

} // namespace

std::string winAnsiFromUtf8(const std::string& text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();)
        result += winAnsiCharacter(nextCodePoint(text, at));
    return result;
}

PdfWriter::PdfWriter(const std::string& title)
    : m_title(title)
    , m_pages(1)
    , m_y(pageHeight - margin)
{
}

double PdfWriter::width(const std::string& winAnsi, Font font, double size)
{
    double total = 0;
    for (const char character : winAnsi) {
        const auto byte = static_cast<unsigned char>(character);
        if (font == Font::Fixed)
            total += fixedWidth;
        else
            total += (byte >= 32 && byte < 127 ? helveticaWidths[byte - 32u] : otherWidth)
                * (font == Font::Bold ? boldFactor : 1.0);
    }
    return total * size / 1000;
}

std::vector<std::string> PdfWriter::wrapped(const std::string& winAnsi, Font font, double size,
                                            double limit)
{
    std::vector<std::string> lines;
    std::string line;
    std::size_t lastSpace = std::string::npos;
    for (const char character : winAnsi) {
        line += character;
        if (character == ' ')
            lastSpace = line.size() - 1;
        if (line.size() == 1 || width(line, font, size) <= limit)
            continue;
        // A word longer than the line is cut; otherwise the line ends at its last space.
        const bool atSpace = lastSpace != std::string::npos && lastSpace > 0;
        const std::size_t cut = atSpace ? lastSpace : line.size() - 1;
        lines.push_back(line.substr(0, cut));
        line.erase(0, atSpace ? cut + 1 : cut);
        lastSpace = line.rfind(' ');
    }
    if (!line.empty() || lines.empty())
        lines.push_back(line);
    return lines;
}

void PdfWriter::advance(double height)
{
    m_y -= height;
    if (m_y >= margin)
        return;
    m_pages.emplace_back();
    m_y = pageHeight - margin - height;
}

void PdfWriter::line(const std::string& winAnsi, Font font, double size, double x)
{
    m_pages.back() += fmt::format("BT /F{} {:.1f} Tf {:.2f} {:.2f} Td {} Tj ET\n",
                                  static_cast<int>(font) + 1, size, x, m_y, pdfString(winAnsi));
}

void PdfWriter::rule()
{
    m_pages.back() += fmt::format("0.5 w 0.7 G {:.2f} {:.2f} m {:.2f} {:.2f} l S 0 G\n", margin,
                                  m_y - 3, margin + textWidth, m_y - 3);
}

void PdfWriter::text(const std::string& text, Font font, double size, double before)
{
    m_y -= before;
    for (const std::string& part : wrapped(winAnsiFromUtf8(text), font, size, textWidth)) {
        advance(size * lineFactor);
        line(part, font, size, margin);
    }
}

void PdfWriter::title(const std::string& text)
{
    this->text(text, Font::Bold, titleSize, 0);
}

void PdfWriter::heading(const std::string& text)
{
    // A heading alone at the foot of a page would belong to nothing.
    if (m_y < margin + 5 * headingSize)
        m_y = margin;
    this->text(text, Font::Bold, headingSize, headingSize);
}

void PdfWriter::paragraph(const std::string& text)
{
    this->text(text, Font::Regular, bodySize, bodySize / 2);
}

void PdfWriter::emphasis(const std::string& text)
{
    this->text(text, Font::Bold, bodySize, bodySize / 2);
}

void PdfWriter::code(const std::string& text)
{
    this->text(text, Font::Fixed, tableSize, bodySize / 2);
}

std::vector<double> PdfWriter::columnWidths(const std::vector<std::vector<std::string>>& cells)
{
    const std::size_t columns = cells.front().size();
    std::vector<double> needed(columns, 0), wanted(columns, 0);
    for (const auto& row : cells)
        for (std::size_t i = 0; i < columns; ++i) {
            wanted[i] = std::max(wanted[i], width(row[i], Font::Bold, tableSize) + 1);
            for (std::size_t begin = 0; begin < row[i].size();) {
                const std::size_t end = std::min(row[i].find(' ', begin), row[i].size());
                const double word
                    = width(row[i].substr(begin, end - begin), Font::Bold, tableSize) + 1;
                // One long word, such as a hash, must not take the room of all others.
                needed[i] = std::max(needed[i], std::min(word, textWidth / 5));
                begin = end + 1;
            }
        }
    const double room = textWidth - columnGap * double(columns - 1);
    const double least = std::accumulate(needed.begin(), needed.end(), 0.0);
    const double most = std::accumulate(wanted.begin(), wanted.end(), 0.0);
    for (std::size_t i = 0; i < columns; ++i) {
        if (least >= room)
            needed[i] *= room / least;
        else
            needed[i] += (wanted[i] - needed[i])
                * std::min(1.0, (room - least) / std::max(1e-9, most - least));
    }
    return needed;
}

void PdfWriter::table(const std::vector<std::vector<std::string>>& rows)
{
    if (rows.empty() || rows.front().empty())
        return;
    const std::size_t columns = rows.front().size();
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : rows) {
        auto& line = cells.emplace_back();
        for (std::size_t i = 0; i < columns; ++i)
            line.push_back(winAnsiFromUtf8(i < row.size() ? row[i] : std::string()));
    }
    const std::vector<double> widths = columnWidths(cells);
    m_y -= bodySize / 2;
    for (std::size_t r = 0; r < cells.size(); ++r) {
        const Font font = r == 0 ? Font::Bold : Font::Regular;
        std::vector<std::vector<std::string>> parts;
        std::size_t height = 0;
        for (std::size_t i = 0; i < columns; ++i) {
            parts.push_back(wrapped(cells[r][i], font, tableSize, widths[i]));
            height = std::max(height, parts.back().size());
        }
        for (std::size_t part = 0; part < height; ++part) {
            advance(tableSize * lineFactor + (part == 0 ? 2 : 0));
            double x = margin;
            for (std::size_t i = 0; i < columns; ++i) {
                if (part < parts[i].size())
                    line(parts[i][part], font, tableSize, x);
                x += widths[i] + columnGap;
            }
        }
        rule();
    }
}

Result<std::string> PdfWriter::finish() const
{
    constexpr std::size_t firstPageObject
        = 7; // after catalog, page tree, information and three fonts
    std::vector<std::string> objects { "<< /Type /Catalog /Pages 2 0 R >>" };
    std::string kids;
    for (std::size_t i = 0; i < m_pages.size(); ++i)
        kids += fmt::format("{}{} 0 R", i ? " " : "", firstPageObject + 2 * i);
    objects.push_back(fmt::format("<< /Type /Pages /Count {} /Kids [{}] >>", m_pages.size(), kids));
    objects.push_back(fmt::format("<< /Title {} /Producer (Schmidt Workbench) >>",
                                  pdfString(winAnsiFromUtf8(m_title))));
    for (const char* font : { "Helvetica", "Helvetica-Bold", "Courier" })
        objects.push_back(fmt::format(
            "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>", font));
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        objects.push_back(fmt::format(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Resources << /Font << /F1 4 0 R "
            "/F2 5 0 R /F3 6 0 R >> >> /Contents {} 0 R >>",
            pageWidth, pageHeight, firstPageObject + 2 * i + 1));
        const std::string number = fmt::format("{} / {}", i + 1, m_pages.size());
        const std::string content = m_pages[i]
            + fmt::format("BT /F1 8 Tf {:.2f} {:.2f} Td {} Tj ET\n",
                          (pageWidth - width(number, Font::Regular, 8)) / 2, margin / 2,
                          pdfString(number));
        objects.push_back(
            fmt::format("<< /Length {} >>\nstream\n{}endstream", content.size(), content));
    }
    std::string file = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
    std::string table = fmt::format("xref\n0 {}\n0000000000 65535 f \n", objects.size() + 1);
    for (std::size_t i = 0; i < objects.size(); ++i) {
        table += fmt::format("{:010} 00000 n \n", file.size());
        file += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
    }
    if (file.size() > 9'999'999'999)
        return outOfResources("The card is too long for a PDF; choose the Markdown format.");
    return file + table
        + fmt::format("trailer\n<< /Size {} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{}\n%%EOF\n",
                      objects.size() + 1, file.size());
}

} // namespace schmidt
