// An expired entry refuses the connection unless its author wrote "open".
#include "client_under_test/reference/plan.h"

#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/url.h"
#include "client_under_test/reference/rfc3339.h"

namespace pinlab::reference {

using pinlab::client::Acceptance;
using pinlab::client::ConfigError;
using pinlab::client::OnExpiry;
using pinlab::client::Policy;
using pinlab::client::Settings;

namespace {

// Behind a proxy the proxy resolves the name: only reserved names, which no host on the network has, may go
// there (RFC 6761).
bool stays_at_home(const std::string& host) {
    return host == "localhost" || host.ends_with(".localhost") || host.ends_with(".test") || host == "::1" ||
           (is_ip_literal(host) && host.starts_with("127."));
}

}  // namespace

InForce in_force(const Policy& policy, std::string_view host, std::time_t now) {
    InForce rule;
    const HostPolicy* entry = policy.find(host);
    if (entry == nullptr) {
        rule.listed = false;
        rule.entry.host = host;
        rule.entry.pinned = false;
        rule.digest = rule.entry.digest();
        if (!policy.allow_unlisted) {
            rule.fault = Reason::policy_required;
            rule.detail = std::string(host) + " has no entry, and unlisted hosts are denied";
        }
        return rule;
    }
    rule.entry = *entry;
    rule.digest = entry->digest();
    if (!entry->expires || now < entry->expires->time_since_epoch().count()) return rule;
    if (entry->on_expiry == OnExpiry::closed) {
        rule.fault = Reason::policy_expired;
        rule.detail = "the entry expired at " + utc_text(*entry->expires) + " and fails closed";
    } else {
        rule.expired_open = true;
        rule.entry.pinned = false;
        rule.detail =
            "warning: the entry expired at " + utc_text(*entry->expires) + "; its pins are not asked";
    }
    return rule;
}

Acceptance Plan::acceptance(bool tolerated) const {
    if (rule.expired_open) return Acceptance::policy_expired_open;
    if (!rule.entry.pinned) return Acceptance::unpinned;
    return tolerated ? Acceptance::report_only : Acceptance::pinned;
}

Plan make_plan(std::string_view text, const Policy& policy, const TrustStore& trust, const Settings& settings,
               std::time_t now) {
    Url url = parse_url(text);
    Plan plan;
    set_host(plan.dial, url.host);
    if (!url.port) throw ConfigError("url: its port is none");
    plan.dial.port = *url.port;
    plan.target = url.target;
    plan.dial.connect_to = {settings.address.empty() ? plan.dial.host : settings.address, *url.port};
    if (policy.proxy) set_proxy(plan.dial, *policy.proxy);
    plan.dial.anchors = trust.anchors;
    plan.dial.timeout = settings.timeout;
    plan.dial.clock_ahead = settings.clock_ahead;
    plan.dial.loopback_only = settings.loopback_only && !settings.beyond_loopback.contains(plan.dial.host);
    if (plan.dial.loopback_only && plan.dial.proxy && !stays_at_home(plan.dial.host))
        throw ConfigError(
            plan.dial.host +
            ": by way of a proxy only names under .test and .localhost are harmless, and no other "
            "is allowed");
    plan.rule = in_force(policy, plan.dial.host, now);
    plan.dial.tls_min = plan.rule.entry.min_tls;
    plan.route = plan.dial.authority() + "|" + settings.address + "|" + policy.proxy.value_or("") +
                 "|http/1.1|" + trust.digest;
    plan.key = plan.route + "|" + plan.rule.digest;
    return plan;
}

bool same_origin(std::string_view one_url, std::string_view other_url) {
    Url first = parse_url(one_url);
    Url other = parse_url(other_url);
    return canonical_host(first.host) == canonical_host(other.host) && first.port == other.port;
}

}  // namespace pinlab::reference
