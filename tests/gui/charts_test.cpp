// SPDX-License-Identifier: GPL-3.0-only
#include "base/file.h"
#include "base/metric_names.h"
#include "tests/support/synthetic_project.h"
#include "tests/support/watched_application.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/charts_view.h"
#include "ui/panels/compare/comparison_model.h"
#include "ui/panels/panel.h"
#include "ui/plots/line_plot.h"
#include "ui/plots/radar_plot.h"
#include "ui/shell/main_window.h"

#include <QComboBox>
#include <QImage>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

using namespace schmidt;
using namespace schmidt::testing;

namespace {

ComparisonRow rowOf(const char* key, Better better, std::vector<std::optional<double>> values)
{
    ComparisonRow row;
    row.key = key;
    row.better = better;
    for (const auto& value : values) {
        ComparisonCell cell;
        cell.metric.value = value;
        row.cells.push_back(cell);
    }
    return row;
}

} // namespace

/// Profiles, distributions, groups of rows and what can be exported of them.
class ChartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
        QCoreApplication::setApplicationName(QStringLiteral("charts_test"));
        QVERIFY(writeSyntheticProject(m_folder.filePath("project").toStdString(), 4).ok());
        m_theme.install(*qApp);
        m_window = std::make_unique<MainWindow>(m_workspace, m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(m_window->openPath(m_folder.filePath("project")));
        m_window->showScreen(QStringLiteral("compare"));
    }

    void aProfileIsTimesBetter()
    {
        ComparisonTable table;
        table.columns = { { RunId { 1 }, "base", true }, { RunId { 2 }, "small", false } };
        table.rows = { rowOf(metric_names::fileBytes, Better::Lower, { 200.0, 50.0 }),
                       rowOf(metric_names::decodeTokensPerSecond, Better::Higher, { 10.0, 5.0 }),
                       rowOf(metric_names::perplexity, Better::Lower, { 8.0, std::nullopt }),
                       rowOf(metric_names::joulesPerToken, Better::Lower, { std::nullopt, 2.0 }) };
        table.rows.push_back(rowOf(metric_names::peakMemoryBytes, Better::Lower, { 8.0, 2.0 }));
        table.rows.back().cells[1].change = Change::NotComparable;
        std::vector<std::string> axes { metric_names::fileBytes,
                                        metric_names::decodeTokensPerSecond,
                                        metric_names::perplexity, metric_names::joulesPerToken,
                                        metric_names::peakMemoryBytes };
        const auto series = profileOf(table, m_workspace, axes);
        // Axes that the baseline or every variant lacks, or that do not compare, are left out.
        QCOMPARE(axes.size(), std::size_t(2));
        QCOMPARE(series.size(), std::size_t(1));
        QCOMPARE(*series[0].ratios[0], 4.0);
        QCOMPARE(*series[0].ratios[1], 0.5);
    }

    void aDistributionRisesFromTheFastest()
    {
        std::vector<double> seconds;
        for (int index = 200; index > 0; --index)
            seconds.push_back(0.001 * index);
        const auto points = cumulativeShare(seconds);
        QCOMPARE(points.size(), std::size_t(100));
        QCOMPARE(points.front().x, 1.0);
        QVERIFY(std::abs(points[50].x - 100) < 2); // the median, in ms
        for (std::size_t index = 1; index < points.size(); ++index)
            QVERIFY(points[index].x >= points[index - 1].x
                    && points[index].y > points[index - 1].y);
        QVERIFY(cumulativeShare({}).empty());
    }

    void layersOfEveryRunAreShown()
    {
        m_window->panel("compare")->showPage(QStringLiteral("charts"));
        auto* view = m_window->findChild<ChartsView*>();
        QVERIFY(view->isVisible());
        auto* plot = view->findChild<LinePlot*>();
        view->findChild<QComboBox*>("chart_lines")->setCurrentIndex(2);
        QVERIFY2(plot->message().isEmpty(), qPrintable(plot->message()));
        QVERIFY(plot->csv().contains("r2 wide"));
        view->findChild<QComboBox*>("chart_lines")->setCurrentIndex(0);
        QVERIFY(!plot->message().isEmpty()); // nothing was timed: said, not drawn as 0
    }

    void groupsOfRows()
    {
        m_window->panel("compare")->showPage(QStringLiteral("table"));
        auto* group = m_window->findChild<QComboBox*>("compare_group");
        auto* model = m_window->findChild<ComparisonModel*>();
        const int all = model->rowCount();
        int parts = 0;
        for (int index = 1; index < group->count(); ++index) {
            group->setCurrentIndex(index);
            QVERIFY(model->rowCount() < all);
            parts += model->rowCount();
        }
        QCOMPARE(parts, all);
        group->setCurrentIndex(0);
        QCOMPARE(model->rowCount(), all);
    }

    void everyFormatOfAPlot()
    {
        RadarPlot plot;
        plot.resize(400, 300);
        plot.setData({ "file", "speed", "a,b" },
                     { { "r2 \"one\"", 0, { 2.0, 0.5, 1.0 } }, { "r3_x", 1, { 1.5, {}, 3.0 } } });
        const ExportSource source = plot.exportSource();
        for (const char* ending : { "png", "svg", "pdf", "csv", "md", "tex" }) {
            const QString path = m_folder.filePath(QStringLiteral("plot.") + ending);
            QVERIFY(writeExport(source, path).ok());
            QVERIFY(QFileInfo(path).size() > 60);
        }
        const auto content = [&](const char* ending) {
            return *readTextFile(m_folder.filePath(QStringLiteral("plot.") + ending).toStdString());
        };
        QVERIFY(content("pdf").starts_with("%PDF"));
        QVERIFY(content("svg").find("<svg") != std::string::npos);
        QCOMPARE(QImage(m_folder.filePath("plot.png")).size(), QSize(800, 600));
        QVERIFY(content("md").find("| r2 \"one\" | a,b | 1 |") != std::string::npos);
        QVERIFY(content("md").find("| --- | --- | --- |") != std::string::npos);
        QVERIFY(content("tex").find("r3\\_x & file & 1.5 \\\\") != std::string::npos);
        QVERIFY(content("csv").find("r3_x\",\"speed\"") == std::string::npos);
    }

private:
    QTemporaryDir m_folder;
    Theme m_theme;
    Workspace m_workspace;
    std::unique_ptr<MainWindow> m_window;
};

SCHMIDT_WATCHED_MAIN(ChartsTest)
#include "charts_test.moc"
