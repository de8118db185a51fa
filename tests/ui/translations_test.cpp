// SPDX-License-Identifier: GPL-3.0-only
#include "ui/shell/main_window.h"

#include <QFile>
#include <QRegularExpression>
#include <QTranslator>
#include <QXmlStreamReader>
#include <QtTest>

using namespace schmidt;

namespace {

struct Message {
    QString context, source;
    bool numerus = false, unfinished = false;
    QStringList translations; ///< one, or one per plural form
};

QString fileOf(const QString& language)
{
    return QStringLiteral(SCHMIDT_SOURCE_DIR "/translations/schmidt_%1.ts").arg(language);
}

QList<Message> messagesOf(const QString& language)
{
    QFile file(fileOf(language));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QXmlStreamReader xml(&file);
    QList<Message> messages;
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        const auto name = xml.name();
        if (name == QLatin1String("name"))
            context = xml.readElementText();
        else if (name == QLatin1String("message"))
            messages.append({ context, {}, xml.attributes().hasAttribute("numerus") });
        else if (name == QLatin1String("source"))
            messages.last().source = xml.readElementText();
        else if (name == QLatin1String("translation")) {
            Message& message = messages.last();
            message.unfinished = xml.attributes().hasAttribute("type");
            if (!message.numerus)
                message.translations << xml.readElementText();
        } else if (name == QLatin1String("numerusform"))
            messages.last().translations << xml.readElementText();
    }
    return xml.hasError() ? QList<Message>() : messages;
}

QSet<QString> placeholdersOf(const QString& text)
{
    static const QRegularExpression placeholder(QStringLiteral("%L?(?:\\d{1,2}|n)"));
    QSet<QString> found;
    for (auto match = placeholder.globalMatch(text); match.hasNext();)
        found << match.next().captured();
    return found;
}

/// What has to be the same on both sides besides the placeholders: the blanks and line ends about a
/// text that is put together with others, "…" for a question to come, the key for a menu entry.
QStringList shapeOf(const QString& text)
{
    static const QRegularExpression before(QStringLiteral("^\\s*")), after(QStringLiteral("\\s*$"));
    return { before.match(text).captured(), after.match(text).captured(),
             text.endsWith(QChar(0x2026)) ? QStringLiteral("ellipsis") : QString(),
             QString::number(text.count(QLatin1Char('&'))),
             QString::number(text.count(QLatin1Char('\n'))) };
}

QString placeOf(const Message& message)
{
    return message.context + QStringLiteral(": ") + message.source;
}

} // namespace

/// The files of translations/ and what the program makes of them.
class TranslationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Q_INIT_RESOURCE(translations); }

    void everyTextIsTranslated_data() { languages(); }
    void everyTextIsTranslated()
    {
        QFETCH(QString, language);
        QStringList missing;
        for (const Message& message : messagesOf(language))
            if (message.unfinished || message.translations.isEmpty()
                || message.translations.contains(QString())
                || (message.numerus && message.translations.size() != 2))
                missing << placeOf(message);
        QCOMPARE(missing, QStringList());
    }

    void placeholdersAreTheSame_data() { languages(); }
    void placeholdersAreTheSame()
    {
        QFETCH(QString, language);
        QStringList wrong;
        for (const Message& message : messagesOf(language))
            for (const QString& text : message.translations)
                if (placeholdersOf(text) != placeholdersOf(message.source)
                    || shapeOf(text) != shapeOf(message.source))
                    wrong << placeOf(message) + QStringLiteral(" -> ") + text;
        QCOMPARE(wrong, QStringList());
    }

    void languagesHoldTheSameTexts()
    {
        const auto textsOf = [](const QString& language, bool pluralsOnly) {
            QStringList texts;
            for (const Message& message : messagesOf(language))
                if (message.numerus || !pluralsOnly)
                    texts << placeOf(message);
            texts.sort();
            return texts;
        };
        QVERIFY(textsOf(QStringLiteral("de"), false).size() > 400);
        QCOMPARE(textsOf(QStringLiteral("es"), false), textsOf(QStringLiteral("de"), false));
        QCOMPARE(textsOf(QStringLiteral("en"), false), textsOf(QStringLiteral("de"), true));
    }

    /// The context in the file has to be the class name that tr() asks with, namespace included.
    void programFindsItsTexts_data() { languages(); }
    void programFindsItsTexts()
    {
        QFETCH(QString, language);
        QTranslator translator;
        QVERIFY(translator.load(QLocale(language), QStringLiteral("schmidt"), QStringLiteral("_"),
                                QStringLiteral(":/i18n")));
        QVERIFY(translator.filePath().endsWith(language + QStringLiteral(".qm")));
        const QString cancelAll = translator.translate(
            MainWindow::staticMetaObject.className(), "&Cancel all jobs");
        QCOMPARE(cancelAll.isEmpty(), language == QLatin1String("en"));
        QVERIFY(!translator.translate("schmidt::UnitPlot", "the draft removes %n units", nullptr, 1)
                     .isEmpty());
    }

private:
    static void languages()
    {
        QTest::addColumn<QString>("language");
        for (const char* language : { "de", "es", "en" })
            QTest::newRow(language) << QString::fromLatin1(language);
    }
};

QTEST_MAIN(TranslationsTest)
#include "translations_test.moc"
