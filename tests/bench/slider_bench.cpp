// SPDX-License-Identifier: GPL-3.0-only
// What a step of the global slider costs: prediction and repaint of the recipe screen.
#include "support/synthetic_project.h"
#include "ui/model/workspace.h"
#include "ui/panels/recipe/recipe_panel.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSlider>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
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

int main(int argc, char** argv)
{
    using namespace schmidt;
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Theme theme;
    theme.install(application);
    const QTemporaryDir folder;
    const auto written = testing::writeSyntheticProject(folder.path().toStdString());
    if (!written.ok()) {
        std::fprintf(stderr, "%s\n", written.error().message.c_str());
        return 1;
    }
    Workspace workspace;
    if (const auto opened = workspace.openProject(folder.path()); !opened.ok()) {
        std::fprintf(stderr, "%s\n", opened.error().message.c_str());
        return 1;
    }
    RecipePanel panel(workspace);
    panel.resize(1330, 800);
    panel.show();
    settle(1500);
    if (!workspace.predictor())
        return 1;

    constexpr int steps = 500;
    std::vector<double> whole, predicted;
    QSlider* slider = panel.globalSlider();
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
    std::printf("slider step, %d layers, %d steps\n",
                static_cast<int>(workspace.recipe().layers.size()), steps);
    std::printf("predict          median %.2f ms  p99 %.2f ms\n", percentile(predicted, 0.5),
                percentile(predicted, 0.99));
    std::printf("predict+repaint  median %.2f ms  p99 %.2f ms\n", percentile(whole, 0.5),
                percentile(whole, 0.99));
    return 0;
}
