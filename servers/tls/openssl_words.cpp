#include "servers/tls/openssl_words.h"

#include <openssl/ssl.h>

#include <algorithm>

#include "servers/util/ascii.h"
#include "servers/wire/observation.h"

namespace pinlab::wire {
namespace json = boost::json;

namespace {

json::value or_null(const std::optional<std::string>& text) {
    return text ? json::value(printable(*text)) : json::value(nullptr);
}

json::array printable_list(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts) list.emplace_back(printable(text));
    return list;
}

}  // namespace

json::object hello_facts(const ClientHello& hello, std::size_t step) {
    return {{"sni", or_null(hello.sni)},
            {"alpn", printable_list(hello.alpn)},
            {"versions", printable_list(hello.versions)},
            {"early_data", hello.early_data},
            {"ticket", hello.ticket},
            {"bytes", hello.bytes},
            {"step", step}};
}

json::object handshake_facts(SSL* ssl) {
    const unsigned char* alpn = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &length);
    std::optional<std::string> chosen;
    if (length > 0) chosen.emplace(reinterpret_cast<const char*>(alpn), length);
    return {{"version", std::string(SSL_get_version(ssl)).substr(4)},  // "TLSv1.3"
            {"cipher", SSL_get_cipher_name(ssl)},
            {"resumed", SSL_session_reused(ssl) == 1},
            {"alpn", or_null(chosen)}};
}

json::object alert_facts(bool sent, int code) {
    // OpenSSL says "unknown CA" where the RFC says unknown_ca.
    std::string name = util::lower(SSL_alert_desc_string_long(code));
    std::replace(name.begin(), name.end(), ' ', '_');
    return {{"direction", sent ? "sent" : "received"}, {"name", name}, {"code", code}};
}

}  // namespace pinlab::wire
