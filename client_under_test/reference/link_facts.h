// What an SSL object knows about its connection. The verify result is left out: only the verifier decides.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "client_under_test/reference/tls_watch.h"
#include "client_under_test/reference/verification.h"

namespace pinlab::reference {

/// What is known of a connection besides the verifier's finding.
struct LinkFacts {
    std::string address;  // of the TCP peer; empty before there is one
    std::string alpn;
    std::string tls_version;
    std::string cipher;
    std::string alert_sent;
    bool resumed = false;
    std::size_t bytes_written = 0;  // of application data
};

/// The facts that OpenSSL knows; empty before the end of the handshake.
LinkFacts facts_of(const SSL* connection);

/// The sessions that the server has issued, with the evidence to verify a resumption by; none for a refused
/// peer. A TLS 1.2 server that resumes by session id sends no new session: the old one stays valid.
std::vector<StoredSession> sessions_of(SSL* connection, TlsWatch& watch,
                                       const std::optional<Finding>& finding);

}  // namespace pinlab::reference
