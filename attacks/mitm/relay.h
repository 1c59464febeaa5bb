// Moves bytes between the client and the real origin, through the hooks of the attack, and journals what
// passes: requests, watched patterns, alerts and totals.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "attacks/attack.h"
#include "attacks/mitm/brief.h"
#include "attacks/mitm/upstream.h"
#include "servers/net/connection.h"
#include "servers/tls/relayed_tls.h"
#include "servers/wire/request_watch.h"

namespace pinlab::mitm {

/// The two sides of one intercepted connection.
struct RelaySession {
    std::shared_ptr<wire::Connection> client;
    std::shared_ptr<Upstream> origin;  ///< null until it is connected
    Attack& attack;
    const MitmBrief& brief;
    wire::RequestWatch watch{brief.watch};
    std::optional<wire::RelayedTls> sealed{};  ///< set where TLS is not ended here: what its records show
    std::size_t bytes_up = 0;
    std::size_t bytes_down = 0;
    std::size_t exchanges = 0;
    bool asked = false;  ///< a request went up and no answer has followed yet
};

/// Journals `canary_seen` for each watched pattern in what the client has sent. `where` the bytes could be
/// read: "tls" with the attacker's key, "clear" without any key.
void scan_request(RelaySession& session, const std::string& bytes, const char* where);
/// Journals `request` for the first bytes of a request.
void journal_request(RelaySession& session, const std::string& bytes);
/// Copies bytes both ways until both sides have ended, then journals `relayed`. `where` as above.
wire::Awaitable<void> relay_until_end(RelaySession& session, const char* where);

}  // namespace pinlab::mitm
