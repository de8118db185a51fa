// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <algorithm>
#include <cmath>

namespace schmidt {

namespace {

    constexpr std::int64_t unitsForPoint = 5; ///< until so many units are done, a range is given
    constexpr double newestShare = 0.3; ///< weight of the newest unit time in the running mean
    constexpr double halfLifeUnits = 16; ///< of stages whose total is unknown

} // namespace

void EtaEstimator::feed(const JobEvent& event, double secondsSinceStart)
{
    switch (event.type) {
    case JobEvent::Type::Started:
        m_stages.clear();
        for (const Json& stage : jsonValue<Json>(event.data, "stages", Json::array()))
            m_stages.push_back({ jsonValue<std::string>(stage, "id", {}),
                                 jsonValue<std::string>(stage, "title", {}),
                                 std::max(0.0, jsonValue<double>(stage, "weight", 1)) });
        break;
    case JobEvent::Type::Stage:
        enterStage(jsonValue<std::string>(event.data, "stage", {}), secondsSinceStart);
        break;
    case JobEvent::Type::Progress: {
        const auto stage = jsonValue<std::string>(event.data, "stage", {});
        if (stage != m_stage)
            enterStage(stage, secondsSinceStart);
        countUnits(jsonValue<std::int64_t>(event.data, "done", 0),
                   jsonValue<std::int64_t>(event.data, "total", 0), secondsSinceStart);
        break;
    }
    case JobEvent::Type::Done:
        m_finished = true;
        break;
    default:
        break;
    }
    m_highest = std::max(m_highest, m_before + m_weight * m_inside);
}

void EtaEstimator::enterStage(const std::string& id, double secondsSinceStart)
{
    double total = 0, before = 0;
    const EventWriter::StageWeight* entered = nullptr;
    for (const auto& stage : m_stages) {
        if (stage.id == id)
            entered = &stage;
        if (!entered)
            before += stage.weight;
        total += stage.weight;
    }
    if (entered && total > 0) {
        m_before = before / total;
        m_weight = entered->weight / total;
    } else {
        m_before += m_weight * m_inside;
        m_weight = 0;
    }
    m_stage = id;
    m_inside = 0;
    m_stageStart = secondsSinceStart;
    m_unitsDone = 0;
    m_lastDone = -1;
    m_total = 0;
    m_secondsPerUnit = 0;
}

void EtaEstimator::countUnits(std::int64_t done, std::int64_t total, double secondsSinceStart)
{
    m_total = total;
    m_inside = total > 0
        ? std::clamp(double(done) / double(total), 0.0, 1.0)
        : 1.0 - std::exp2(-double(std::max<std::int64_t>(0, done)) / halfLifeUnits);
    // What a resumed job finds done already took no time now, so the first count is only the start.
    if (m_lastDone < 0 || done < m_lastDone) {
        m_lastDone = done;
        m_lastTime = done == 0 ? m_stageStart : secondsSinceStart;
        m_unitsDone = 0;
        return;
    }
    const std::int64_t units = done - m_lastDone;
    if (units == 0)
        return;
    const double each = std::max(0.0, secondsSinceStart - m_lastTime) / double(units);
    const double share = 1 - std::pow(1 - newestShare, double(units));
    m_secondsPerUnit
        = m_unitsDone == 0 ? each : m_secondsPerUnit + share * (each - m_secondsPerUnit);
    m_unitsDone += units;
    m_lastDone = done;
    m_lastTime = secondsSinceStart;
}

double EtaEstimator::fraction() const
{
    return m_finished ? 1.0 : std::clamp(m_highest, 0.0, 1.0);
}

std::optional<EtaEstimator::Range> EtaEstimator::remaining(double secondsSinceStart) const
{
    if (m_finished)
        return Range {};
    const double later = std::max(0.0, 1 - m_before - m_weight);
    const bool rateKnown = m_unitsDone > 0 && m_total > 0;
    const bool pastKnown = m_before > 0 && m_stageStart > 0;
    if (!rateKnown && !pastKnown)
        return {};
    const double pastRate = pastKnown ? m_stageStart / m_before : 0; // seconds per whole job
    if (!rateKnown) {
        const double elapsed = secondsSinceStart - m_stageStart;
        const double rest = std::max(0.0, pastRate * (later + m_weight) - elapsed);
        return Range { rest / 2, rest * 2 };
    }
    const double waited = secondsSinceStart - m_lastTime;
    const double here = std::max(0.0, m_secondsPerUnit * double(m_total - m_lastDone) - waited);
    const double ownRate = m_weight > 0 ? m_secondsPerUnit * double(m_total) / m_weight : pastRate;
    const auto [low, high]
        = pastKnown ? std::minmax(ownRate, pastRate) : std::minmax(ownRate, ownRate);
    Range range { here + later * low, here + later * high };
    if (m_unitsDone < unitsForPoint) {
        range.lowSeconds /= 2;
        range.highSeconds *= 2;
    }
    return range;
}

} // namespace schmidt
