// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/watched_application.h"
#include "ui/model/workspace.h"
#include "ui/panels/panel.h"
#include "ui/plots/card.h"
#include "ui/shell/main_window.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QStandardPaths>
#include <QStyleOptionComboBox>
#include <QTemporaryDir>
#include <QTranslator>
#include <QtTest>
#include <filesystem>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

/// Words of a widget that its size does not show in full; empty when they do or there are none.
QString cutWords(const QWidget& widget)
{
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        if (label->text().isEmpty() || label->textFormat() == Qt::RichText)
            return {};
        if (const auto* elided = qobject_cast<const ElidedLabel*>(label))
            return elided->shownText().endsWith(QChar(0x2026)) ? label->text() : QString();
        const bool cut = label->wordWrap() ? label->height() < label->heightForWidth(label->width())
                                           : label->width() < label->sizeHint().width();
        return cut ? label->text() : QString();
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        return !button->text().isEmpty() && button->width() < button->sizeHint().width()
            ? button->text()
            : QString();
    if (const auto* box = qobject_cast<const QComboBox*>(&widget)) {
        QStyleOptionComboBox option;
        option.initFrom(box);
        const QRect room = box->style()->subControlRect(QStyle::CC_ComboBox, &option,
                                                        QStyle::SC_ComboBoxEditField, box);
        return box->fontMetrics().horizontalAdvance(box->currentText()) > room.width()
            ? box->currentText()
            : QString();
    }
    return {};
}

} // namespace

/// Every screen of the sample project in every language, in the window as it opens and in a small
/// one.
class WordsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("words_test"));
        std::error_code status;
        std::filesystem::copy(SCHMIDT_SOURCE_DIR "/resources/sample", project().toStdString(),
                              std::filesystem::copy_options::recursive, status);
        QVERIFY(!status);
    }

    void nothingIsCut_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QSize>("size");
        for (const char* language : { "en", "de", "es" }) {
            QTest::newRow(language) << QString::fromLatin1(language) << QSize();
            // What 1920 x 1080 pixels leave at 150 %.
            QTest::addRow("%s, small", language)
                << QString::fromLatin1(language) << QSize(1280, 720);
        }
    }
    void nothingIsCut()
    {
        QFETCH(const QString, language);
        QFETCH(const QSize, size);
        QTranslator words;
        QVERIFY(words.load(QStringLiteral(":/i18n/schmidt_%1.qm").arg(language)));
        QCoreApplication::installTranslator(&words);
        QLocale::setDefault(QLocale(language));
        Theme theme;
        theme.install(*qApp);
        Workspace workspace;
        MainWindow window(workspace, theme);
        if (size.isValid())
            window.resize(size);
        window.show();
        QVERIFY(window.openPath(project()));
        QStringList cut;
        for (const QString& id : window.screenIds()) {
            window.showScreen(id);
            Panel* panel = window.panel(id);
            QStringList pages = panel ? panel->pages() : QStringList();
            if (pages.isEmpty())
                pages << QString();
            for (const QString& page : pages) {
                if (!page.isEmpty())
                    panel->showPage(page);
                QTest::qWait(80);
                for (const QWidget* widget : window.findChildren<QWidget*>())
                    if (const QString text = cutWords(*widget);
                        !text.isEmpty() && widget->isVisible())
                        cut << QStringLiteral("%1 %2: %3 (%4)")
                                   .arg(id, page, text)
                                   .arg(widget->width());
            }
        }
        QCoreApplication::removeTranslator(&words);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
    }

private:
    QString project() const { return m_folder.filePath(QStringLiteral("sample")); }

    QTemporaryDir m_folder;
};

SCHMIDT_WATCHED_MAIN(WordsTest)
#include "words_test.moc"
