// Handshakes that OpenSSL makes only when it is asked to: settings of one connection, each with a name.
// Works at security level 0. The names are a part of those in handshake_edit.h.
#pragma once

#include <string_view>
#include <vector>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace pinlab::wire {

/// The names, sorted. What each does and where it comes from is written in handshake_settings.cpp.
std::vector<std::string_view> handshake_settings();

/// Versions, suites, groups, ALPN … on a server-side SSL that has not begun its handshake. No effect where
/// `name` is not one of `handshake_settings()`. Throws pki::Error where OpenSSL refuses.
void apply_setting(std::string_view name, SSL* ssl);
/// What `apply_setting` needs of the context, for all its connections; no effect on those without a setting.
void prepare_settings(SSL_CTX* context);
/// The protocol that this connection selects although the client may not offer it; empty: none.
std::string_view forced_alpn(SSL* ssl);

}  // namespace pinlab::wire
