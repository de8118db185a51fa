// SPDX-License-Identifier: Apache-2.0
#include "jobs/job.h"

#include <chrono>
#include <mutex>
#include <unistd.h>

namespace schmidt {

namespace {

    using Clock = std::chrono::steady_clock;
    constexpr auto progressInterval = std::chrono::milliseconds(100);

} // namespace

struct EventWriter::State {
    explicit State(Sink sink)
        : sink(std::move(sink))
    {
    }

    void send(JobEvent::Type type, Json data)
    {
        const std::lock_guard lock(mutex);
        sendLocked(type, std::move(data));
    }

    /// The last word of a job: nothing is sent after it.
    void finish(JobEvent::Type type, Json data)
    {
        const std::lock_guard lock(mutex);
        flushLocked();
        sendLocked(type, std::move(data));
        finished = true;
    }

    void enterStage(const std::string& id)
    {
        const std::lock_guard lock(mutex);
        flushLocked();
        stage = id;
        firstOfStage = true;
        sendLocked(JobEvent::Type::Stage, { { "stage", id } });
    }

    void progress(const Progress& progress)
    {
        const std::lock_guard lock(mutex);
        const auto now = Clock::now();
        const bool last = progress.total > 0 && progress.done >= progress.total;
        pending = progress;
        if (firstOfStage || last || now - lastProgress >= progressInterval) {
            flushLocked();
            firstOfStage = false;
            lastProgress = now;
        }
    }

    void flushLocked()
    {
        if (!pending)
            return;
        Json data { { "stage", stage },
                    { "done", pending->done },
                    { "total", pending->total },
                    { "unit", pending->unit } };
        if (!pending->item.empty())
            data["item"] = pending->item;
        pending.reset();
        sendLocked(JobEvent::Type::Progress, std::move(data));
    }

    void sendLocked(JobEvent::Type type, Json data)
    {
        if (!finished && sink)
            sink({ type, std::move(data) });
    }

    std::mutex mutex;
    Sink sink;
    std::string stage;
    bool firstOfStage = true;
    bool finished = false;
    Clock::time_point lastProgress;
    std::optional<Progress> pending; ///< held back by the throttle
};

EventWriter::EventWriter(Sink sink)
    : m_state(std::make_shared<State>(std::move(sink)))
{
}

EventWriter::~EventWriter()
{
    // The sink often refers to locals of the caller; contexts that outlive this object fall silent.
    const std::lock_guard lock(m_state->mutex);
    m_state->flushLocked();
    m_state->finished = true;
}

void EventWriter::started(const std::string& title, const std::vector<StageWeight>& stages)
{
    Json list = Json::array();
    for (const StageWeight& stage : stages)
        list.push_back(
            { { "id", stage.id }, { "title", stage.title }, { "weight", stage.weight } });
    m_state->send(JobEvent::Type::Started,
                  { { "title", title }, { "process", ::getpid() }, { "stages", std::move(list) } });
}

void EventWriter::stage(const std::string& id)
{
    m_state->enterStage(id);
}

void EventWriter::progress(const Progress& progress)
{
    m_state->progress(progress);
}

void EventWriter::partial(const std::string& kind, Json payload)
{
    m_state->send(JobEvent::Type::Partial, { { "kind", kind }, { "payload", std::move(payload) } });
}

void EventWriter::metric(const Metric& metric)
{
    m_state->send(JobEvent::Type::Metric, toJson(metric));
}

void EventWriter::log(const std::string& level, const std::string& text)
{
    m_state->send(JobEvent::Type::Log, { { "level", level }, { "text", text } });
}

void EventWriter::artifact(const std::string& kind, const std::filesystem::path& path)
{
    m_state->send(JobEvent::Type::Artifact, { { "kind", kind }, { "path", path.string() } });
}

void EventWriter::done(Json summary)
{
    m_state->finish(JobEvent::Type::Done, { { "summary", std::move(summary) } });
}

void EventWriter::failed(const Error& error)
{
    Json data { { "code", errorCodeName(error.code) }, { "message", error.message } };
    if (!error.detail.empty())
        data["detail"] = error.detail;
    m_state->finish(JobEvent::Type::Failed, std::move(data));
}

WorkContext EventWriter::context(const CancelToken& cancel)
{
    WorkContext context;
    context.cancel = cancel;
    context.progress = [state = m_state](const Progress& progress) { state->progress(progress); };
    return context;
}

} // namespace schmidt
