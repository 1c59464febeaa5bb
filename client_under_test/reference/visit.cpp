// One visit from brief to outcome, in the order configuration, connection, token, request. The policy is
// read to its end before a socket is opened.
#include <iostream>

#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/reference/pinned_client.h"

namespace pinlab::reference {
namespace {

Request request_of(const Brief& brief) {
    return {.target = brief.target,
            .headers = {{"User-Agent", "pinlab-client"}, {"X-Pinlab-Canary", brief.canary}},
            .websocket = brief.websocket};
}

// An acceptance that PKI alone decided must not be reported as one by pins.
Outcome with_match(Outcome outcome, bool expired, const Finding& finding) {
    using pinlab::client::Acceptance;
    if (expired) {
        outcome.verdict = name(Acceptance::policy_expired_open);
        outcome.detail = "warning: the pin set has expired, PKI alone has decided";
    } else if (!finding.tolerated.empty()) {
        outcome.verdict = name(Acceptance::report_only);
        outcome.detail =
            "warning: report only; " + std::string(name(finding.tolerated.front())) + ": " + finding.detail;
    }
    return outcome;
}

}  // namespace

Outcome visit(const Brief& brief) {
    try {
        PinPolicy policy = PinPolicy::parse(brief.pins);
        if (policy.lacks_backup())
            std::cerr << "warning: a single pin leaves no way to rotate the key (RFC 7469 4.3)\n";
        HostPolicy entry = policy.entry();
        const bool expired = policy.pinned() && brief.pin_set.expired(brief.clock_ahead);
        if (expired && !brief.pin_set.opens_on_expiry)
            return rejected({Phase::config, {Reason::policy_expired}, "the pin set has expired"});
        if (expired) entry.pinned = false;
        if (brief.pin_set.reports) entry.mode = pinlab::client::Mode::report;
        PinnedClient client(brief, std::move(entry));
        auto connected = client.connect();
        if (auto* refusal = std::get_if<Refusal>(&connected)) return rejected(std::move(*refusal));
        auto& token = std::get<Verified>(connected);
        auto matched = token.matched();
        auto answered = client.get(std::move(token), request_of(brief));
        if (auto* refusal = std::get_if<Refusal>(&answered)) return rejected(std::move(*refusal));
        const Answer& answer = std::get<Answer>(answered);
        if (answer.location)
            return rejected({Phase::request, {Reason::redirect_denied}, "redirects are not followed"});
        client.close();
        return with_match(accepted(answer, matched), expired, *client.finding());
    } catch (const ConfigError& error) {
        return rejected({Phase::config, {Reason::config_invalid}, error.what()});
    } catch (const std::exception& error) {
        return rejected({Phase::config, {Reason::internal}, error.what()});
    }
}

}  // namespace pinlab::reference
