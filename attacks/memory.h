// What the interceptor remembers of the real origin, where its brief says so: for each name the chain that
// was shown, and the session to resume. Then a client that refuses costs no connection to the origin, and a
// relay no second full handshake. Never the default: an origin that rotates must be seen as it is now.
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attacks/attack.h"
#include "servers/pki/certificate.h"

namespace pinlab::attacks {

class Memory {
  public:
    /// Hears of every session that an origin gives to a connection of `context`, which must not outlive this.
    explicit Memory(SSL_CTX* context);

    /// The chain that was shown for a name, leaf first; null where nothing is remembered.
    const std::vector<pki::Certificate>* chain_for(const std::optional<std::string>& name) const;
    void keep(const std::optional<std::string>& name, std::vector<pki::Certificate> chain);
    /// What step `step` decided for that name's chain, to be filled once; null where no chain is remembered.
    std::optional<Decision>* decision_for(const std::optional<std::string>& name, std::size_t step);
    /// Offers the session of that name, if there is one, in the handshake to come (RFC 8446 2.2).
    void offer_session(SSL* connection, const std::optional<std::string>& name) const;

  private:
    struct SessionDeleter {
        void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
    };
    struct Known {
        std::vector<pki::Certificate> chain;
        std::unique_ptr<SSL_SESSION, SessionDeleter> session;
        std::map<std::size_t, std::optional<Decision>> decisions;  ///< by step
    };
    static int on_session(SSL* connection, SSL_SESSION* session);
    /// The oldest name is forgotten for a new one when so many are known.
    static constexpr std::size_t most_names = 1024;
    Known& known(const std::optional<std::string>& name);

    std::map<std::string, Known, std::less<>> names_;
    std::vector<std::string> order_;
};

}  // namespace pinlab::attacks
