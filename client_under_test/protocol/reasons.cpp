// An OpenSSL code that is not in the map counts as a malformed chain, so that no fault is lost.
#include "client_under_test/protocol/reasons.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>

namespace pinlab::client {
namespace {

constexpr std::array<std::string_view, 23> reason_names = {"config_invalid",
                                                           "policy_required",
                                                           "policy_expired",
                                                           "transport_failed",
                                                           "proxy_refused",
                                                           "proxy_untrusted",
                                                           "not_tls",
                                                           "protocol_too_old",
                                                           "handshake_failed",
                                                           "chain_untrusted",
                                                           "chain_malformed",
                                                           "cert_expired",
                                                           "cert_not_yet_valid",
                                                           "cert_revoked",
                                                           "cert_weak",
                                                           "name_mismatch",
                                                           "pin_rejected_key",
                                                           "pin_mismatch",
                                                           "pin_only_in_presented",
                                                           "pin_role_mismatch",
                                                           "session_policy_mismatch",
                                                           "redirect_denied",
                                                           "internal"};
static_assert(reason_names.size() == static_cast<std::size_t>(Reason::internal) + 1);

}  // namespace

std::string_view name(Reason reason) {
    return reason_names.at(static_cast<std::size_t>(reason));
}

}  // namespace pinlab::client

namespace pinlab::protocol {
namespace {

// Only reasons that can occur together need an order; a reason from the transport is always the only one.
constexpr std::array fault_order = {
    Reason::chain_untrusted,   Reason::cert_expired,     Reason::cert_not_yet_valid,
    Reason::cert_revoked,      Reason::name_mismatch,    Reason::chain_malformed,
    Reason::cert_weak,         Reason::pin_rejected_key, Reason::pin_only_in_presented,
    Reason::pin_role_mismatch, Reason::pin_mismatch};

auto rank(Reason reason) {
    return std::find(fault_order.begin(), fault_order.end(), reason) - fault_order.begin();
}

}  // namespace

Reason reason_of_x509(int code) {
    switch (code) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        case X509_V_ERR_CERT_UNTRUSTED:
        case X509_V_ERR_CERT_REJECTED:
            return Reason::chain_untrusted;
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return Reason::cert_expired;
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return Reason::cert_not_yet_valid;
        case X509_V_ERR_CERT_REVOKED:
            return Reason::cert_revoked;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_EMAIL_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return Reason::name_mismatch;
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return Reason::cert_weak;
        case X509_V_ERR_OUT_OF_MEM:
        case X509_V_ERR_INVALID_CALL:
        case X509_V_ERR_STORE_LOOKUP:
            return Reason::internal;
        default:
            return Reason::chain_malformed;
    }
}

std::vector<Reason> in_report_order(std::vector<Reason> found) {
    std::stable_sort(found.begin(), found.end(),
                     [](Reason a, Reason b) { return rank(a) != rank(b) ? rank(a) < rank(b) : a < b; });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace pinlab::protocol
