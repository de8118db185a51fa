// SPDX-License-Identifier: GPL-3.0-only
#include "ui/panels/card/card_panel.h"

#include "base/file.h"
#include "governance/card_data.h"
#include "ui/model/job_controller.h"
#include "ui/model/workspace.h"
#include "ui/plots/card.h"
#include "ui/plots/message_text.h"
#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextCursor>
#include <QTextTable>
#include <QVBoxLayout>
#include <algorithm>

namespace schmidt {

CardPanel::CardPanel(Workspace& workspace, QWidget* parent)
    : Panel(workspace, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::l, space::m, space::l, space::l);
    layout->setSpacing(space::m);
    auto* header = new QHBoxLayout;
    header->addWidget(new ScreenTitle(tr("Model card"), this));
    m_runs = new QComboBox(this);
    m_runs->setAccessibleName(tr("Run the card is about"));
    m_runs->setMinimumWidth(220);
    header->addWidget(m_runs);
    header->addStretch(1);
    m_format = new QComboBox(this);
    m_format->setAccessibleName(tr("Format of the card"));
    m_format->addItem(tr("Hugging Face (Markdown)"), QStringLiteral("huggingface"));
    m_format->addItem(tr("CycloneDX"), QStringLiteral("cyclonedx"));
    m_format->addItem(tr("SPDX"), QStringLiteral("spdx"));
    m_format->addItem(tr("JSON"), QStringLiteral("json"));
    m_format->addItem(tr("PDF"), QStringLiteral("pdf"));
    header->addWidget(m_format);
    auto* save = new QPushButton(tr("Save card…"), this);
    header->addWidget(save);
    auto* model = new QPushButton(tr("Export model…"), this);
    setRole(model, "primary");
    header->addWidget(model);
    layout->addLayout(header);

    auto* body = new QHBoxLayout;
    body->setSpacing(space::m);
    m_preview = new QTextBrowser(this);
    m_preview->setOpenLinks(false);
    m_preview->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_preview->setAccessibleName(tr("Preview of the card"));
    auto* empty = roleLabel(tr("Run a recipe first; its card appears here."), "muted", this);
    empty->setAlignment(Qt::AlignCenter);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(empty);
    m_pages->addWidget(m_preview);
    body->addWidget(m_pages, 3);
    body->addWidget(buildWords(), 1);
    layout->addLayout(body, 1);

    connect(save, &QPushButton::clicked, this, &CardPanel::save);
    connect(model, &QPushButton::clicked, this, &CardPanel::exportModel);
    connect(m_runs, &QComboBox::currentIndexChanged, this, &CardPanel::refreshPreview);
    connect(m_format, &QComboBox::currentIndexChanged, this, &CardPanel::refreshPreview);
    connect(&workspace, &Workspace::projectChanged, this, [this] {
        refreshWords();
        refreshRuns();
    });
    connect(&workspace, &Workspace::runsChanged, this, &CardPanel::refreshRuns);
}

QString CardPanel::title() const
{
    return tr("Card");
}

QString CardPanel::id() const
{
    return QStringLiteral("card");
}

QWidget* CardPanel::buildWords()
{
    auto* card = new Card(tr("In your words"), this);
    card->body()->addWidget(roleLabel(tr("Licence of the result"), "muted", card));
    m_licence = new QLineEdit(card);
    m_licence->setAccessibleName(tr("Licence of the result"));
    m_licence->setPlaceholderText(tr("for example apache-2.0"));
    card->body()->addWidget(m_licence);
    card->body()->addWidget(roleLabel(tr("Intended use"), "muted", card));
    m_use = new QPlainTextEdit(card);
    m_use->setAccessibleName(tr("Intended use"));
    m_use->setTabChangesFocus(true);
    card->body()->addWidget(m_use, 1);
    card->body()->addWidget(roleLabel(tr("Known limits"), "muted", card));
    m_limits = new QPlainTextEdit(card);
    m_limits->setAccessibleName(tr("Known limits"));
    m_limits->setTabChangesFocus(true);
    card->body()->addWidget(m_limits, 1);
    auto* keep = new QPushButton(tr("Keep these words"), card);
    connect(keep, &QPushButton::clicked, this, &CardPanel::storeWords);
    card->body()->addWidget(keep);
    return card;
}

void CardPanel::showEvent(QShowEvent* event)
{
    Panel::showEvent(event);
    if (m_runsOutdated)
        refreshRuns();
    else
        refreshPreview();
}

