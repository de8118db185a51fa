// SPDX-License-Identifier: GPL-3.0-only
#include "ui/model/workspace.h"
#include "ui/shell/capture.h"
#include "ui/shell/crash_marker.h"
#include "ui/shell/main_window.h"
#include "ui/shell/quit_on_signal.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <QTranslator>
#include <cstdio>

namespace {

/// The scale has to be known before the application exists.
void applyScale(int argc, char** argv)
{
    for (int index = 1; index + 1 < argc; ++index)
        if (qstrcmp(argv[index], "--scale") == 0)
            qputenv("QT_SCALE_FACTOR", argv[index + 1]);
    for (int index = 1; index < argc; ++index)
        if (qstrcmp(argv[index], "--capture") == 0
            && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
            qputenv("QT_QPA_PLATFORM", "offscreen");
}

QSize sizeOf(const QString& text)
{
    const QStringList parts = text.split(QLatin1Char('x'));
    return parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize(1440, 900);
}

/// The words of Qt's own dialogs, where Qt came with them, and then those of this program; a
/// language without a translation shows English.
void installTranslators(const QLocale& locale)
{
    const auto install = [](const QLocale& language, const QString& name, const QString& folder) {
        auto* translator = new QTranslator(qApp);
        const bool found = translator->load(language, name, QStringLiteral("_"), folder);
        if (found)
            QApplication::installTranslator(translator);
        return found;
    };
    install(locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    if (!install(locale, QStringLiteral("schmidt"), QStringLiteral(":/i18n")))
        install(QLocale(QLocale::English), QStringLiteral("schmidt"), QStringLiteral(":/i18n"));
}

/// The window until it is closed. After a run that did not end properly it starts safely: without
/// the project of that run and with everything in its first place.
int runWindow(schmidt::Theme& theme, const QString& path)
{
    using namespace schmidt;
    const QuitOnSignal quitOnSignal;
    CrashMarker marker(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
                       + QStringLiteral("/running"));
    if (marker.foundCrash())
        MainWindow::forgetArrangement();
    Workspace workspace;
    MainWindow window(workspace, theme);
    QObject::connect(&workspace, &Workspace::projectChanged, &window,
                     [&] { marker.setProject(workspace.folder()); });
    window.show();
    if (marker.foundCrash())
        window.sayUncleanEnd(marker.crashedProject());
    const bool again = marker.foundCrash() && !path.isEmpty()
        && QFileInfo(path) == QFileInfo(marker.crashedProject());
    if (!path.isEmpty() && !again)
        QTimer::singleShot(0, &window, [&window, path] { window.openPath(path); });
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    using namespace schmidt;
    applyScale(argc, argv);
    QApplication application(argc, argv);
    Q_INIT_RESOURCE(icons);
    Q_INIT_RESOURCE(translations);
    QApplication::setOrganizationName(QStringLiteral("Schmidt"));
    QApplication::setApplicationName(QStringLiteral("Schmidt Workbench"));
    QApplication::setApplicationVersion(QStringLiteral(SCHMIDT_VERSION));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/schmidt.svg")));
    QApplication::setDesktopFileName(QStringLiteral("schmidt-workbench"));

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Compress language models by eye."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("path"),
                                 QStringLiteral("Model or project folder to open."));
    const QCommandLineOption project(QStringLiteral("project"), QStringLiteral("Project folder."),
                                     QStringLiteral("folder"));
    const QCommandLineOption capture(QStringLiteral("capture"),
                                     QStringLiteral("Write pictures of the screens and leave."),
                                     QStringLiteral("folder"));
    const QCommandLineOption themeOption(QStringLiteral("theme"),
                                         QStringLiteral("light, dark or contrast."),
                                         QStringLiteral("name"));
    const QCommandLineOption scale(QStringLiteral("scale"), QStringLiteral("Scale factor."),
                                   QStringLiteral("factor"));
    const QCommandLineOption screen(QStringLiteral("screen"), QStringLiteral("One screen only."),
                                    QStringLiteral("id"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window."),
                                  QStringLiteral("WxH"));
    const QCommandLineOption language(QStringLiteral("language"), QStringLiteral("en, de or es."),
                                      QStringLiteral("code"));
    parser.addOptions({ project, capture, themeOption, scale, screen, size, language });
    parser.process(application);

    // Numbers follow the language of the words.
    if (parser.isSet(language))
        QLocale::setDefault(QLocale(parser.value(language)));
    installTranslators(QLocale());

    const QString themeName = parser.isSet(themeOption)
        ? parser.value(themeOption)
        : QSettings().value(QStringLiteral("theme"), QStringLiteral("light")).toString();
    Theme theme(themeModeFromName(themeName));
    theme.install(application);
    const QString path
        = parser.isSet(project) ? parser.value(project) : parser.positionalArguments().value(0);
    if (parser.isSet(capture)) {
        // Pictures show the first layout and leave the settings of the user alone.
        const QTemporaryDir settings;
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
        Workspace workspace;
        MainWindow window(workspace, theme);
        if (!path.isEmpty() && !window.openPath(path))
            std::fprintf(stderr, "schmidt: %s cannot be opened\n", qPrintable(path));
        const auto done = captureScreens(window, parser.value(capture), themeModeName(theme.mode()),
                                         parser.value(screen), sizeOf(parser.value(size)));
        if (!done.ok())
            std::fprintf(stderr, "schmidt: %s\n", done.error().message.c_str());
        return done.ok() ? 0 : exitCode(done.error().code);
    }
    return runWindow(theme, path);
}
