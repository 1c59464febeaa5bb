// From a URL and a policy to the plan of one connection: entry in force, dial, key. All of it is decided
// before a socket is opened.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "client_under_test/protocol/connect_options.h"
#include "client_under_test/reference/trust_store.h"
#include "pinlab/client/client.h"

namespace pinlab::reference {

using namespace protocol;

using pinlab::client::HostPolicy;
using pinlab::client::Reason;

/// The entry that applies to a host now, or why no connection may be made.
struct InForce {
    HostPolicy entry;    // unpinned where there is none, and where it has expired open
    std::string digest;  // of the entry as written
    bool listed = true;
    bool expired_open = false;
    std::optional<Reason> fault;
    std::string detail;
};
InForce in_force(const pinlab::client::Policy& policy, std::string_view host, std::time_t now);

struct Plan {
    Dial dial;
    std::string target;
    InForce rule;
    std::string route;  // host, port, address, proxy, ALPN, trust store
    std::string key;    // the same and the entry: what a session and a pooled connection are bound to

    /// Of an accepted connection under this rule; `tolerated`: the pins refused, and that is only reported.
    pinlab::client::Acceptance acceptance(bool tolerated) const;
};

/// Throws ConfigError for a URL that cannot be requested.
Plan make_plan(std::string_view url, const pinlab::client::Policy& policy, const TrustStore& trust,
               const pinlab::client::Settings& settings, std::time_t now);

bool same_origin(std::string_view one_url, std::string_view other_url);

}  // namespace pinlab::reference
