// What the interceptor remembers of the real origin, where its brief says so: for each name the chain that
// was shown, for each chain what was forged after it, and the session to resume. Then a client that refuses
// costs no connection to the origin, a relay no second full handshake, and a new name no more than the
// question whether the origin still stands by what it has shown. Never the default: an origin that rotates
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
    /// Hears of every session that an origin gives to a connection of `context`, which must not outlive this.
    explicit OriginCache(SSL_CTX* context);

    /// The chain that was shown for a name, leaf first; null where nothing is remembered.
    const std::vector<pki::Certificate>* chain_for(const std::optional<std::string>& name) const;
    void store(const std::optional<std::string>& name, std::vector<pki::Certificate> chain);
    /// What step `step` decided for that name's chain, to be filled once; null where no chain is remembered.
    /// Names that were shown the same chain share it.
    std::optional<Decision>* decision_for(const std::optional<std::string>& name, std::size_t step);
    /// Offers, in the handshake to come (RFC 8446 2.2), the session of that name or of another one whose
    /// certificate is good for it too: so far a client may go (RFC 8446 4.6.1). Whether the origin stands by
    /// that certificate under the new name is for the origin to say: it resumes, or shows what it shows
    /// instead.
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
        std::string good_for;  ///< whose sessions these are: the name, or the wildcard that it is shown
    };
    static int on_session(SSL* connection, SSL_SESSION* session);
    /// The oldest name is forgotten for a new one when so many are known.
    static constexpr std::size_t most_names = 1024;
    void evict_oldest();
    std::shared_ptr<Shown> shown(std::vector<pki::Certificate> chain);

    std::map<std::string, Known, std::less<>> names_;
    std::deque<std::string> order_;
    std::map<std::string, std::shared_ptr<Shown>, std::less<>> chains_;  ///< by fingerprints
    std::map<std::string, std::unique_ptr<SSL_SESSION, SessionDeleter>, std::less<>> sessions_;
};

}  // namespace pinlab::mitm
