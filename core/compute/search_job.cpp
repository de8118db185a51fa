// SPDX-License-Identifier: Apache-2.0
#include "base/metric_names.h"
#include "compute/compute_jobs.h"
#include "ledger/outcomes.h"
#include "pipeline/pipeline.h"
#include "recipe/allocation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace schmidt {

namespace {

    /// Two runs whose sizes differ by less than this share say the same about the front.
    constexpr double sameSize = 0.03;
    constexpr int sizeCount = 31;

    /// Where a run lies: bytes of its GGUF and KL to the baseline.
    struct Measured {
        const RunRecord* run = nullptr;
        double bytes = 0, kl = 0;
    };

    std::vector<Measured> measuredRuns(const std::vector<RunRecord>& runs,
                                       const std::string& workload)
    {
        std::vector<Measured> out;
        for (const RunRecord& run : runs) {
            const Metric* bytes = findMetric(run.metrics, metric_names::fileBytes);
            const Metric* kl = findMetric(run.metrics, metric_names::klMean);
            if (!run.baseline && run.state == RunState::Done && run.workload == workload && bytes
                && bytes->value && kl && kl->value)
                out.push_back({ &run, *bytes->value, *kl->value });
        }
        std::sort(out.begin(), out.end(),
                  [](const Measured& a, const Measured& b) { return a.bytes < b.bytes; });
        return out;
    }

    /// A search never runs a size twice, however badly its own run came out.
    std::string searchName(double bytes)
    {
        return fmt::format("search {:.0f} MB", bytes / 1e6);
    }

    /// Positions 0 … count - 1, each time in the middle of the widest gap left: wherever the search
    /// stops, what it has seen is spread over the range.
    std::vector<int> spreadOrder(int count)
    {
        std::vector<int> order;
        std::vector<bool> seen(static_cast<std::size_t>(count), false);
        while (static_cast<int>(order.size()) < count) {
            int best = 0, widest = -1;
            for (int begin = 0; begin < count; ++begin) {
                int end = begin;
                while (end < count && !seen[static_cast<std::size_t>(end)])
                    ++end;
                if (end - begin > widest) {
                    widest = end - begin;
                    best = begin + (end - begin) / 2;
                }
            }
            seen[static_cast<std::size_t>(best)] = true;
            order.push_back(best);
        }
        return order;
    }

    class Search {
    public:
        Search(const JobContext& job, ProjectSession& session)
            : m_job(job)
            , m_session(session)
            , m_start(std::chrono::steady_clock::now())
            , m_budget(60 * jsonValue(job.spec.arguments, "minutes", 30.0))
        {
        }

        Result<Json> run()
        {
            SCHMIDT_CHECK(prepare());
            SCHMIDT_TRY(const auto sizes, targetSizes());
            double longest = 0;
            for (const int position : spreadOrder(sizeCount)) {
                if (m_job.cancel.cancelled())
                    return cancelledError();
                // A run that would not be finished in time is not begun; the first one always is.
                if (m_runs > 0 && elapsed() + 0.8 * longest > m_budget)
                    break;
                const double before = elapsed();
                SCHMIDT_CHECK(visit(sizes[static_cast<std::size_t>(position)]));
                longest = std::max(longest, elapsed() - before);
            }
            return summary();
        }

    private:
        double elapsed() const
        {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start)
                .count();
        }

        Result<void> prepare()
        {
            if (m_budget <= 0)
                return usageError("A search needs time; give --minutes.");
            SCHMIDT_TRY(const Json chosen, m_session.ledger().value("workload"));
            m_workload
                = m_job.text("workload", chosen.is_string() ? chosen.get<std::string>() : "faq");
            m_recipe = identityRecipe(m_session.source()->architecture());
            m_recipe.mode = WidthMode::PerLayer;
            m_recipe.workload = m_workload;
            m_recipe.seed = m_job.spec.seed;
            m_recipe.calibrationTokens = m_job.number("tokens", m_recipe.calibrationTokens);
            m_freedom = usualFreedom();
            SCHMIDT_TRY(m_freedom.schemes, schemesOr("quant_choices", m_freedom.schemes));
            SCHMIDT_TRY(m_freedom.embeddingSchemes,
                        schemesOr("embedding_quant", m_freedom.embeddingSchemes));
            m_recipe.embeddingScheme = m_freedom.embeddingSchemes.front();
            return {};
        }

        /// The schemes named in the job, else `usual`.
        Result<std::vector<Scheme>> schemesOr(const char* name, std::vector<Scheme> usual) const
        {
            const std::vector<std::string> names = m_job.list(name);
            if (names.empty())
                return usual;
            std::vector<Scheme> schemes;
            for (const std::string& entry : names) {
                SCHMIDT_TRY(schemes.emplace_back(), schemeFromName(entry));
            }
            return schemes;
        }

