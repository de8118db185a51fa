// SPDX-License-Identifier: Apache-2.0
// Holds the source tree against its layout: which folder may include which, and what the two
// programs may be linked with.
#include <QDirIterator>
#include <QProcess>
#include <QRegularExpression>
#include <QtTest>

namespace {

const QMap<QString, QStringList>& allowedModules()
{
    static const QStringList belowRecipe { "base", "model", "analysis", "recipe" };
    static const QMap<QString, QStringList> allowed {
        { "base", { "base" } },
        { "model", { "base", "model" } },
        { "workload", { "base", "workload" } },
        { "analysis", { "base", "model", "analysis" } },
        { "recipe", belowRecipe },
        { "jobs", { "base", "jobs" } },
        { "measure", { "base", "measure" } },
        { "ledger", belowRecipe + QStringList { "ledger" } },
        { "governance", belowRecipe + QStringList { "ledger", "governance" } },
        { "exporters", belowRecipe + QStringList { "exporters" } },
        { "runtime", belowRecipe + QStringList { "exporters", "runtime" } },
        { "engine", belowRecipe + QStringList { "engine" } },
        { "pipeline",
          { "base", "model", "workload", "analysis", "recipe", "jobs", "measure", "ledger",
            "governance", "exporters", "runtime", "pipeline" } },
        { "compute",
          { "base", "model", "workload", "analysis", "recipe", "jobs", "measure", "ledger",
            "governance", "exporters", "runtime", "engine", "pipeline", "compute" } },
    };
    return allowed;
}

const QStringList& guiModules()
{
    static const QStringList modules { "jobs",       "ledger", "recipe",   "analysis",
                                       "governance", "model",  "workload", "base" };
    return modules;
}

struct Include {
    QString file, target;
    bool angled = false;
};

QList<Include> includesBelow(const QString& folder)
{
    static const QRegularExpression pattern("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]",
                                            QRegularExpression::MultilineOption);
    QList<Include> includes;
    const QString root = QStringLiteral(SCHMIDT_SOURCE_DIR "/");
    QDirIterator files(root + folder, { "*.cpp", "*.h" }, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QString text = QString::fromUtf8(file.readAll());
        for (auto match = pattern.globalMatch(text); match.hasNext();) {
            const auto found = match.next();
            includes.append(
                { file.fileName().mid(root.size()), found.captured(2), found.captured(1) == "<" });
        }
    }
    return includes;
}

bool isTorch(const QString& target)
{
    return target.startsWith("torch/") || target.startsWith("ATen/") || target.startsWith("c10/");
}

QString neededLibraries(const QString& program)
{
    QProcess reader;
    reader.start("readelf", { "-d", program });
    reader.waitForFinished();
    return QString::fromUtf8(reader.readAllStandardOutput());
}

} // namespace

class BaseLayersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void coreSeesNoQt()
    {
        int seen = 0;
        for (const Include& include : includesBelow("core")) {
            ++seen;
            QVERIFY2(!(include.angled && include.target.startsWith('Q')), qPrintable(include.file));
        }
        QVERIFY(seen > 50);
    }

    void torchStaysInTheEngine()
    {
        for (const char* folder : { "core", "app", "ui" })
            for (const Include& include : includesBelow(folder))
                if (isTorch(include.target))
                    QVERIFY2(include.file.startsWith("core/engine/"), qPrintable(include.file));
    }

    void llamaStaysInTheRuntime()
    {
        for (const char* folder : { "core", "app", "ui" })
            for (const Include& include : includesBelow(folder))
                if (include.target == "llama.h" || include.target.startsWith("ggml"))
                    QVERIFY2(include.file.startsWith("core/runtime/"), qPrintable(include.file));
    }

    void modulesLookDownOnly()
    {
        for (auto module = allowedModules().begin(); module != allowedModules().end(); ++module)
            for (const Include& include : includesBelow("core/" + module.key())) {
                if (include.angled)
                    continue;
                const QString target = include.target.section('/', 0, 0);
                QVERIFY2(module.value().contains(target),
                         qPrintable(include.file + " must not include " + include.target));
            }
    }

    void everyModuleHasItsArrows()
    {
        for (const QString& module :
             QDir(SCHMIDT_SOURCE_DIR "/core").entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QVERIFY2(allowedModules().contains(module), qPrintable(module));
    }

    void guiUsesOnlyItsModules()
    {
        for (const Include& include : includesBelow("ui")) {
            const QString target = include.target.section('/', 0, 0);
            if (!include.angled && allowedModules().contains(target))
                QVERIFY2(guiModules().contains(target),
                         qPrintable(include.file + " must not include " + include.target));
        }
    }

    void programsLinkOnlyWhatTheyMay()
    {
        const QString gui = QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt");
        const QString cli = QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt-cli");
        if (!QFile::exists(gui) || !QFile::exists(cli))
            QSKIP("the two programs are not built in this build folder");
        const QString guiLibraries = neededLibraries(gui);
        QVERIFY(guiLibraries.contains("libQt6Widgets"));
        QVERIFY(!guiLibraries.contains("torch"));
        QVERIFY(!guiLibraries.contains("llama"));
        const QString cliLibraries = neededLibraries(cli);
        QVERIFY(cliLibraries.contains("llama"));
        QVERIFY2(!cliLibraries.contains("torch"), "LibTorch is opened with the engine's library");
        QVERIFY(!cliLibraries.contains("Qt6"));
        const QString engine
            = neededLibraries(QStringLiteral(SCHMIDT_BUILD_DIR "/bin/libschmidt-engine.so"));
        QVERIFY(engine.contains("torch"));
        QVERIFY(!engine.contains("Qt6"));
    }

    /// Jobs beside other programs must not spin on their cores.
    void enginesThreadsWaitPassively()
    {
        const QString cli = QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt-cli");
        if (!QFile::exists(cli))
            QSKIP("schmidt-cli is not built in this build folder");
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.remove("OMP_WAIT_POLICY");
        environment.insert("OMP_DISPLAY_ENV", "true");
        process.setProcessEnvironment(environment);
        process.start(cli, { "measure-engine", "absent" }); // opens the engine, then looks for it
        QVERIFY(process.waitForFinished());
        QVERIFY(process.readAllStandardError().contains("OMP_WAIT_POLICY = 'PASSIVE'"));
    }
};

QTEST_APPLESS_MAIN(BaseLayersTest)
#include "base_layers_test.moc"
