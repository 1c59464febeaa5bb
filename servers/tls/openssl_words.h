// What the journal says of a hello, a handshake and an alert: OpenSSL's constants as the
// words of the journal, in JSON. Bytes of the peer are made printable.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>

#include "servers/tls/client_hello.h"

typedef struct ssl_st SSL;

namespace pinlab::wire {

/// {sni, alpn, versions, early_data, ticket, bytes, step}
boost::json::object hello_facts(const ClientHello& hello, std::size_t step);
/// {version, cipher, resumed, alpn} of a finished handshake.
boost::json::object handshake_facts(SSL* ssl);
/// {direction, name, code}; names as in RFC 8446 6: "unknown_ca".
boost::json::object alert_facts(bool sent, int code);
}  // namespace pinlab::wire
