// What the real origin showed, kept where the brief asks for it: for each name the chain, for each chain what
// was forged after it, and the session to resume. It saves the connection to the origin for a client that
// refuses, and the second full handshake for a relay. Off by default: an origin that rotates its certificate
// must be seen as it is now.
#pragma once

#include <openssl/ssl.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attacks/attack.h"
#include "servers/pki/certificate.h"

namespace pinlab::mitm {

class OriginCache {
  public:
    /// Takes every session that an origin issues to a connection of `context`, which must not outlive this.
    explicit OriginCache(SSL_CTX* context);

    /// The chain that was shown for a name, leaf first; null where the name is unknown.
    const std::vector<pki::Certificate>* chain_for(const std::optional<std::string>& name) const;
    void store(const std::optional<std::string>& name, std::vector<pki::Certificate> chain);
    /// What step `step` decided for that name's chain, to be filled once; null where the name is unknown.
    /// Names that were shown the same chain share it.
    std::optional<Decision>* decision_for(const std::optional<std::string>& name, std::size_t step);
    /// Offers, in the handshake to come (RFC 8446 2.2), the session of that name or of another one whose
    /// certificate covers this name too, as RFC 8446 4.6.1 allows. The origin decides: it resumes, or shows
    /// another certificate.
    void offer_session(SSL* connection, const std::optional<std::string>& name) const;

  private:
    struct SessionDeleter {
        void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
    };
    struct Shown {
        std::string fingerprints;
        std::vector<pki::Certificate> chain;
        std::map<std::size_t, std::optional<Decision>> decisions;  ///< by step
    };
    struct Known {
        std::shared_ptr<Shown> shown;
        std::string good_for;  ///< the key in sessions_: the name, or a wildcard of the leaf that covers it
    };
    static int on_session(SSL* connection, SSL_SESSION* session);
    /// With so many names the oldest is evicted for a new one.
    static constexpr std::size_t most_names = 1024;
    void evict_oldest();
    std::shared_ptr<Shown> shown(std::vector<pki::Certificate> chain);

    std::map<std::string, Known, std::less<>> names_;
    std::deque<std::string> order_;
    std::map<std::string, std::shared_ptr<Shown>, std::less<>> chains_;  ///< by fingerprints
    std::map<std::string, std::unique_ptr<SSL_SESSION, SessionDeleter>, std::less<>> sessions_;
};

}  // namespace pinlab::mitm
