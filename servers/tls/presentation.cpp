#include "servers/tls/presentation.h"

#include <openssl/ssl.h>
#include <boost/json/object.hpp>

#include "servers/pki/openssl.h"
#include "servers/pki/pin.h"
#include "servers/tls/handshake_settings.h"
#include "servers/util/openssl_check.h"
#include "servers/wire/observation.h"

namespace pinlab::wire {
namespace {

using util::demand;

std::string alpn_wire_form(const std::vector<std::string>& names) {
    std::string wire;
    for (const auto& name : names) {
        wire += static_cast<char>(name.size());
        wire += name;
    }
    return wire;
}

int select_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                unsigned int in_length, void* arg) {
    const std::string_view forced = forced_alpn(ssl);
    if (!forced.empty()) {
        *out = reinterpret_cast<const unsigned char*>(forced.data());
        *out_length = static_cast<unsigned char>(forced.size());
        return SSL_TLSEXT_ERR_OK;
    }
    const auto& ours = *static_cast<const std::string*>(arg);
    if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
    const int chosen = SSL_select_next_proto(const_cast<unsigned char**>(out), out_length,
                                             reinterpret_cast<const unsigned char*>(ours.data()),
                                             static_cast<unsigned>(ours.size()), in, in_length);
    return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void free_alpn(void*, void* ptr, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::string*>(ptr);
}

/// The wire form of the ALPN list lives as long as the context that points at it.
int alpn_slot() {
    static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_alpn);
    return slot;
}

}  // namespace

void ContextDeleter::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}

void apply(const Presentation& presentation, SSL* ssl) {
    const pki::Identity& identity = presentation.identity;
    demand(SSL_use_certificate(ssl, identity.leaf.native()), "show the leaf");
    demand(SSL_use_PrivateKey(ssl, identity.key.native()), "use the key of the leaf");
    demand(SSL_clear_chain_certs(ssl), "clear the chain");
    for (const auto& certificate : identity.chain) {
        demand(SSL_add1_chain_cert(ssl, certificate.native()), "show the chain");
    }
    std::string shown = identity.leaf.sha256_hex();
    for (const auto& certificate : identity.chain) shown += certificate.sha256_hex();
    apply(presentation.sessions, shown, ssl);
    apply_setting(presentation.disturbance.handshake_edit, ssl);
}

boost::json::array describe_chain(const pki::Identity& identity) {
    boost::json::array chain;
    const auto add = [&](const pki::Certificate& certificate) {
        chain.push_back(boost::json::object{{"subject", certificate.subject()},
                                            {"pin", pki::Pin::of(certificate).to_string()},
                                            {"cert_sha256", certificate.sha256_hex()}});
    };
    add(identity.leaf);
    for (const auto& certificate : identity.chain) add(certificate);
    return chain;
}

ContextPtr server_context(const TlsRange& tls, const std::vector<std::string>& alpn, bool tickets) {
    ContextPtr context(SSL_CTX_new(TLS_server_method()));
    if (!context) throw pki::Error::from_openssl("make a server context");
    demand(SSL_CTX_set_min_proto_version(context.get(), tls.min), "set the lowest version");
    demand(SSL_CTX_set_max_proto_version(context.get(), tls.max), "set the highest version");
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    // Weak keys and signatures are among what is shown on purpose: the client has to refuse them, not we.
    SSL_CTX_set_security_level(context.get(), 0);
    if (!tickets) {
        SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
        SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
        demand(SSL_CTX_set_num_tickets(context.get(), 0), "switch tickets off");
    }
    auto wire = std::make_unique<std::string>(alpn_wire_form(alpn));
    SSL_CTX_set_alpn_select_cb(context.get(), select_alpn, wire.get());
    demand(SSL_CTX_set_ex_data(context.get(), alpn_slot(), wire.release()), "keep the ALPN list");
    prepare_settings(context.get());
    return context;
}

ContextPtr trust_anything_context(const std::vector<std::string>& alpn) {
    ContextPtr context(SSL_CTX_new(TLS_client_method()));
    if (!context) throw pki::Error::from_openssl("make a client context");
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    // Cheapest first: SHA-384 takes twice as long, and nothing here needs 256 bits.
    demand(SSL_CTX_set_ciphersuites(context.get(),
                                    "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:"
                                    "TLS_AES_256_GCM_SHA384"),
           "prefer a cipher");
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    const std::string wire = alpn_wire_form(alpn);
    if (!wire.empty() &&
        SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(wire.data()),
                                static_cast<unsigned>(wire.size())) != 0) {
        throw pki::Error::from_openssl("offer ALPN");
    }
    return context;
}

}  // namespace pinlab::wire
