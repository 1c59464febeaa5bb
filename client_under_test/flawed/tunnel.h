// Opens a tunnel through a proxy: CONNECT, CONNECT inside TLS, or SOCKS5.
#pragma once

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/tls_socket.h"
#include "client_under_test/protocol/brief.h"

namespace pinlab::flawed {

/// Afterwards the link behaves like a direct connection to the brief's host. Throws LinkError (proxy_refused,
/// proxy_untrusted, not_tls) if the proxy refuses.
void open_tunnel(Link& link, const pinlab::protocol::Brief& brief, const Behaviour& behaviour);

}  // namespace pinlab::flawed
