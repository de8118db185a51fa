// SPDX-License-Identifier: GPL-3.0-only
// What a step of the global slider costs: prediction and repaint of everything that follows it.
#include "support/synthetic_project.h"
#include "ui/model/workspace.h"
#include "ui/panels/compare/compare_panel.h"
#include "ui/panels/ledger/ledger_panel.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/panels/spectra/spectra_panel.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QSlider>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <vector>

namespace {

double percentile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void settle(int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

} // namespace

using namespace schmidt;

namespace {

/// Steps of the slider in the real window on the Recipe screen with inspector and log open, and the
/// Spectra, Compare and Ledger screens in windows of their own beside it: more than a user can have
/// open at once.
bool measure(const char* title, const Architecture& architecture, Theme& theme)
{
    const QTemporaryDir folder;
    const QString project = folder.filePath(QStringLiteral("project"));
    if (const auto written = testing::writeSyntheticProject(project.toStdString(), architecture);
        !written.ok()) {
        std::fprintf(stderr, "%s\n", written.error().message.c_str());
        return false;
    }
    Workspace workspace;
    MainWindow window(workspace, theme);
    window.resize(1600, 1000);
    window.show();
    SpectraPanel spectra(workspace);
    ComparePanel compare(workspace);
    LedgerPanel ledger(workspace);
    for (Panel* panel : std::initializer_list<Panel*> { &spectra, &compare, &ledger }) {
        panel->resize(1330, 800);
        panel->show();
    }
    if (!window.openPath(project))
        return false;
    window.showScreen(QStringLiteral("recipe"));
    for (QDockWidget* dock : window.findChildren<QDockWidget*>())
        dock->show();
    settle(2000);
    auto* recipe = window.findChild<RecipePanel*>();
    if (!workspace.predictor() || !recipe || !recipe->isVisible())
        return false;

    constexpr int steps = 500;
    std::vector<double> whole, predicted;
    QSlider* slider = recipe->globalSlider();
    for (int step = 0; step < steps; ++step) {
        const int place = 20 + (step * 7) % 75;
        QElapsedTimer clock;
        clock.start();
        slider->setValue(place);
        predicted.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        // Posted repaints happen here, as in the window's own event loop.
        QApplication::sendPostedEvents();
        QApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
        whole.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::printf("%s: %d steps of the slider, every linked view open\n", title, steps);
    std::printf("  predict          median %.2f ms  p99 %.2f ms\n", percentile(predicted, 0.5),
                percentile(predicted, 0.99));
    std::printf("  predict+repaint  median %.2f ms  p99 %.2f ms\n", percentile(whole, 0.5),
                percentile(whole, 0.99));
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("SchmidtTest"));
    QCoreApplication::setApplicationName(QStringLiteral("slider_bench"));
    Theme theme;
    theme.install(application);
    const bool done = measure("30 layers, width 576", testing::syntheticArchitecture(30), theme)
        && measure("32 layers, width 4096", testing::syntheticLargeArchitecture(), theme);
    return done ? 0 : 1;
}
