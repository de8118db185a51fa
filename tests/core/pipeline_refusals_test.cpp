// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"
#include "support/tiny_models.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <unistd.h>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

namespace {

struct Answer {
    int code = -1;
    QString sentence; ///< what stderr says besides progress
};

Answer run(const fs::path& folder, const QStringList& arguments,
           const QString& program = QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt-cli"))
{
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString(folder.string()));
    process.start(program, arguments);
    if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    QStringList said = QString::fromUtf8(process.readAllStandardError()).split('\n');
    static const QRegularExpression progress(R"(^ *\d+ % )");
    said.removeIf(
        [](const QString& line) { return line.isEmpty() || progress.match(line).hasMatch(); });
    return { process.exitCode(), said.join('\n') };
}

} // namespace

/// The command line's answers to what users get wrong: a code that says of what kind it is, one
/// sentence that names the thing, and no file where the result would be.
class PipelineRefusalsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt-cli")))
            QSKIP("schmidt-cli is not built in this build folder");
        m_root = m_folder.path().toStdString();
        TinyModelOptions options;
        QVERIFY(writeTinyHfModel(m_root / "model", options).ok());
        writeTinyGguf(m_root / "model.gguf", options);
        const std::string gguf = readTextFile(m_root / "model.gguf").value();
        writeBytes(m_root / "cut-header.gguf", gguf.substr(0, 3000));
        writeBytes(m_root / "cut-weights.gguf", gguf.substr(0, gguf.size() - 3000));
        writeBytes(m_root / "empty.gguf", "");
        writeBytes(m_root / "letter.gguf", "Dear reader, this is no model but a letter to you.");
        fs::create_directory(m_root / "papers");
        writeBytes(m_root / "papers" / "notes.txt", "no model");
        fs::create_directory(m_root / "pictures");
        writeBytes(m_root / "pictures" / "model_index.json",
                   R"({"_class_name": "StableDiffusionPipeline"})");
        const auto copy = [&](const char* name) {
            fs::copy(m_root / "model", m_root / name);
            return m_root / name;
        };
        fs::remove(copy("speechless") / "tokenizer.json");
        writeBytes(copy("rwkv") / "config.json", R"({"model_type": "rwkv", "vocab_size": 320})");
        writeBytes(copy("half-config") / "config.json", "{");
        const fs::path shards = copy("shards");
        fs::remove(shards / "model.safetensors");
        writeBytes(shards / "model.safetensors.index.json",
                   R"({"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors"}})");
        std::string text;
        for (int line = 0; line < 400; ++line)
            text += "Line " + std::to_string(line * 7919) + " of a text about nothing much.\n";
        writeBytes(m_root / "text.txt", text);
        writeBytes(m_root / "short.txt", "too short");
        writeBytes(m_root / "broken.json", "{ xx");
        writeBytes(m_root / "no-recipe.json", R"({"layers": 3})");
        QCOMPARE(run(m_root,
                     { "analyze", "model", "--project", "project", "--text", "text.txt", "--tokens",
                       "2048", "--threads", "1" })
                     .code,
                 0);
        m_before = contents();
    }

    void answers_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, const char* line, int code, const char* names) {
            QTest::newRow(name) << QString(line).split(' ') << code << QString(names);
        };
        row("no command", "frobnicate --fast", 2, "\"frobnicate\"");
        row("unknown option", "inspect model --fast", 2, "--help");
        row("nothing there", "inspect nowhere", 3, "nowhere");
        row("no model", "inspect papers", 3, "config.json");
        row("cut header", "inspect cut-header.gguf", 3, "truncated");
        row("cut weights", "inspect cut-weights.gguf", 3, "tensor");
        row("empty file", "inspect empty.gguf", 3, "empty");
        row("a letter", "inspect letter.gguf", 3, "letter.gguf");
        row("diffusion", "inspect pictures", 4, "diffusion");
        row("RWKV", "inspect rwkv", 4, "\"rwkv\"");
        row("damaged config", "inspect half-config", 3, "config.json");
        row("missing shard", "inspect shards", 3, "model-00001-of-00002.safetensors");
        row("no tokenizer", "analyze speechless --project p --workload faq", 4, "tokenizer");
        row("unknown workload", "analyze model --project project --workload poems", 2, "poems");
        row("short text", "analyze model --project p --text short.txt", 3, "passages");
        row("missing text", "evaluate --project project --text nowhere.txt", 3, "nowhere.txt");
        row("no project", "runs --project papers", 3, "project.db");
        row("no recipe file", "compress --project project --recipe nowhere.json", 3, "nowhere");
        row("no JSON", "compress --project project --recipe broken.json", 3, "broken.json");
        row("no recipe", "compress --project project --recipe no-recipe.json", 3, "layers");
        row("no such run", "export --project project --run tiny --format gguf --out x.gguf", 2,
            "\"tiny\"");
        row("no such format", "export --project project --run baseline --format pt --out x.pt", 2,
            "gguf");
        row("no such place",
            "export --project project --run baseline --format gguf --out text.txt/x", 5,
            "text.txt");
        row("out of reach", "plan --project project --target-bytes 10 --out plan.json", 7,
            "smallest");
        row("share above one", "plan --project project --keep-params 1.5 --out plan.json", 2,
            "--keep-params");
        row("verify no model", "verify papers", 3, "papers");
    }

    void answers()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, names);
        const Answer answer = run(m_root, arguments);
        QVERIFY2(answer.code == code && answer.sentence.contains(names),
                 qPrintable(QString::number(answer.code) + ": " + answer.sentence));
        fs::remove_all(m_root / "p");
        QCOMPARE(contents(), m_before);
    }

    void readOnlyProject()
    {
        if (::geteuid() == 0)
            QSKIP("root may write everywhere");
        fs::copy(m_root / "project", m_root / "locked", fs::copy_options::recursive);
        fs::permissions(m_root / "locked", fs::perms::owner_read | fs::perms::owner_exec);
        const Answer answer
            = run(m_root, { "evaluate", "--project", "locked", "--text", "text.txt" });
        fs::permissions(m_root / "locked", fs::perms::owner_all);
        QCOMPARE(answer.code, 3);
        QVERIFY(answer.sentence.contains("locked"));
    }

    void projectOfANewerVersion()
    {
        const fs::path project = m_root / "newer";
        fs::copy(m_root / "project", project, fs::copy_options::recursive);
        std::string database = readTextFile(project / "project.db").value();
        database[63] = 99; // user_version lies big-endian in bytes 60 to 63 of an SQLite file
        fs::remove(project / "project.db-wal");
        fs::remove(project / "project.db-shm");
        writeBytes(project / "project.db", database);
        const Answer answer = run(m_root, { "runs", "--project", "newer" });
        QCOMPARE(answer.code, 4);
        QVERIFY2(answer.sentence.contains("version 99"), qPrintable(answer.sentence));
    }

    /// Everything that does without LibTorch works in a program that lost its engine.
    void missingEngineIsSaid()
    {
        QTemporaryDir elsewhere;
        const QString program = elsewhere.filePath("bin/schmidt-cli");
        QVERIFY(QDir(elsewhere.path()).mkdir("bin"));
        QVERIFY(QFile::copy(QStringLiteral(SCHMIDT_BUILD_DIR "/bin/schmidt-cli"), program));
        const fs::path folder = elsewhere.path().toStdString();
        QVERIFY(writeTinyHfModel(folder / "model", {}).ok());
        QCOMPARE(run(folder, { "inspect", "model" }, program).code, 0);
        const Answer answer = run(folder, { "measure-engine", "model" }, program);
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.sentence.contains("libschmidt-engine.so, cannot be opened"),
                 qPrintable(answer.sentence));
    }

private:
    /// Everything in the folder but what a project writes for itself.
    QStringList contents() const
    {
        QStringList names;
        for (const auto& entry : fs::directory_iterator(m_root))
            names << QString::fromStdString(entry.path().filename().string());
        names.sort();
        return names;
    }

    QTemporaryDir m_folder;
    fs::path m_root;
    QStringList m_before;
};

QTEST_GUILESS_MAIN(PipelineRefusalsTest)
#include "pipeline_refusals_test.moc"
