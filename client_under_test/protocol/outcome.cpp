// Bytes of the peer are escaped or replaced before they are printed.
#include "client_under_test/protocol/outcome.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

namespace pinlab::protocol {
namespace {

namespace json = boost::json;

std::string_view name(Claim claim) {
    constexpr std::string_view names[] = {"accept", "reject", "unsupported"};
    return names[static_cast<int>(claim)];
}

std::string printable(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c >= 0x7f || (c < 0x20 && c != '\n'); }, '?');
    return out;
}

template <class T>
json::value or_null(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::value match_json(const std::optional<PinMatch>& match) {
    if (!match) return nullptr;
    return json::object{{"index", match->index}, {"depth", match->depth}};
}

}  // namespace

Outcome rejected(Refusal refusal) {
    Outcome outcome;
    outcome.phase = refusal.phase;
    outcome.faults = std::move(refusal.faults);
    outcome.detail = std::move(refusal.detail);
    return outcome;
}

Outcome accepted(const Answer& answer, std::optional<PinMatch> match) {
    Outcome outcome;
    outcome.claim = Claim::accept;
    outcome.phase = Phase::request;
    outcome.verdict = match ? "accept_pinned" : "accept_unpinned";
    outcome.status = answer.status;
    outcome.body = answer.body;
    outcome.detail = match ? "verified, and a pinned key is in the path" : "verified; no pins were asked for";
    outcome.matched_pin = match;
    return outcome;
}

Outcome unsupported(std::string detail) {
    Outcome outcome;
    outcome.claim = Claim::unsupported;
    outcome.detail = std::move(detail);
    return outcome;
}

std::string to_json(const Outcome& outcome) {
    json::array faults;
    for (Reason fault : outcome.faults) faults.emplace_back(pinlab::protocol::name(fault));
    json::object line;
    line["claim"] = name(outcome.claim);
    line["reason"] = outcome.faults.empty() ? json::value(nullptr) : faults.front();
    line["verdict"] = or_null(outcome.verdict);
    line["faults"] = std::move(faults);
    line["phase"] = name(outcome.phase);
    line["status"] = or_null(outcome.status);
    line["body"] =
        outcome.body ? json::value(printable(std::string_view(*outcome.body).substr(0, 200))) : nullptr;
    line["detail"] = printable(outcome.detail);
    line["matched_pin"] = match_json(outcome.matched_pin);
    return json::serialize(line);
}

}  // namespace pinlab::protocol
