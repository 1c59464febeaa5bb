// What a step allows a client to carry from one TLS connection to the next: session tickets, ids, early data.
// A resumption that shows no certificate is journalled like any other handshake.
#pragma once

#include <string_view>

#include "servers/json/strict_json.h"

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace pinlab::wire {

/// Which sessions a connection issues and takes back.
enum class Tickets {
    bound,   ///< only of connections that showed the same certificates
    shared,  ///< of all connections, whatever they showed: one session id context
    ids,     ///< shared, and kept by the server under a session id (RFC 5246 7.4.1.2), no ticket in TLS 1.2
    none,    ///< none at all
};

struct SessionRule {
    Tickets tickets = Tickets::bound;
    bool early_data = false;  ///< TLS 1.3: tickets allow early data, and it is taken (RFC 8446 2.3)
};

/// "tickets" (bound, shared, ids, none) and "early_data" of a step.
SessionRule read_session_rule(Fields& fields);

/// Puts the rule on a server-side SSL before its handshake; `shown` identifies what it will show.
/// Throws pki::Error.
void apply(const SessionRule& rule, std::string_view shown, SSL* ssl);

/// What `SSL_CTX_set_tlsext_ticket_keys` wants: name, HMAC key, cipher key.
inline constexpr std::size_t ticket_key_bytes = 80;
/// Witnesses with the same key can open each other's tickets. Throws pki::Error.
void use_ticket_key(std::string_view key, SSL_CTX* context);

}  // namespace pinlab::wire
