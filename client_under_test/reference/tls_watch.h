// What OpenSSL reports only by callbacks: the alert that was sent, and the sessions that the server issued.
// Whether a session is kept is decided by the code that accepted the connection.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <utility>
#include <vector>

#include "client_under_test/reference/session_store.h"

namespace pinlab::reference {

class TlsWatch {
  public:
    TlsWatch() = default;
    TlsWatch(const TlsWatch&) = delete;
    TlsWatch& operator=(const TlsWatch&) = delete;

    /// Listens to a connection, which must end before this does.
    void attach(SSL* connection);

    /// Makes a context pass new sessions to the attached object, and store none itself.
    static void collect_sessions(SSL_CTX* context);

    const std::string& alert_sent() const { return alert_; }

    /// The sessions issued so far. In TLS 1.3 they arrive after the handshake, with the answer.
    std::vector<SessionPtr> take_sessions() { return std::exchange(sessions_, {}); }

  private:
    static void on_info(const SSL* connection, int where, int value) noexcept;
    static int on_session(SSL* connection, SSL_SESSION* session) noexcept;

    std::string alert_;
    std::vector<SessionPtr> sessions_;
};

}  // namespace pinlab::reference