        /// Weight bytes to visit, evenly spaced in their logarithm: from just below the unpruned
        /// model to what is left when every layer gives all it may.
        Result<std::vector<std::int64_t>> targetSizes() const
        {
            const Architecture& architecture = m_session.source()->architecture();
            Recipe smallest = m_recipe;
            smallest.embeddingScheme = m_freedom.embeddingSchemes.back();
            const Scheme& last
                = *std::min_element(m_freedom.schemes.begin(), m_freedom.schemes.end(),
                                    [](const Scheme& a, const Scheme& b) {
                                        return bitsPerWeight(a) < bitsPerWeight(b);
                                    });
            for (std::size_t layer = 0; layer < smallest.layers.size(); ++layer) {
                smallest.layers[layer].schemes.fill(last);
                smallest.layers[layer].mlpWidth = std::max<std::int64_t>(
                    32, architecture.layers[layer].intermediateSize / 4 / 32 * 32);
            }
            const double top
                = std::log(0.9
                           * static_cast<double>(recipeSize(m_recipe, architecture).weightBytes)),
                bottom
                = std::log(static_cast<double>(recipeSize(smallest, architecture).weightBytes));
            std::vector<std::int64_t> sizes;
            for (int index = 0; index < sizeCount; ++index)
                sizes.push_back(
                    std::llround(std::exp(bottom + (top - bottom) * index / (sizeCount - 1))));
            return sizes;
        }

        /// Runs the best recipe for a size unless a run of about this size is known that is as good
        /// as the prediction says or better. A size out of reach is passed over.
        Result<void> visit(std::int64_t bytes)
        {
            SCHMIDT_TRY(const Predictor predictor, projectPredictor(m_session, m_workload));
            auto recipe = allocate(predictor, m_recipe, { {}, bytes, {} }, m_freedom);
            if (!recipe.ok())
                return {};
            const Prediction expected = predictor.predict(*recipe);
            const double predicted = expected.fileBytes.value.value_or(static_cast<double>(bytes)),
                         worst
                = expected.kl.value.value_or(0) + expected.kl.uncertainty.value_or(0);
            SCHMIDT_TRY(const auto runs, m_session.ledger().runs());
            for (const Measured& known : measuredRuns(runs, m_workload))
                if (std::abs(std::log(known.bytes / predicted)) < sameSize
                    && (known.kl <= worst || known.run->name == searchName(predicted)))
                    return {};
            recipe->name = searchName(predicted);
            JobSpec spec = m_job.spec;
            spec.kind = JobKind::Compress;
            spec.arguments = { { "recipe", toJson(*recipe) }, { "name", recipe->name } };
            EventWriter inner(
                [this, &recipe](const JobEvent& event) { pass(event, recipe->name); });
            auto outcome = runCompress({ spec, inner, m_job.cancel });
            if (!outcome.ok())
                return outcome.error();
            ++m_runs;
            return {};
        }

        /// What a single run says, as news of the whole search.
        void pass(const JobEvent& event, const std::string& recipe) const
        {
            using Type = JobEvent::Type;
            if (event.type == Type::Stage || event.type == Type::Progress) {
                const auto total = std::max<std::int64_t>(1, std::llround(m_budget));
                m_job.events.progress(
                    { std::min(static_cast<std::int64_t>(elapsed()), total - 1), total, "second",
                      fmt::format("{}: {}", recipe,
                                  jsonValue<std::string>(event.data, "stage", "")) });
            } else if (event.type == Type::Partial) {
                m_job.events.partial(jsonValue<std::string>(event.data, "kind", ""),
                                     event.data.value("payload", Json()));
            } else if (event.type == Type::Log) {
                m_job.events.log(jsonValue<std::string>(event.data, "level", "info"),
                                 jsonValue<std::string>(event.data, "text", ""));
            } else if (event.type == Type::Artifact) {
                m_job.events.artifact(jsonValue<std::string>(event.data, "kind", ""),
                                      jsonValue<std::string>(event.data, "path", ""));
            }
        }

        /// The runs that no other one beats in both size and KL, the smallest first.
        Result<Json> summary() const
        {
            SCHMIDT_TRY(const auto runs, m_session.ledger().runs());
            Json front = Json::array();
            const auto known = measuredRuns(runs, m_workload);
            double best = std::numeric_limits<double>::infinity();
            for (const Measured& point : known)
                if (point.kl < best) {
                    best = point.kl;
                    front.push_back({ { "run", point.run->id.value },
                                      { "name", point.run->name },
                                      { "file_bytes", point.bytes },
                                      { "kl_mean", point.kl } });
                }
            return Json { { "workload", m_workload },
                          { "new_runs", m_runs },
                          { "seconds", elapsed() },
                          { "front", front } };
        }

        const JobContext& m_job;
        ProjectSession& m_session;
        std::chrono::steady_clock::time_point m_start;
        double m_budget;
        std::string m_workload;
        Recipe m_recipe;
        AllocationFreedom m_freedom;
        int m_runs = 0;
    };

} // namespace

Result<Json> runSearch(const JobContext& job)
{
    job.events.started("Search", { { "search", "Search the size-quality front", 1 } });
    job.events.stage("search");
    SCHMIDT_TRY(ProjectSession session, ProjectSession::open(job.spec.project));
    return Search(job, session).run();
}

} // namespace schmidt
