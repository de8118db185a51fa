// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "analysis/token_report.h"
#include "jobs/job.h"

#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QFrame;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QThreadPool;

namespace schmidt {

class HeatMap;
class TokenDetail;
class TokenStrip;
class Workspace;
struct RunRecord;

/// A text read token by token by the baseline and a run: the text with the KL of every token, what
/// both models held likely at the chosen one, and in which layer they part. The last comparison of
/// a run is kept with the project and shown at once.
class TokensView : public QWidget {
    Q_OBJECT
public:
    explicit TokensView(Workspace& workspace, QWidget* parent = nullptr);
    ~TokensView() override;

    /// Offers the finished variants and the passages of the workload, and shows what is stored.
    void refresh();
    /// What is shown; empty until a comparison was made or read.
    const std::optional<TokenReport>& report() const { return m_report; }
    /// The job that "Compare tokens" would start.
    JobSpec jobSpec() const;

public Q_SLOTS:
    /// Goes to the token with the next smaller (or larger) KL; from none to the largest.
    void nextWorst();
    void previousWorst();

Q_SIGNALS:
    void messageRequested(const QString& text, bool isError);
    void screenRequested(const QString& id);

private:
    QWidget* buildSource();
    QWidget* buildStripe();
    QWidget* buildStrip();
    QWidget* buildDetail();
    QWidget* buildLayers();

    const RunRecord* chosenRun() const;
    void refreshRuns();
    void refreshPassages();
    int firstRead(const std::vector<const RunRecord*>& runs) const;
    void chooseRun();
    void nameVariant();
    void chooseSource(const Json& request);
    Json chosenSource() const;
    void load();
    void show(std::optional<TokenReport> report, const QString& problem);
    void start();
    void followJob(int job);
    void finishJob(int job);

    void updateState();
    void fillStrip();
    void fillLayers();
    void select(int prediction);
    void stepWorst(int step);
    void fillDetail();
    void fillSentence();
    QString tokenName(std::size_t prediction) const;
    QString runTitle() const;

    Workspace& m_workspace;
    QComboBox* m_run = nullptr;
    QComboBox* m_passage = nullptr;
    QPlainTextEdit* m_own = nullptr;
    QSpinBox* m_tokens = nullptr;
    QPushButton* m_start = nullptr;
    QFrame* m_stripe = nullptr;
    QLabel* m_stripeText = nullptr;
    QLabel* m_summary = nullptr;
    TokenStrip* m_strip = nullptr;
    QPushButton* m_next = nullptr;
    QPushButton* m_previous = nullptr;
    TokenDetail* m_detail = nullptr;
    HeatMap* m_map = nullptr;
    QDoubleSpinBox* m_threshold = nullptr;
    QLabel* m_sentence = nullptr;
    QPushButton* m_spectra = nullptr;
    QThreadPool* m_worker = nullptr;

    std::optional<TokenReport> m_report;
    std::vector<std::size_t> m_worst; ///< predictions by falling KL
    QString m_problem; ///< why nothing could be read or made
    QString m_folder; ///< project whose passages are offered
    std::string m_workload;
    int m_current = -1; ///< chosen prediction
    int m_job = 0;
    int m_generation = 0; ///< of the newest load
};

} // namespace schmidt