/// Thousands of runs take milliseconds that only who looks at this panel should pay.
void CardPanel::refreshRuns()
{
    m_runsOutdated = !isVisible();
    if (m_runsOutdated)
        return;
    const QVariant before = m_runs->currentData();
    const QSignalBlocker blocker(m_runs);
    QList<QStandardItem*> items;
    for (const RunRecord& run : workspace().runs())
        if (run.state == RunState::Done) {
            items << new QStandardItem(
                QStringLiteral("r%1  %2").arg(run.id.value).arg(QString::fromStdString(run.name)));
            items.back()->setData(static_cast<qlonglong>(run.id.value), Qt::UserRole);
        }
    // All at once: filled item by item, the box takes milliseconds per hundred.
    auto* model = new QStandardItemModel(m_runs);
    model->appendColumn(items);
    m_runs->setModel(model);
    const int known = m_runs->findData(before);
    m_runs->setCurrentIndex(known >= 0 ? known : m_runs->count() - 1);
    refreshPreview();
}

void CardPanel::refreshWords()
{
    Json words;
    if (workspace().ledger())
        if (auto stored = workspace().ledger()->value("card"); stored.ok())
            words = *stored;
    m_licence->setText(QString::fromStdString(jsonValue<std::string>(words, "licence", {})));
    m_use->setPlainText(QString::fromStdString(jsonValue<std::string>(words, "intended_use", {})));
    m_limits->setPlainText(
        QString::fromStdString(jsonValue<std::string>(words, "limitations", {})));
}

void CardPanel::storeWords()
{
    if (!workspace().ledger())
        return;
    const auto stored = workspace().ledger()->setValue(
        "card",
        { { "licence", m_licence->text().toStdString() },
          { "intended_use", m_use->toPlainText().toStdString() },
          { "limitations", m_limits->toPlainText().toStdString() } });
    if (!stored.ok())
        Q_EMIT messageRequested(messageText(stored.error()), true);
    refreshPreview();
}

std::optional<CardData> CardPanel::cardData()
{
    if (!workspace().ledger() || !workspace().architecture() || m_runs->currentIndex() < 0)
        return {};
    const auto id = m_runs->currentData().toLongLong();
    for (const RunRecord& run : workspace().runs())
        if (run.id.value == id) {
            auto data = gatherCardData(
                *workspace().ledger(), *workspace().architecture(),
                workspace().source() ? workspace().source()->warnings()
                                     : std::vector<std::string>(),
                run, QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString());
            if (data.ok())
                return std::move(*data);
            Q_EMIT messageRequested(messageText(data.error()), true);
        }
    return {};
}

namespace {

    /// Tables as the other screens draw them: one thin line, room in the cells.
    void calmTables(QTextDocument& document)
    {
        const QColor line = themeOf().colors().line;
        for (QTextFrame* frame : document.rootFrame()->childFrames())
            if (auto* table = qobject_cast<QTextTable*>(frame)) {
                QTextTableFormat format = table->format();
                format.setBorderCollapse(true);
                format.setBorder(1);
                format.setBorderBrush(line);
                format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
                format.setCellPadding(space::xs);
                format.setTopMargin(space::xs);
                format.setBottomMargin(space::m);
                table->setFormat(format);
            }
    }

    /// Tables as wide as the page take a little less: their rounded widths would else reach one
    /// pixel beyond it, and a scroll bar appear.
    void fitWideTables(QTextDocument& document)
    {
        constexpr double almostAll = 99;
        for (QTextFrame* frame : document.rootFrame()->childFrames())
            if (auto* table = qobject_cast<QTextTable*>(frame); table
                && document.documentLayout()->frameBoundingRect(table).width() + 2 * space::m
                    > document.textWidth()) {
                QTextTableFormat format = table->format();
                format.setWidth(QTextLength(QTextLength::PercentageLength, almostAll));
                table->setFormat(format);
            }
    }

