// The closed list of reasons for which a connection is refused.
#pragma once

#include <string_view>

namespace pinlab::client {

/// Why a connection was refused. The wire name of each is its enumerator. The first fault never hides a
/// second one: a Refusal carries all of them, in report order (trust, time, revocation, name, shape,
/// weakness, pins; CVE-2014-1584, CVE-2015-2741).
enum class Reason {
    config_invalid,           ///< the policy, the trust store or the URL: nothing was connected
    policy_required,          ///< no entry for the host, and the policy denies unlisted hosts
    policy_expired,           ///< the entry is past its `expires`, and `on_expiry` is closed
    transport_failed,         ///< resolution, TCP, time limit, cut connection
    proxy_refused,            ///< CONNECT not answered 200, or SOCKS5 not answered 0
    proxy_untrusted,          ///< TLS to an HTTPS proxy failed its own check
    not_tls,                  ///< something else where TLS was expected
    protocol_too_old,         ///< version or downgrade (RFC 8446 4.1.3)
    handshake_failed,         ///< alert, no certificate, bad handshake signature
    chain_untrusted,          ///< no path to an anchor; the pins were then not evaluated
    chain_malformed,          ///< not a CA, path length, key usage, constraints, signature
    cert_expired,             ///< anywhere in the path
    cert_not_yet_valid,       ///< anywhere in the path
    cert_revoked,             ///< anywhere in the path
    cert_weak,                ///< key or signature below OpenSSL's security level 2
    name_mismatch,            ///< no subjectAltName fits; the common name is never used (RFC 9525 6.3)
    pin_rejected_key,         ///< the path holds a key of the entry's `rejected` list, also with a match
    pin_mismatch,             ///< a valid path without a pinned key
    pin_only_in_presented,    ///< the same, but a pinned key is in the presented chain: a sign of attack
    pin_role_mismatch,        ///< a pinned key, but only where its role does not count
    session_policy_mismatch,  ///< the server resumed a session that the current policy does not accept
    redirect_denied,          ///< the entry's redirect rule forbids this hop
    internal,                 ///< anything else; counts as a refusal
};

/// The lower_snake name as written in a log line.
std::string_view name(Reason reason);

}  // namespace pinlab::client
