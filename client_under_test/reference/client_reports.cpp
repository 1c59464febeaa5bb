// The reports of the public client: connection reports, steps for people, and what a server shows. They are
// made after the decision and do not change it.
#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/reference/client_impl.h"
#include "client_under_test/reference/report_facts.h"
#include "client_under_test/reference/rfc3339.h"

namespace pinlab::client {

using InnerRefusal = pinlab::reference::Refusal;
using pinlab::reference::Plan;

void Client::Impl::describe(Verified::Lease& lease) const {
    ConnectionReport& report = lease.report;
    const Plan& plan = lease.plan;
    pinlab::reference::add_dial(report, plan.dial);
    if (plan.rule.listed) pinlab::reference::add_entry(report, plan.rule.entry);
    report.policy_version = policy_.version;
    if (plan.rule.listed) report.policy_digest = plan.rule.digest;
    if (!lease.link) return;
    const auto& finding = lease.link->finding();
    pinlab::reference::add_link(report, lease.link->facts());
    pinlab::reference::add_finding(report, finding, plan.rule.entry, now());
    report.acceptance.reset();
    if (finding && finding->faults.empty()) report.acceptance = plan.acceptance(!finding->tolerated.empty());
    if (plan.rule.expired_open) report.detail = plan.rule.detail;
}

// In the phases config and connect there is no finding yet, only the refusal.
Refusal Client::Impl::refused(Verified::Lease& lease, const InnerRefusal& refusal) const {
    lease.report.acceptance.reset();
    lease.report.phase = refusal.phase;
    lease.report.faults = refusal.faults;
    lease.report.detail = refusal.detail;
    step("refused: " + std::string(name(refusal.faults.front())) + " (" + refusal.detail + ")");
    publish(lease);
    return {lease.report};
}

Refusal Client::Impl::used_up() const {
    LeasePtr none = nothing();
    return refused(*none, {Phase::request, {Reason::internal}, "the token was used before"});
}

void Client::Impl::publish(Verified::Lease& lease) const {
    lease.report.duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - lease.started);
    if (settings_.on_report) settings_.on_report(lease.report);
}

void Client::Impl::explain_plan(const Verified::Lease& lease) const {
    if (!settings_.on_step) return;
    const Plan& plan = lease.plan;
    const HostPolicy& entry = plan.rule.entry;
    step("host: " + plan.dial.host + (plan.dial.host_is_ip ? " (an address: no SNI)" : ""));
    if (plan.rule.listed)
        step("entry: " + entry.host + ", " + std::to_string(entry.pins.size()) + " pins, " +
             std::to_string(entry.rejected.size()) + " rejected keys, " +
             (entry.mode == Mode::report ? "report" : "enforce"));
    else
        step("entry: none; unlisted hosts are " + std::string(policy_.allow_unlisted ? "allowed" : "denied"));
    std::string expires = entry.expires ? pinlab::reference::utc_text(*entry.expires) : "never";
    step("clock: " + pinlab::reference::utc_text(lease.report.time) + " (" + lease.report.clock +
         "), entry expires " + expires);
    step("trust: " + (policy_.trust_file.empty() ? "the system's store" : policy_.trust_file));
    if (!lease.report.proxy.empty()) step("proxy: " + lease.report.proxy);
}

void Client::Impl::explain_finding(const Verified::Lease& lease) const {
    if (!settings_.on_step) return;
    const ConnectionReport& report = lease.report;
    if (!report.address.empty()) step("connected: " + report.address);
    if (!report.tls_version.empty())
        step("TLS: " + report.tls_version + ", " + report.cipher + (report.resumed ? ", resumed" : ""));
    for (std::size_t i = 0; i < report.served.size(); ++i)
        step("served " + std::to_string(i) + ": " + report.served[i].subject + ", " +
             pin_text(report.served[i].spki));
    if (report.verified.empty() && !report.served.empty())
        step("path: none to an anchor; pins not evaluated");
    for (std::size_t i = 0; i < report.verified.size(); ++i)
        step("path " + std::to_string(i) + ": " + report.verified[i].subject + ", " +
             pin_text(report.verified[i].spki));
    for (Reason fault : report.faults) step("fault: " + std::string(name(fault)));
    if (report.matched)
        step("pin: " + std::to_string(report.matched->index) + " (" + report.matched->label + ", " +
             (report.matched->backup ? "backup" : "primary") + ") at depth " +
             std::to_string(report.matched->depth));
    if (report.acceptance) step("accepted: " + std::string(name(*report.acceptance)));
}

ConnectionReport Client::Impl::look(std::string_view url) {
    try {
        LeasePtr lease = begin(url);
        lease->plan.rule = {};
        lease->plan.rule.entry.pinned = false;
        lease->plan.rule.listed = false;
        lease->link =
            std::make_unique<pinlab::reference::PinnedClient>(lease->plan.dial, lease->plan.rule.entry);
        auto connected = lease->link->connect();
        describe(*lease);
        explain_finding(*lease);
        if (auto* refusal = std::get_if<InnerRefusal>(&connected)) return refused(*lease, *refusal).report;
        lease->report.phase = Phase::handshake;
        lease->link->close();
        return lease->report;
    } catch (const std::exception& error) {
        LeasePtr none = nothing();
        return refused(*none, {Phase::config, {Reason::config_invalid}, error.what()}).report;
    }
}

}  // namespace pinlab::client
