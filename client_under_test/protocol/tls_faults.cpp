// An unknown code is a failed handshake, never a success.
#include "client_under_test/protocol/tls_faults.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <optional>

namespace pinlab::protocol {
namespace {

// nullopt: this code alone decides nothing; the next one is looked at.
std::optional<Reason> of_ssl_reason(int reason) {
    switch (reason) {
        case SSL_R_WRONG_VERSION_NUMBER:  // the first record is not TLS
        case SSL_R_HTTP_REQUEST:
        case SSL_R_HTTPS_PROXY_REQUEST:
        case SSL_R_RECORD_LENGTH_MISMATCH:
            return Reason::not_tls;
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_WRONG_SSL_VERSION:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_UNSUPPORTED_SSL_VERSION:
        case SSL_R_INAPPROPRIATE_FALLBACK:  // the downgrade sentinel, RFC 8446 4.1.3
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return Reason::protocol_too_old;
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return Reason::transport_failed;
        case SSL_R_EE_KEY_TOO_SMALL:
        case SSL_R_CA_KEY_TOO_SMALL:
        case SSL_R_CA_MD_TOO_WEAK:
            return Reason::cert_weak;
        case ERR_R_ASN1_LIB:
        case SSL_R_CERT_LENGTH_MISMATCH:
        case SSL_R_UNKNOWN_CERTIFICATE_TYPE:
            return Reason::chain_malformed;  // bytes that are not a certificate
        default:
            return std::nullopt;
    }
}

}  // namespace

std::vector<unsigned long> drain_openssl_errors() {
    std::vector<unsigned long> codes;
    while (unsigned long code = ERR_get_error()) codes.push_back(code);
    return codes;
}

Reason reason_of_tls(const std::vector<unsigned long>& codes) {
    bool only_system = true;
    for (unsigned long code : codes) {
        if (ERR_SYSTEM_ERROR(code)) continue;
        only_system = false;
        if (ERR_GET_LIB(code) != ERR_LIB_SSL) continue;
        if (auto reason = of_ssl_reason(ERR_GET_REASON(code))) return *reason;
    }
    return only_system ? Reason::transport_failed : Reason::handshake_failed;
}

std::string tls_text(const std::vector<unsigned long>& codes, const std::string& otherwise) {
    std::string text;
    for (unsigned long code : codes) {
        const char* reason = ERR_reason_error_string(code);
        if (reason == nullptr) continue;
        if (!text.empty()) text += "; ";
        text += reason;
    }
    return text.empty() ? otherwise : text;
}

}  // namespace pinlab::protocol
