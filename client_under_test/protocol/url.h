// https URLs and proxy URLs, read strictly: no other scheme, no user names, no fragments, no bytes that must
// be escaped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client_under_test/protocol/connect_options.h"

namespace pinlab::protocol {

struct Url {
    std::string host;                   // as written, IPv6 brackets included
    std::optional<std::uint16_t> port;  // nullopt: not a port number
    std::string target;                 // path and query
};

/// Throws ConfigError for what is not https, or whose target has a fault.
Url parse_url(std::string_view text);

/// Why a request target cannot be sent as it is, or nullopt.
std::optional<std::string> target_fault(std::string_view target);

/// Sets the dial's proxy. False for a scheme that is not supported; throws ConfigError for a malformed
/// address.
bool set_proxy(Dial& dial, std::string_view text);

/// Sets the dial's host (canonical) and whether it is an IP literal. Throws ConfigError for what is not a
/// host.
void set_host(Dial& dial, std::string_view written);

}  // namespace pinlab::protocol
