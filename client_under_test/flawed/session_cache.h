// What the flawed client carries from one visit of a session to the next, where its behaviour says so: TLS
// sessions, an open connection, a learned key.
#pragma once

#include <openssl/ssl.h>

#include <ctime>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/tls_socket.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/pin_text.h"

namespace pinlab::flawed {

/// The keys of a verified path from the leaf up, and the earliest end of validity in it.
struct VerifiedPath {
    std::vector<pinlab::protocol::SpkiHash> keys;
    std::time_t good_until = 0;
};

using SessionPtr = std::unique_ptr<SSL_SESSION, pinlab::protocol::Freed<SSL_SESSION_free>>;

/// A TLS session with what a resumption does not show: its host, and the policy and trust that it was made
/// under.
struct StoredSession {
    std::string host;
    std::vector<std::string> pins;  // as the brief had them
    std::string trust;              // the content of the trust file
    VerifiedPath path;
    SessionPtr session;
};

class Memory {
  public:
    explicit Memory(const Behaviour& behaviour) : behaviour_(behaviour) {}

    /// The session that this client resumes for the visit, or nullptr.
    const StoredSession* offer(const pinlab::protocol::Brief& brief,
                               const pinlab::protocol::PinPolicy& policy) const;
    /// Keeps the connection's session, if it can be resumed.
    void keep(const pinlab::protocol::Brief& brief, SSL* connection, VerifiedPath path);

    std::unique_ptr<Link> pooled;                       // an open connection, for the next visit
    std::optional<pinlab::protocol::SpkiHash> learned;  // the first key ever seen
    std::set<std::string> checked_hosts;

  private:
    bool fits(const StoredSession& stored, const pinlab::protocol::Brief& brief,
              const pinlab::protocol::PinPolicy& policy) const;

    const Behaviour& behaviour_;
    std::vector<StoredSession> sessions_;
};

}  // namespace pinlab::flawed
