// What the tests of TLS in memory share: an SSL between two BIOs, and bytes that are carried by hand. No
// sockets.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace pinlab::test {

struct Freed {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslPtr = std::unique_ptr<SSL, Freed>;
using SessionPtr = std::unique_ptr<SSL_SESSION, Freed>;

inline std::string drained(BIO* bio) {
    char buffer[16 * 1024];
    std::string all;
    for (int count; (count = BIO_read(bio, buffer, sizeof buffer)) > 0;)
        all.append(buffer, static_cast<std::size_t>(count));
    return all;
}

inline void give(BIO* bio, const std::string& bytes) {
    BIO_write(bio, bytes.data(), static_cast<int>(bytes.size()));
}

inline SslPtr endpoint(SSL_CTX* context) {
    SslPtr ssl(SSL_new(context));
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    return ssl;
}

/// Runs both sides in turn until neither has more to send. Either may have failed.
inline void handshake(SSL* client, SSL* server) {
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int round = 0; round < 6; ++round) {
        SSL_do_handshake(client);
        give(SSL_get_rbio(server), drained(SSL_get_wbio(client)));
        SSL_do_handshake(server);
        give(SSL_get_rbio(client), drained(SSL_get_wbio(server)));
    }
}

}  // namespace pinlab::test
