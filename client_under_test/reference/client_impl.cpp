// A pooled connection and a remembered session are verified again before each use.
#include "client_under_test/reference/client_impl.h"

#include "client_under_test/reference/redirects.h"
#include "client_under_test/reference/report_facts.h"

namespace pinlab::client {

using pinlab::reference::Answer;
using pinlab::reference::PinnedClient;
using pinlab::reference::Plan;
using pinlab::reference::StoredSession;
using Token = pinlab::reference::Verified;
using InnerRefusal = pinlab::reference::Refusal;

Client::Impl::Impl(Policy policy, Settings settings)
    : policy_(std::move(policy)),
      settings_(std::move(settings)),
      trust_(pinlab::reference::load_trust(policy_)),
      sessions_(settings_.most_sessions) {}

void Client::Impl::step(const std::string& text) const {
    if (settings_.on_step) settings_.on_step(text);
}

ConnectionReport Client::Impl::blank() const {
    ConnectionReport report;
    report.time = std::chrono::sys_seconds(std::chrono::seconds(now()));
    report.clock = settings_.clock_ahead.count() == 0 ? "system" : "offset";
    report.policy_version = policy_.version;
    report.anchor_origin = trust_.origin;
    return report;
}

Client::Impl::LeasePtr Client::Impl::nothing() const {
    auto lease = std::make_unique<Verified::Lease>();
    lease->started = std::chrono::steady_clock::now();
    lease->report = blank();
    return lease;
}

Client::Impl::LeasePtr Client::Impl::begin(std::string_view url) {
    LeasePtr lease = nothing();
    lease->url = url;
    lease->plan = pinlab::reference::make_plan(url, policy_, trust_, settings_, now());
    describe(*lease);
    return lease;
}

std::variant<Client::Impl::LeasePtr, Refusal> Client::Impl::connect(std::string_view url, bool may_reuse) {
    try {
        LeasePtr lease = begin(url);
        explain_plan(*lease);
        if (lease->plan.rule.fault)
            return refused(*lease, {Phase::config, {*lease->plan.rule.fault}, lease->plan.rule.detail});
        if (may_reuse && take_idle(*lease)) return lease;
        return open(std::move(lease));
    } catch (const std::exception& error) {
        const bool ours = dynamic_cast<const ConfigError*>(&error) != nullptr;
        LeasePtr none = nothing();
        return refused(*none,
                       {Phase::config, {ours ? Reason::config_invalid : Reason::internal}, error.what()});
    }
}

std::variant<Client::Impl::LeasePtr, Refusal> Client::Impl::open(LeasePtr lease) {
    const HostPolicy& entry = lease->plan.rule.entry;
    const bool resumes = entry.resumption == Resumption::same_policy;
    lease->link = std::make_unique<PinnedClient>(lease->plan.dial, entry, resumes);
    if (resumes) offer_session(*lease);
    auto connected = lease->link->connect();
    describe(*lease);
    explain_finding(*lease);
    if (auto* refusal = std::get_if<InnerRefusal>(&connected)) return refused(*lease, *refusal);
    lease->report.phase = Phase::handshake;
    return lease;
}

void Client::Impl::offer_session(Verified::Lease& lease) {
    const std::time_t most = lease.plan.rule.entry.max_session_age.count();
    auto stored = sessions_.take(lease.plan.key, now(), most);
    if (!stored) return step("session: none that fits host, proxy, policy and trust store");
    pinlab::reference::Again again =
        pinlab::reference::judge_again(*stored->evidence, lease.plan.rule.entry, now());
    if (!again.faults.empty()) return step("session: forgotten, its path would be refused today");
    step("session: offered, its path was verified in full before and judged again now");
    lease.link->offer(std::move(*stored));
}

void Client::Impl::keep_sessions(Verified::Lease& lease) {
    if (lease.plan.rule.entry.resumption != Resumption::same_policy) return;
    for (StoredSession& session : lease.link->take_sessions())
        sessions_.put(lease.plan.key, std::move(session));
}

bool Client::Impl::take_idle(Verified::Lease& lease) {
    for (auto idle = idle_.begin(); idle != idle_.end();) {
        if ((*idle)->plan.key != lease.plan.key) {
            ++idle;
            continue;
        }
        LeasePtr candidate = std::move(*idle);
        idle = idle_.erase(idle);
        if (!candidate->link->is_quiet()) continue;
        lease.link = std::move(candidate->link);
        if (std::holds_alternative<Token>(judge_again(lease))) {
            lease.report.reused = true;
            describe(lease);
            step("pool: an idle connection, judged again");
            return true;
        }
        lease.link->close();
        lease.link.reset();
    }
    return false;
}

std::variant<Token, InnerRefusal> Client::Impl::judge_again(Verified::Lease& lease) {
    Plan plan = pinlab::reference::make_plan(lease.url, policy_, trust_, settings_, now());
    if (plan.rule.fault) return InnerRefusal{Phase::request, {*plan.rule.fault}, plan.rule.detail};
    if (plan.route != lease.plan.route)
        return InnerRefusal{Phase::request,
                            {Reason::session_policy_mismatch},
                            "the connection was made by another way or under another trust store"};
    if (plan.dial.tls_min == TlsVersion::v1_3 && lease.link->facts().tls_version == "TLSv1.2")
        return InnerRefusal{Phase::request, {Reason::protocol_too_old}, "the connection speaks TLS 1.2"};
    lease.plan = std::move(plan);
    return lease.link->again(lease.plan.rule.entry);
}

std::variant<Response, Refusal> Client::Impl::send(LeasePtr lease, const Request& request) {
    if (auto why = pinlab::reference::request_fault(request))
        return refused(*lease, {Phase::request, {Reason::config_invalid}, *why});
    auto judged = judge_again(*lease);
    if (auto* refusal = std::get_if<InnerRefusal>(&judged)) {
        lease->link->close();
        return refused(*lease, *refusal);
    }
    lease->link->grant_time();
    auto answered = lease->link->get(std::get<Token>(std::move(judged)), {.method = request.method,
                                                                          .target = lease->plan.target,
                                                                          .headers = request.headers,
                                                                          .body = request.body,
                                                                          .most_body = settings_.most_body});
    describe(*lease);
    if (auto* refusal = std::get_if<InnerRefusal>(&answered)) return refused(*lease, *refusal);
    Answer& answer = std::get<Answer>(answered);
    keep_sessions(*lease);
    lease->report.phase = Phase::request;
    lease->report.status = answer.status;
    publish(*lease);
    Response response{answer.status, std::move(answer.body), std::move(answer.headers),
                      std::move(answer.location), lease->report};
    retire(std::move(lease), answer.reusable);
    return response;
}

std::variant<Response, Refusal> Client::Impl::exchange(std::string_view url, const Request& request) {
    bool may_reuse = true;
    for (;;) {
        auto connected = connect(url, may_reuse);
        if (auto* refusal = std::get_if<Refusal>(&connected)) return std::move(*refusal);
        auto sent = send(std::get<LeasePtr>(std::move(connected)), request);
        auto* refusal = std::get_if<Refusal>(&sent);
        const bool left = refusal != nullptr && refusal->report.reused &&
                          refusal->report.faults.front() == Reason::transport_failed;
        if (!may_reuse || !left || (request.method != "GET" && request.method != "HEAD")) return sent;
        step("pool: the server had left; once more on a new connection");
        may_reuse = false;
    }
}

void Client::Impl::retire(LeasePtr lease, bool reusable) {
    if (!reusable || settings_.most_idle == 0) return lease->link->close();
    idle_.push_back(std::move(lease));
    if (idle_.size() <= settings_.most_idle) return;
    idle_.front()->link->close();
    idle_.pop_front();
}

std::variant<std::string, Refusal> Client::Impl::follow(const std::string& url, const Response& response,
                                                        std::size_t hop) {
    LeasePtr at = nothing();
    at->report = response.report;
    auto deny = [&](const std::string& why) -> Refusal {
        return refused(*at, {Phase::request, {Reason::redirect_denied}, why});
    };
    try {
        if (hop >= settings_.most_redirects) return deny("too many redirects");
        auto target = pinlab::reference::resolve_location(url, *response.location);
        if (!target) return deny("the redirect leaves https, or cannot be read");
        Plan from = pinlab::reference::make_plan(url, policy_, trust_, settings_, now());
        Plan to = pinlab::reference::make_plan(*target, policy_, trust_, settings_, now());
        if (!pinlab::reference::may_follow(from.rule.entry.redirect, policy_.find(from.dial.host),
                                           policy_.find(to.dial.host)))
            return deny("the entry's redirect rule does not allow " + to.dial.authority());
        step("redirect: " + std::to_string(response.status) + " to " + to.dial.authority());
        return *target;
    } catch (const ConfigError& error) {
        return deny(error.what());
    }
}

// Connections that are still allowed stay open; the others are closed before the next request can use them.
void Client::Impl::reload(Policy policy) {
    pinlab::reference::TrustStore trust = pinlab::reference::load_trust(policy);
    policy_ = std::move(policy);
    trust_ = std::move(trust);
    sessions_.flush();
    for (auto idle = idle_.begin(); idle != idle_.end();) {
        if (std::holds_alternative<Token>(judge_again(**idle))) {
            ++idle;
            continue;
        }
        (*idle)->link->close();
        idle = idle_.erase(idle);
    }
}

}  // namespace pinlab::client
