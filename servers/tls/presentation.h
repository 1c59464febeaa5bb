// All that a server shows in one handshake: an identity, session rules and disturbances.
// Applied to an SSL and not to a context (4 µs against 118 µs).
#pragma once

#include <boost/json/array.hpp>
#include <memory>
#include <string>
#include <vector>

#include "servers/pki/identity.h"
#include "servers/tls/sessions.h"
#include "servers/wire/brief.h"
#include "servers/wire/disturbance.h"

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace pinlab::wire {

struct Presentation {
    pki::Identity identity;
    std::string label;          ///< what the journal calls it
    SessionRule sessions{};     ///< what a client may carry to its next connection
    Disturbance disturbance{};  ///< what goes wrong on purpose beside the certificates
};

/// Puts the presentation on a server-side SSL that has not begun its handshake.
/// Session tickets are bound to it: resuming under another certificate would hide that certificate from the
/// client.
void apply(const Presentation& presentation, SSL* ssl);

/// The chain as the journal states it: [{subject, pin, cert_sha256}], leaf first.
boost::json::array describe_chain(const pki::Identity& identity);

struct ContextDeleter {
    void operator()(SSL_CTX* context) const;
};
using ContextPtr = std::unique_ptr<SSL_CTX, ContextDeleter>;

/// A server context without any certificate: versions, ALPN and ticket rule of the brief.
ContextPtr server_context(const TlsRange& tls, const std::vector<std::string>& alpn, bool tickets);
/// The attacker's client side: it verifies nothing, because it only looks and relays.
ContextPtr trust_anything_context(const std::vector<std::string>& alpn);

}  // namespace pinlab::wire
