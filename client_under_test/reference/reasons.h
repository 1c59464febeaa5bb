// The closed list of reasons for which this client refuses, and how OpenSSL's verification codes map to it.
// Refuses to decide anything: it only names and orders what was found elsewhere.
#pragma once

#include <string_view>
#include <vector>

namespace pinlab_client {

/// Why a connection was refused; the wire name of each is its enumerator (PROTOCOL.md lists their meaning).
enum class Reason {
    config_invalid,
    policy_required,
    policy_expired,
    transport_failed,
    proxy_refused,
    proxy_untrusted,
    not_tls,
    protocol_too_old,
    handshake_failed,
    chain_untrusted,
    chain_malformed,
    cert_expired,
    cert_not_yet_valid,
    cert_revoked,
    cert_weak,
    name_mismatch,
    pin_rejected_key,
    pin_mismatch,
    pin_only_in_presented,
    pin_role_mismatch,
    session_policy_mismatch,
    redirect_denied,
    internal,
};

/// The lower_snake name as it stands in an outcome.
std::string_view name(Reason reason);

/// The reason behind one X509_V_ERR_* code; `internal` for codes that say nothing about the peer (out of
/// memory, misuse).
Reason reason_of_x509(int code);

/// Each reason once, in the order in which it is reported: chain trust, time, revocation, name, shape of the
/// chain (key usage, constraints, signatures), weakness, pins. The first is *the* reason; the others must not
/// be lost, or a second fault would hide behind one that somebody overrides (CVE-2014-1584, CVE-2015-2741).
std::vector<Reason> in_report_order(std::vector<Reason> found);

}  // namespace pinlab_client
