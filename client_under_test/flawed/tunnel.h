// The way through a proxy: CONNECT, CONNECT inside TLS, or SOCKS5.
#pragma once

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/tls_socket.h"
#include "client_under_test/protocol/brief.h"

namespace pinlab::flawed {

/// Leaves the link as if it led straight to the brief's host. Throws LinkError (proxy_refused,
/// proxy_untrusted, not_tls) where the proxy does not let it pass.
void open_tunnel(Link& link, const pinlab::protocol::Brief& brief, const Behaviour& behaviour);

}  // namespace pinlab::flawed
