// SPDX-License-Identifier: Apache-2.0
#include "analysis/analysis_result.h"
#include "analysis/bond_sweeps.h"
#include "base/file.h"
#include "compute/tensor_bonds.h"
#include "pipeline/pipeline.h"
#include "pipeline/project_session.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace schmidt;
using namespace schmidt::testing;
namespace fs = std::filesystem;

/// Correlations and bonds of a tiny model, from the analysis job and from the request for one
/// matrix.
class ComputeBondsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        TinyModelOptions options;
        options.vocab = 300;
        QVERIFY(writeTinyHfModel(root() / "model", options).ok());
        std::string text;
        for (int index = 0; index < 900; ++index)
            text += "Question " + std::to_string(index) + ": how long does part "
                + std::to_string(index * 7919 % 1000) + " last?\n\n";
        QVERIFY(writeFileAtomically(root() / "text.txt", text).ok());
        const auto done = analyze();
        QVERIFY2(done.ok(), done.ok() ? "" : done.error().message.c_str());
    }

    void analysisHoldsCorrelationsAndBonds()
    {
        const auto session = ProjectSession::open(project()).value();
        const auto analysis = projectAnalysis(session.ledger(), "own");
        QVERIFY(analysis.ok() && analysis->hasCorrelations());
        QCOMPARE(analysis->blockSimilarity.size(), std::size_t(4));
        QCOMPARE(analysis->blockSimilarity[0], 1.0F);
        for (const LayerAnalysis& layer : analysis->layers) {
            QCOMPARE(layer.correlations.bins, 64); // one unit each
            QCOMPARE(layer.headInformation.size(), std::size_t(16));
            // Heads of one KV group mix the same values and know more of each other.
            QVERIFY(layer.headInformation[1] > layer.headInformation[2]);
            // The closest unit by the stored pairs is the partner the removal order knows.
            const UnitCorrelations& units = layer.correlations;
            for (int row = 0; row < units.bins; ++row) {
                int best = row == 0 ? 1 : 0;
                for (int column = 0; column < units.bins; ++column)
                    if (column != row && units.largestAt(row, column) > units.largestAt(row, best))
                        best = column;
                const auto unit = static_cast<std::size_t>(units.units[std::size_t(row)].front());
                const auto partner = static_cast<std::size_t>(layer.unitPartner[unit]);
                for (int column = 0; column < units.bins; ++column)
                    if (std::size_t(units.units[std::size_t(column)].front()) == partner)
                        QVERIFY(units.largestAt(row, column)
                                >= units.largestAt(row, best) * (1 - 1e-2F) - 1e-6F);
            }
        }
        for (const TensorSpectrum& spectrum : analysis->spectra) {
            double own = 0, bond = 0;
            for (const float value : spectrum.sigma)
                own += static_cast<double>(value) * value;
            for (const float value : spectrum.bond.sigma)
                bond += static_cast<double>(value) * value;
            QVERIFY(std::abs(own - bond) < 1e-4 * own); // both are |W|²
            QVERIFY(!spectrum.bond.measuredLoss.empty());
        }
    }

    void oneMatrixIsDecomposedOnRequest()
    {
        auto session = ProjectSession::open(project()).value();
        TensorBondsRequest request;
        request.tensor = "1.down";
        request.activation = false;
        const auto plain = tensorBonds(session, request, {});
        QVERIFY2(plain.ok(), plain.ok() ? "" : plain.error().message.c_str());
        QCOMPARE((*plain)["metric"], Json("plain"));
        QCOMPARE((*plain)["bonds"].size(), std::size_t(1));
        QVERIFY((*plain)["table"].size() > 2);
        for (const Json& row : (*plain)["table"]) {
            const double predicted = row["loss_predicted"].get<double>();
            QVERIFY(std::abs(predicted - row["loss_tt_svd"].get<double>()) < 1e-6 * predicted);
            QVERIFY(row["svd_rank"].get<std::int64_t>() * (32 + 64)
                    <= row["parameters"].get<std::int64_t>());
        }
        request.activation = true;
        request.workload = "own";
        request.tokens = 2048;
        request.options.sites = 3;
        const auto weighted = tensorBonds(session, request, {});
        QVERIFY2(weighted.ok(), weighted.ok() ? "" : weighted.error().message.c_str());
        QCOMPARE((*weighted)["bonds"].size(), std::size_t(2));
        QVERIFY((*weighted)["tokens"].get<int>() > 0);
        for (const Json& row : (*weighted)["table"]) {
            QVERIFY(row["loss_variational"].get<double>()
                    <= row["loss_tt_svd"].get<double>() + 1e-12);
            QVERIFY(row["loss_activation_swept"].get<double>()
                    <= row["loss_activation"].get<double>() + 1e-12);
            // Text of the same kind gives losses of the same size.
            QVERIFY(row["loss_held_out"].get<double>() > 0);
            QVERIFY(std::abs(row["svd_loss_held_out"].get<double>() - row["svd_loss"].get<double>())
                    < 0.1);
        }
    }

    void theJobKeepsTheSweepsOfTwoSites()
    {
        JobSpec spec;
        spec.kind = JobKind::Bonds;
        spec.project = project();
        spec.threads = 1;
        spec.arguments = { { "tensor", "1.down" }, { "workload", "own" }, { "tokens", 2048 } };
        QVERIFY(commandLine(spec).find("bonds --project") != std::string::npos);
        std::vector<std::string> stages;
        EventWriter events([&stages](const JobEvent& event) {
            if (event.type == JobEvent::Type::Stage)
                stages.push_back(jsonValue<std::string>(event.data, "stage", {}));
        });
        const auto report = runJob(spec, events, {});
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().message.c_str());
        QCOMPARE(stages, (std::vector<std::string> { "inputs", "bonds" }));
        const auto session = ProjectSession::open(project()).value();
        const auto value = session.ledger().value(bondSweepsKey).value();
        const std::string name = hfTensorName(Role::Down, 1);
        const BondSweeps sweeps = bondSweepsFrom(value, "own", name);
        QCOMPARE(sweeps.bonds.size(), (*report)["table"].size());
        for (std::size_t index = 0; index < sweeps.bonds.size(); ++index)
            QCOMPARE(sweeps.loss[index],
                     (*report)["table"][index]["loss_activation_swept"].get<float>());
        QCOMPARE(sweeps.heldOut.back(), report->at("table").back()["loss_held_out"].get<float>());
        QVERIFY(bondSweepsFrom(value, "faq", name).bonds.empty());
        QVERIFY(bondSweepsFrom(Json("x"), "own", name).bonds.empty());
        spec.arguments.erase("tensor");
        QCOMPARE(runJob(spec, events, {}).error().code, ErrorCode::Usage);
    }

    void wrongRequestsAreUsageErrors()
    {
        auto session = ProjectSession::open(project()).value();
        for (const char* name : { "7.down", "down", "1.norm", "x.up", "1.embedding" }) {
            TensorBondsRequest request;
            request.tensor = name;
            request.activation = false;
            const auto refused = tensorBonds(session, request, {});
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, ErrorCode::Usage);
        }
        TensorBondsRequest request;
        request.tensor = "0.up";
        request.activation = false;
        request.options.sites = 1;
        QCOMPARE(tensorBonds(session, request, {}).error().code, ErrorCode::Usage);
    }

    /// "Analyze again" brings what an analysis of an earlier version lacks, although it is cached.
    void earlierAnalysesAreMadeAgain()
    {
        QCOMPARE(jsonValue<bool>(*analyze(), "cached", false), true);
        {
            auto session = ProjectSession::open(project()).value();
            AnalysisResult stripped = projectAnalysis(session.ledger(), "own").value();
            stripped.blockSimilarity.clear();
            const fs::path file = root() / "stripped.bin";
            QVERIFY(saveAnalysis(stripped, file).ok());
            const auto hash = session.ledger().putObject(readTextFile(file).value()).value();
            const auto workload = session.workload("own").value();
            QVERIFY(
                session.ledger()
                    .setCache(analysisKey(session.modelHash({}).value(), workload.hash, 2048, 1),
                              hash)
                    .ok());
        }
        QCOMPARE(jsonValue<bool>(*analyze(), "cached", true), false);
        QCOMPARE(jsonValue<bool>(*analyze(), "cached", false), true);
    }

private:
    fs::path root() const { return m_folder.path().toStdString(); }
    fs::path project() const { return root() / "project"; }

    Result<Json> analyze() const
    {
        JobSpec spec;
        spec.kind = JobKind::Analyze;
        spec.project = project();
        spec.threads = 1;
        spec.arguments = { { "model", (root() / "model").string() },
                           { "text", Json::array({ (root() / "text.txt").string() }) },
                           { "tokens", 2048 } };
        EventWriter events([](const JobEvent&) {});
        return runJob(spec, events, {});
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(ComputeBondsTest)
#include "compute_bonds_test.moc"
