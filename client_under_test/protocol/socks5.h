// The client's half of RFC 1928 without authentication: which bytes to send, how many to read, what they
// mean. Only the method "none" and the command CONNECT; no sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client_under_test/protocol/connect_options.h"

namespace pinlab::protocol {

inline constexpr std::size_t socks5_choice_size = 2;      // bytes of the answer to the greeting
inline constexpr std::size_t socks5_reply_head_size = 5;  // bytes of the reply up to the length of the rest

/// Version 5, one method: none.
std::string socks5_greeting();

/// CONNECT to the dial's host and port; a name goes as a name, for the proxy to resolve.
std::string socks5_request(const Dial& dial);

/// How many bytes follow the first socks5_reply_head_size of a reply; nullopt for what is not a reply.
std::optional<std::size_t> socks5_more(std::string_view begin);

/// Why the proxy refuses, or nullopt. Takes the answer to the greeting (socks5_choice_size bytes) or the
/// beginning of the reply.
std::optional<std::string> socks5_refusal(std::string_view reply);

}  // namespace pinlab::protocol
