// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/workspace.h"
#include "ui/panels/ledger/ledger_panel.h"
#include "ui/panels/ledger/run_table.h"
#include "ui/shell/main_window.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

/// The ledger screen of the real window: order, filter and notes.
class LedgerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("ledger_test"));
        QVERIFY(writeSyntheticProject(project().toStdString(), 12).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(m_window->openPath(project()));
        m_window->showScreen(QStringLiteral("ledger"));
        m_panel = m_window->findChild<LedgerPanel*>();
        m_table = m_panel->findChild<QTableView*>();
        QTest::qWait(50);
    }

    void headersSort()
    {
        const Watch watch;
        QCOMPARE(names(), QStringList({ "baseline", "wide", "half", "narrow" }));
        clickHeader(RunTableModel::Bytes);
        QCOMPARE(names(), QStringList({ "narrow", "half", "wide", "baseline" }));
        clickHeader(RunTableModel::Kl);
        clickHeader(RunTableModel::Kl);
        QCOMPARE(names(), QStringList({ "narrow", "half", "wide", "baseline" }));
        clickHeader(RunTableModel::Id);
        QCOMPARE(names().front(), QStringLiteral("baseline"));
    }

    void wordsFilterAndNotesFollowTheirRun()
    {
        const Watch watch;
        clickHeader(RunTableModel::Bytes);
        const QModelIndex note = m_table->model()->index(0, RunTableModel::Note);
        QVERIFY(m_table->model()->setData(note, QStringLiteral("for the phone"), Qt::EditRole));
        QCOMPARE(m_workspace.runs()[3].note, std::string("for the phone"));
        auto* filter = m_panel->findChild<QLineEdit*>();
        QTest::keyClicks(filter, QStringLiteral("PHONE narrow"));
        QCOMPARE(names(), QStringList({ "narrow" }));
        m_table->selectRow(0);
        QVERIFY(m_panel->findChild<QPlainTextEdit*>()->toPlainText().contains(
            QStringLiteral("Engine")));
        QTest::keyClicks(filter, QStringLiteral("x"));
        QCOMPARE(m_table->model()->rowCount(), 0);
        filter->clear();
        QCOMPARE(m_table->model()->rowCount(), 4);
    }

private:
    QString project() const { return m_folder.filePath(QStringLiteral("project")); }

    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < m_table->model()->rowCount(); ++row)
            names << m_table->model()->index(row, RunTableModel::Name).data().toString();
        return names;
    }

    void clickHeader(int column)
    {
        QHeaderView* header = m_table->horizontalHeader();
        const int x = header->sectionViewportPosition(column) + 10;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, { x, header->height() / 2 });
        QTest::qWait(20);
    }

    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
    LedgerPanel* m_panel = nullptr;
    QTableView* m_table = nullptr;
};

SCHMIDT_WATCHED_MAIN(LedgerTest)
#include "ledger_test.moc"
