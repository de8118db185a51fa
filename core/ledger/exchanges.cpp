// SPDX-License-Identifier: Apache-2.0
#include "ledger/exchanges.h"

#include "ledger/ledger.h"

#include <algorithm>

namespace schmidt {

namespace {

    constexpr const char* key = "exchanges";
    constexpr std::size_t mostKept = 50;

    Json toJson(const Exchange& exchange)
    {
        Json answers = Json::array();
        for (const KeptAnswer& kept : exchange.answers) {
            Json entry = kept.answer;
            entry["run_id"] = kept.run.value;
            answers.push_back(std::move(entry));
        }
        return { { "created_at", exchange.createdAt },
                 { "workload", exchange.workload },
                 { "prompt", exchange.prompt },
                 { "temperature", exchange.temperature },
                 { "seed", exchange.seed },
                 { "answers", std::move(answers) } };
    }

    Exchange exchangeFromJson(const Json& json)
    {
        Exchange exchange;
        exchange.createdAt = jsonValue<std::string>(json, "created_at", {});
        exchange.workload = jsonValue<std::string>(json, "workload", {});
        exchange.prompt = jsonValue<std::string>(json, "prompt", {});
        exchange.temperature = jsonValue<double>(json, "temperature", 0.0);
        exchange.seed = jsonValue<std::uint64_t>(json, "seed", 0);
        for (Json& entry : jsonValue<std::vector<Json>>(json, "answers", {})) {
            KeptAnswer kept { RunId { jsonValue<std::int64_t>(entry, "run_id", 0) }, {} };
            if (entry.is_object())
                entry.erase("run_id");
            kept.answer = std::move(entry);
            exchange.answers.push_back(std::move(kept));
        }
        return exchange;
    }

} // namespace

const KeptAnswer* Exchange::answerOf(RunId run) const
{
    const auto found = std::find_if(answers.begin(), answers.end(),
                                    [run](const KeptAnswer& answer) { return answer.run == run; });
    return found == answers.end() ? nullptr : &*found;
}

Result<std::vector<Exchange>> keptExchanges(const Ledger& ledger)
{
    SCHMIDT_TRY(const Json stored, ledger.value(key));
    std::vector<Exchange> exchanges;
    if (stored.is_array())
        for (const Json& entry : stored)
            exchanges.push_back(exchangeFromJson(entry));
    return exchanges;
}

Result<void> keepExchange(Ledger& ledger, Exchange exchange)
{
    SCHMIDT_TRY(std::vector<Exchange> kept, keptExchanges(ledger));
    const auto former
        = std::find_if(kept.begin(), kept.end(), [&exchange](const Exchange& earlier) {
              return earlier.prompt == exchange.prompt && earlier.seed == exchange.seed
                  && earlier.temperature == exchange.temperature;
          });
    if (former != kept.end()) {
        for (KeptAnswer& answer : former->answers)
            if (!exchange.answerOf(answer.run))
                exchange.answers.push_back(std::move(answer));
        kept.erase(former);
    }
    kept.push_back(std::move(exchange));
    Json stored = Json::array();
    for (std::size_t index = kept.size() - std::min(kept.size(), mostKept); index < kept.size();
         ++index)
        stored.push_back(toJson(kept[index]));
    return ledger.setValue(key, stored);
}

} // namespace schmidt
