// TLS sessions between connections, each with the verified chain that it was accepted by. A session is used
// once, for its own key, and not past its age; when the store is full the oldest goes.
#pragma once

#include <openssl/ssl.h>

#include <ctime>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "client_under_test/reference/verified_chain.h"

namespace pinlab::reference {

using SessionPtr = std::unique_ptr<SSL_SESSION, Freed<SSL_SESSION_free>>;

struct StoredSession {
    SessionPtr session;
    EvidencePtr evidence;  // of the last *full* handshake, before any resumptions
};

/// The least recently stored is removed first. The key is everything that a session is bound to: host, port,
/// ALPN, proxy, digests of policy entry and trust store.
class SessionStore {
  public:
    explicit SessionStore(std::size_t most) : most_(most) {}

    void put(const std::string& key, StoredSession session);

    /// The newest one for the key, which is removed from the store (RFC 8446 C.4: a ticket is used once);
    /// nullopt if there is none, or none that was fully verified less than `most_age` ago.
    std::optional<StoredSession> take(const std::string& key, std::time_t now, std::time_t most_age);

    void flush() { stored_.clear(); }
    std::size_t size() const { return stored_.size(); }

  private:
    struct Entry {
        std::string key;
        StoredSession session;
    };
    std::size_t most_;
    std::list<Entry> stored_;  // newest first
};

}  // namespace pinlab::reference
