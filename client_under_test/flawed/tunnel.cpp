// Bytes that a proxy sends before it was asked for them are an error.
#include "client_under_test/flawed/tunnel.h"

#include <openssl/x509v3.h>

#include "client_under_test/flawed/http.h"
#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/socks5.h"

namespace pinlab::flawed {
namespace {

using pinlab::protocol::Brief;
using pinlab::protocol::ProxyKind;
using pinlab::protocol::Reason;

/// TLS to the proxy itself: ordinary validation, its own name, no pins.
void secure_proxy(Link& link, const Brief& brief, const Behaviour& behaviour) {
    pinlab::protocol::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_verify(context.get(), behaviour.proxy_certificate_checked ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                       nullptr);
    SSL_CTX_load_verify_file(context.get(), brief.ca_file.c_str());
    SSL* tls = link.start_tls(context.get());
    const std::string& name = brief.proxy->address;
    if (pinlab::protocol::is_ip_literal(name)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name.c_str());
    } else {
        SSL_set1_host(tls, name.c_str());
        SSL_set_tlsext_host_name(tls, name.c_str());
    }
    try {
        link.handshake();
    } catch (const LinkError& error) {
        link.part();
        throw LinkError(Reason::proxy_untrusted, std::string("the proxy: ") + error.what());
    }
}

void connect(Link& link, const Brief& brief, const Behaviour& behaviour) {
    std::string request = "CONNECT " + brief.authority() + " HTTP/1.1\r\nHost: " + brief.authority() + "\r\n";
    if (behaviour.request_headers_to_proxy) request += "X-Pinlab-Canary: " + brief.canary + "\r\n";
    link.write(request + "\r\n");
    std::string rest;
    int status = 0;
    try {
        status = status_of(read_head(link, rest));
    } catch (const LinkError& error) {
        throw LinkError(Reason::proxy_refused, std::string("no answer to CONNECT: ") + error.what());
    }
    if (status != 200)
        throw LinkError(Reason::proxy_refused, "CONNECT was answered " + std::to_string(status));
    if (!rest.empty()) throw LinkError(Reason::not_tls, "the tunnel spoke before it was asked");
}

/// Reads until `reply` has that many bytes. Throws LinkError at an early end, and for bytes beyond them.
void read_up_to(Link& link, std::string& reply, std::size_t size) {
    while (reply.size() < size) {
        const std::string more = link.read();
        if (more.empty()) throw LinkError(Reason::proxy_refused, "no whole reply");
        reply += more;
    }
}

void socks(Link& link, const Brief& brief) {
    std::string reply;
    link.write(pinlab::protocol::socks5_greeting());
    read_up_to(link, reply, pinlab::protocol::socks5_choice_size);
    if (auto why = pinlab::protocol::socks5_refusal(reply)) throw LinkError(Reason::proxy_refused, *why);
    reply.clear();
    link.write(pinlab::protocol::socks5_request(brief));
    read_up_to(link, reply, pinlab::protocol::socks5_reply_head_size);
    if (auto why = pinlab::protocol::socks5_refusal(reply)) throw LinkError(Reason::proxy_refused, *why);
    const auto more = pinlab::protocol::socks5_more(reply);
    if (!more) throw LinkError(Reason::proxy_refused, "the reply is none");
    read_up_to(link, reply, pinlab::protocol::socks5_reply_head_size + *more);
    if (reply.size() > pinlab::protocol::socks5_reply_head_size + *more)
        throw LinkError(Reason::not_tls, "the tunnel spoke before it was asked");
}

}  // namespace

void open_tunnel(Link& link, const Brief& brief, const Behaviour& behaviour) {
    if (brief.proxy_kind == ProxyKind::socks5) return socks(link, brief);
    if (brief.proxy_kind == ProxyKind::https) secure_proxy(link, brief, behaviour);
    connect(link, brief, behaviour);
}

}  // namespace pinlab::flawed
