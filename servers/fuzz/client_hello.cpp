// The ClientHello parser against OpenSSL's: what OpenSSL takes for a hello must be one here, with the same
// names. And by itself: how a hello is cut into records, or what comes behind it, changes nothing.
#include <openssl/ssl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cmake/fuzz/property.h"
#include "servers/pki/authority.h"
#include "servers/tls/client_hello.h"

namespace {

using namespace pinlab;
using fuzz::must;
using wire::HelloState;

/// What OpenSSL understood.
struct Parsed {
    bool hello = false;
    std::optional<std::string> sni;
    std::optional<std::vector<std::string>> alpn;
};

Parsed& parsed_by(SSL* ssl) {
    return *static_cast<Parsed*>(SSL_get_app_data(ssl));
}

int on_hello(SSL* ssl, int*, void*) {
    parsed_by(ssl).hello = true;
    return SSL_CLIENT_HELLO_SUCCESS;
}

int on_name(SSL* ssl, int*, void*) {
    if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) parsed_by(ssl).sni = name;
    return SSL_TLSEXT_ERR_OK;
}

int on_alpn(SSL* ssl, const unsigned char**, unsigned char*, const unsigned char* in, unsigned size, void*) {
    std::vector<std::string>& names = parsed_by(ssl).alpn.emplace();
    for (unsigned at = 0; at < size; at += 1U + in[at])
        names.emplace_back(reinterpret_cast<const char*>(in) + at + 1, in[at]);
    return SSL_TLSEXT_ERR_NOACK;
}

SSL_CTX* context() {
    static SSL_CTX* const made = [] {
        SSL_CTX* ctx = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_security_level(ctx, 0);
        SSL_CTX_set_min_proto_version(ctx, 0);
        SSL_CTX_set_client_hello_cb(ctx, &on_hello, nullptr);
        SSL_CTX_set_tlsext_servername_callback(ctx, &on_name);
        SSL_CTX_set_alpn_select_cb(ctx, &on_alpn, nullptr);
        const pki::Identity own =
            pki::self_signed({.names = {"shop.test"}}, pki::Key::generate(pki::KeyKind::p256), 1'764'000'000);
        SSL_CTX_use_certificate(ctx, own.leaf.native());
        SSL_CTX_use_PrivateKey(ctx, own.key.native());
        return ctx;
    }();
    return made;
}

Parsed ask_openssl(std::string_view bytes) {
    const pki::ExpectedFailure quiet;
    Parsed parsed;
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context()), &SSL_free);
    SSL_set_app_data(ssl.get(), &parsed);
    BIO* in = BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()));
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(ssl.get(), in, BIO_new(BIO_s_mem()));
    SSL_accept(ssl.get());
    return parsed;
}

/// The first handshake message; nothing where a record before its end is empty or of another kind, where
/// OpenSSL forgives what the parser does not.
std::optional<std::string> plain_message(std::string_view bytes) {
    std::string message;
    while (bytes.size() >= 5 && bytes[0] == 22) {
        const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
        const std::size_t length = octet(3) * 256U + octet(4);
        if (length == 0) return std::nullopt;
        message += bytes.substr(5, length);
        if (message.size() >= 4) {
            std::size_t whole = 4;
            for (int i = 1; i < 4; ++i)
                whole +=
                    static_cast<std::size_t>(static_cast<unsigned char>(message[static_cast<std::size_t>(i)]))
                    << (8 * (3 - i));
            if (message.size() >= whole) return message.substr(0, whole);
        }
        if (bytes.size() < 5 + length) return std::nullopt;
        bytes.remove_prefix(5 + length);
    }
    return std::nullopt;
}

std::string in_records(const std::string& message, std::size_t step) {
    std::string bytes;
    for (std::size_t at = 0; at < message.size(); at += step) {
        const std::string part = message.substr(at, step);
        bytes += {22, 3, 1, static_cast<char>(part.size() >> 8), static_cast<char>(part.size() & 0xff)};
        bytes += part;
    }
    return bytes;
}

bool same(const wire::ClientHello& a, const wire::ClientHello& b) {
    return a.sni == b.sni && a.alpn == b.alpn && a.versions == b.versions && a.early_data == b.early_data &&
           a.ticket == b.ticket;
}

void check_complete(std::string_view bytes, const wire::ClientHello& hello) {
    must(hello.bytes > 9 && hello.bytes <= bytes.size(),
         "a hello lies within the bytes that it was read from");
    const auto cut = wire::parse_client_hello(bytes.substr(0, hello.bytes));
    must(cut.state == HelloState::complete && same(cut.hello, hello) && cut.hello.bytes == hello.bytes,
         "what follows a hello is no part of it");
    must(wire::parse_client_hello(bytes.substr(0, hello.bytes - 1)).state != HelloState::complete ||
             plain_message(bytes.substr(0, hello.bytes - 1)).has_value(),
         "a hello ends where its message ends");
    const auto message = plain_message(bytes);
    must(message.has_value(), "a hello consists of handshake records");
    const std::size_t step = 1 + static_cast<unsigned char>(bytes.back()) * 7U;
    const auto again = wire::parse_client_hello(in_records(*message, step));
    must(again.state == HelloState::complete && same(again.hello, hello),
         "records do not change the message");
}

void check_against_openssl(std::string_view bytes, const wire::HelloResult& ours) {
    if (!plain_message(bytes)) return;
    const Parsed parsed = ask_openssl(bytes);
    if (!parsed.hello) return;
    must(ours.state == HelloState::complete, "what OpenSSL takes for a hello is one");
    if (parsed.sni) must(ours.hello.sni == parsed.sni, "the name is the one that OpenSSL reads");
    if (parsed.alpn) must(ours.hello.alpn == *parsed.alpn, "ALPN is what OpenSSL reads");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = fuzz::text_of(data, size);
    const wire::HelloResult whole = wire::parse_client_hello(bytes);
    const wire::HelloResult prefix = wire::parse_client_hello(bytes.substr(0, size / 2));
    if (prefix.state != HelloState::need_more)
        must(prefix.state == whole.state && same(prefix.hello, whole.hello),
             "what was decided stays decided");
    if (whole.state == HelloState::complete) check_complete(bytes, whole.hello);
    check_against_openssl(bytes, whole);
    return 0;
}
