// The TLS settings of the reference client: one trust store, no resumption, no early data, no old versions.
// The system's trust store and openssl.cnf are not read.
#pragma once

#include <openssl/ssl.h>

#include "client_under_test/protocol/connect_options.h"
#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/reference/verification.h"

namespace pinlab::reference {

using namespace protocol;

/// Starts OpenSSL without its configuration file, so that the machine cannot change what is tested. Call
/// before anything else.
void start_openssl();

/// A client context for one connection: its anchors only (`anchors`, else ca_file), its versions, security
/// level 2, and the verifier for every peer. An SSL copies the verify mode when it is made, so the verifier
/// must be set before: one that is attached later runs, and its refusal is ignored. Throws ConfigError if
/// ca_file cannot be read or contains no certificate.
SslCtxPtr make_context(const Dial& dial, Verifier& verifier);

/// Sets the identity that the peer must prove, and sends it as SNI (names only, RFC 6066 3): a name matches a
/// SAN, never the common name (RFC 9525 6.3), never by a partial wildcard. Throws std::runtime_error when
/// OpenSSL fails.
void expect_peer(SSL* connection, const Dial& dial);

/// The same for any host, without ALPN: the identity that a proxy must prove.
void expect_name(SSL* connection, const std::string& host);

/// A context for TLS to a proxy: the same anchors, ordinary validation, none of the origin's pins. Throws as
/// make_context does.
SslCtxPtr make_proxy_context(const Dial& dial);

}  // namespace pinlab::reference
