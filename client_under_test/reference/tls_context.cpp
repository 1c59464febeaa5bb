#include "client_under_test/reference/tls_context.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <stdexcept>

#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/tls_faults.h"

namespace pinlab::reference {
namespace {

using pinlab::client::ConfigError;

int native(TlsVersion version) {
    return version == TlsVersion::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

void set_anchors(SSL_CTX* context, const Dial& dial) {
    if (dial.anchors) {
        SSL_CTX_set1_cert_store(context, dial.anchors.get());
    } else if (SSL_CTX_load_verify_file(context, dial.ca_file.c_str()) != 1) {
        throw ConfigError("ca_file " + dial.ca_file + ": " +
                          tls_text(drain_openssl_errors(), "cannot be read"));
    }
}

}  // namespace

void start_openssl() {
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

SslCtxPtr make_context(const Dial& dial, Verifier& verifier) {
    SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw std::runtime_error(tls_text(drain_openssl_errors(), "SSL_CTX_new failed"));
    verifier.attach(context.get());
    SSL_CTX_set_min_proto_version(context.get(), native(dial.tls_min));
    SSL_CTX_set_max_proto_version(context.get(), native(dial.tls_max));
    SSL_CTX_set_security_level(context.get(), 2);  // no SHA-1, no RSA below 2048
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    if (dial.clock_ahead.count() != 0)
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()),
                                   std::time(nullptr) + dial.clock_ahead.count());
    set_anchors(context.get(), dial);
    return context;
}

SslCtxPtr make_proxy_context(const Dial& dial) {
    SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw std::runtime_error(tls_text(drain_openssl_errors(), "SSL_CTX_new failed"));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_security_level(context.get(), 2);
    set_anchors(context.get(), dial);
    return context;
}

void expect_peer(SSL* connection, const Dial& dial) {
    static constexpr unsigned char http11[] = "\x08http/1.1";
    if (SSL_set_alpn_protos(connection, http11, sizeof http11 - 1) != 0)  // zero means success
        throw std::runtime_error(tls_text(drain_openssl_errors(), "ALPN could not be set"));
    expect_name(connection, dial.host);
}

void expect_name(SSL* connection, const std::string& host) {
    bool good = true;
    if (is_ip_literal(host)) {
        good = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
    } else {
        SSL_set_hostflags(connection,
                          X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        good = SSL_set1_host(connection, host.c_str()) == 1 &&
               SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
    }
    if (!good) throw std::runtime_error(tls_text(drain_openssl_errors(), "the peer's name could not be set"));
}

}  // namespace pinlab::reference