    /// Code lines wrap like all others, so that nothing lies beyond the right edge.
    void wrapCode(QTextDocument& document)
    {
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            QTextBlockFormat format = block.blockFormat();
            if (!format.nonBreakableLines())
                continue;
            format.setNonBreakableLines(false);
            QTextCursor(block).setBlockFormat(format);
        }
    }

    /// Room above headings, so that they stand with what follows them.
    void setHeadingsApart(QTextDocument& document)
    {
        for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
            QTextBlockFormat format = block.blockFormat();
            if (format.headingLevel() == 0 || block == document.begin())
                continue;
            format.setTopMargin(format.headingLevel() <= 2 ? space::l : space::m);
            format.setBottomMargin(space::xs);
            QTextCursor(block).setBlockFormat(format);
        }
    }

    /// What a model can be exported as: one line per format.
    struct ExportChoice {
        const char* format; ///< of the job and the command line
        const char* title;
        const char* pattern; ///< of the file dialog
        const char* carrier = "native"; ///< of widths per layer
        const char* type = ""; ///< empty = what the run is stored in
    };

    constexpr ExportChoice exportFormats[] = {
        { "gguf", QT_TRANSLATE_NOOP("schmidt::CardPanel", "GGUF for llama.cpp"), "*.gguf" },
        { "hf", QT_TRANSLATE_NOOP("schmidt::CardPanel", "Hugging Face folder"), "*" },
        { "hf",
          QT_TRANSLATE_NOOP("schmidt::CardPanel",
                            "Hugging Face folder with widths per layer, for vLLM and MLX"),
          "*", "block-configs" },
        { "hf", QT_TRANSLATE_NOOP("schmidt::CardPanel", "Hugging Face folder, zero-padded"), "*",
          "padded" },
        { "compressed-tensors",
          QT_TRANSLATE_NOOP("schmidt::CardPanel", "compressed-tensors folder for vLLM"), "*" },
        { "compressed-tensors",
          QT_TRANSLATE_NOOP("schmidt::CardPanel",
                            "compressed-tensors folder, W8A8 for INT8 kernels"),
          "*", "native", "W8A8" },
        { "gptq", QT_TRANSLATE_NOOP("schmidt::CardPanel", "GPTQ folder for vLLM"), "*" },
        { "awq", QT_TRANSLATE_NOOP("schmidt::CardPanel", "AWQ folder for vLLM"), "*" },
        { "onnx", QT_TRANSLATE_NOOP("schmidt::CardPanel", "ONNX folder for ONNX Runtime"), "*" },
    };

} // namespace

void CardPanel::refreshPreview()
{
    if (!isVisible())
        return;
    const auto data = cardData();
    m_pages->setCurrentIndex(data ? 1 : 0);
    if (!data)
        return;
    const auto format = cardFormatFromName(m_format->currentData().toString().toStdString())
                            .value_or(CardFormat::HuggingFace);
    if (format == CardFormat::CycloneDx || format == CardFormat::Spdx
        || format == CardFormat::Json) {
        m_preview->setPlainText(QString::fromStdString(renderCard(*data, format)));
        return;
    }
    // The front matter is for machines; people read what follows it.
    QString text = QString::fromStdString(renderCard(*data, CardFormat::HuggingFace));
    if (text.startsWith(QLatin1String("---\n")))
        text = text.mid(text.indexOf(QLatin1String("\n---\n"), 4) + 5);
    m_preview->setMarkdown(text);
    calmTables(*m_preview->document());
    wrapCode(*m_preview->document());
    setHeadingsApart(*m_preview->document());
    fitWideTables(*m_preview->document());
}

void CardPanel::save()
{
    const auto data = cardData();
    if (!data)
        return;
    const auto format = cardFormatFromName(m_format->currentData().toString().toStdString())
                            .value_or(CardFormat::HuggingFace);
    static constexpr const char* names[]
        = { "README.md", "card.cdx.json", "card.spdx.json", "card.json", "card.pdf" };
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save card"), QString::fromLatin1(names[static_cast<int>(format)]));
    if (path.isEmpty())
        return;
    auto text = format == CardFormat::Pdf ? renderCardPdf(*data)
                                          : Result<std::string>(renderCard(*data, format));
    const auto written
        = text.ok() ? writeFileAtomically(path.toStdString(), *text) : Result<void>(text.error());
    Q_EMIT messageRequested(written.ok() ? tr("Wrote %1").arg(path) : messageText(written.error()),
                            !written.ok());
}

void CardPanel::exportModel()
{
    if (m_runs->currentIndex() < 0)
        return;
    QStringList filters;
    for (const ExportChoice& entry : exportFormats)
        filters << QStringLiteral("%1 (%2)").arg(tr(entry.title), QLatin1String(entry.pattern));
    QString chosen;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export model"), {},
                                                      filters.join(QStringLiteral(";;")), &chosen);
    if (path.isEmpty())
        return;
    JobSpec spec = workspace().jobSpec(JobKind::Export);
    spec.arguments["run"] = "r" + std::to_string(m_runs->currentData().toLongLong());
    const auto place = std::max<qsizetype>(0, filters.indexOf(chosen));
    spec.arguments["format"] = exportFormats[place].format;
    spec.arguments["carrier"] = exportFormats[place].carrier;
    if (*exportFormats[place].type)
        spec.arguments["type"] = exportFormats[place].type;
    spec.arguments["out"] = path.toStdString();
    workspace().jobs()->enqueue(spec, tr("Export %1").arg(path));
    Q_EMIT screenRequested(QStringLiteral("queue"));
}

} // namespace schmidt
