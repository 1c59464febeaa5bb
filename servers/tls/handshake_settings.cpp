// Settings of one connection, by name.
#include "servers/tls/handshake_settings.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/ssl.h>

#include <functional>
#include <map>
#include <memory>

#include "servers/pki/openssl.h"
#include "servers/util/openssl_check.h"

namespace pinlab::wire {
namespace {

constexpr unsigned grease = 0x2a2a;  // RFC 8701
constexpr std::string_view foreign_protocol = "pinlab/9";

// The size of the export suites, and of Logjam (CVE-2015-4000). Made with `openssl dhparam 512`.
constexpr const char* prime_512 =
    "9F9C8C6B7F254DC0EF9C5F4E75C1E858CE792530D21068E7853762582C18903127A572AD282F89C9DFA102240B67A6FB"
    "EBC6A9BA89949E2AC6547FF1B87C471F";

using util::demand;

pki::BignumPtr prime(int bits) {
    BIGNUM* number = nullptr;
    if (bits == 512) BN_hex2bn(&number, prime_512);
    if (bits == 1024) number = BN_get_rfc2409_prime_1024(nullptr);
    if (bits == 2048) number = BN_get_rfc3526_prime_2048(nullptr);
    return pki::BignumPtr(number);
}

/// Diffie-Hellman over the integers with a group of this size, generator 2.
void use_group(SSL* ssl, int bits) {
    const pki::BignumPtr p = prime(bits);
    const pki::BignumPtr g(BN_new());
    const std::unique_ptr<OSSL_PARAM_BLD, pki::Freer<&OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
    demand(p && g && BN_set_word(g.get(), 2), "make a group");
    demand(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, p.get()), "make a group");
    demand(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, g.get()), "make a group");
    const std::unique_ptr<OSSL_PARAM, pki::Freer<&OSSL_PARAM_free>> params(
        OSSL_PARAM_BLD_to_param(builder.get()));
    const pki::EvpPkeyCtxPtr maker(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
    EVP_PKEY* group = nullptr;
    demand(EVP_PKEY_fromdata_init(maker.get()), "make a group");
    demand(EVP_PKEY_fromdata(maker.get(), &group, EVP_PKEY_KEY_PARAMETERS, params.get()), "make a group");
    // Even level 0 knows no group below 1024 bits.
    SSL_set_security_callback(ssl, [](const SSL*, const SSL_CTX*, int, int, int, void*, void*) { return 1; });
    demand(SSL_set0_tmp_dh_pkey(ssl, group), "use a group");
    demand(SSL_set_cipher_list(ssl, "DHE-RSA-AES128-GCM-SHA256"), "choose a suite");
}

int mark_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

/// Marks stand on one connection and are read by callbacks of its context.
void mark(SSL* ssl, std::string_view* what) {
    demand(SSL_set_ex_data(ssl, mark_slot(), what), "mark a connection");
}

std::string_view marked(SSL* ssl) {
    const auto* found = static_cast<const std::string_view*>(SSL_get_ex_data(ssl, mark_slot()));
    return found ? *found : std::string_view();
}

int add_grease(SSL* ssl, unsigned, unsigned, const unsigned char** out, std::size_t* size, X509*, std::size_t,
               int*, void*) {
    static constexpr unsigned char value[] = {0xde, 0xad};
    *out = value;
    *size = sizeof value;
    return marked(ssl) == "grease" ? 1 : 0;
}

/// What a client says about an unknown extension does not matter to the handshake.
int ignore_grease(SSL*, unsigned, unsigned, const unsigned char*, std::size_t, X509*, std::size_t, int*,
                  void*) {
    return 1;
}

void ask_for_certificate(SSL* ssl) {
    SSL_set_verify(ssl, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
}

void only(SSL* ssl, int version) {
    demand(SSL_set_min_proto_version(ssl, version), "speak an old version");
    demand(SSL_set_max_proto_version(ssl, version), "speak an old version");
}

void no_common_suite(SSL* ssl) {
    demand(SSL_set_cipher_list(ssl, "ECDHE-ECDSA-NULL-SHA"), "choose a suite");
    demand(SSL_set_ciphersuites(ssl, "TLS_AES_128_CCM_8_SHA256"), "choose a suite");
}

using Setting = std::function<void(SSL*)>;

const std::map<std::string_view, Setting>& settings() {
    static std::string_view alpn_mark = "unoffered_alpn";
    static std::string_view grease_mark = "grease";
    static const std::map<std::string_view, Setting> all = {
        // No certificate at all: the server is not authenticated (RFC 5246 A.5).
        {"anonymous",
         [](SSL* ssl) { demand(SSL_set_cipher_list(ssl, "AECDH-AES128-SHA"), "choose a suite"); }},
        {"client_certificate", ask_for_certificate},
        {"dh_512", [](SSL* ssl) { use_group(ssl, 512); }},
        {"dh_1024", [](SSL* ssl) { use_group(ssl, 1024); }},
        {"dh_2048", [](SSL* ssl) { use_group(ssl, 2048); }},
        {"grease",
         [](SSL* ssl) {
             ask_for_certificate(ssl);
             mark(ssl, &grease_mark);
         }},
        // A group for which clients rarely send a share at once (RFC 8446 4.1.4).
        {"hello_retry", [](SSL* ssl) { demand(SSL_set1_groups_list(ssl, "P-384"), "choose a group"); }},
        {"hide_tls13",
         [](SSL* ssl) { demand(SSL_set_max_proto_version(ssl, TLS1_3_VERSION), "know TLS 1.3"); }},
        {"no_cipher", no_common_suite},
        {"null_cipher",
         [](SSL* ssl) { demand(SSL_set_cipher_list(ssl, "ECDHE-ECDSA-NULL-SHA"), "choose a suite"); }},
        {"small_record", [](SSL* ssl) { demand(SSL_set_max_send_fragment(ssl, 512), "split records"); }},
        {"static_rsa", [](SSL* ssl) { demand(SSL_set_cipher_list(ssl, "AES128-SHA"), "choose a suite"); }},
        {"speaks_tls10", [](SSL* ssl) { only(ssl, TLS1_VERSION); }},
        {"speaks_tls11", [](SSL* ssl) { only(ssl, TLS1_1_VERSION); }},
        {"unoffered_alpn", [](SSL* ssl) { mark(ssl, &alpn_mark); }},
    };
    return all;
}

}  // namespace

std::vector<std::string_view> handshake_settings() {
    std::vector<std::string_view> names;
    for (const auto& [name, setting] : settings()) names.push_back(name);
    return names;
}

void apply_setting(std::string_view name, SSL* ssl) {
    const auto found = settings().find(name);
    if (found != settings().end()) found->second(ssl);
}

void prepare_settings(SSL_CTX* context) {
    // Of two values in sixteen a browser's hello has this one itself; OpenSSL refuses an extension that
    // is registered for another message alone ("bad extension"), where it would have ignored an unknown one.
    constexpr unsigned places = SSL_EXT_CLIENT_HELLO | SSL_EXT_TLS1_3_CERTIFICATE_REQUEST;
    demand(
        SSL_CTX_add_custom_ext(context, grease, places, add_grease, nullptr, nullptr, ignore_grease, nullptr),
        "know an unknown extension");
}

std::string_view forced_alpn(SSL* ssl) {
    return marked(ssl) == "unoffered_alpn" ? foreign_protocol : std::string_view();
}

}  // namespace pinlab::wire
