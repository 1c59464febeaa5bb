// What a ClientHello says, read from raw bytes without any I/O (RFC 8446 4.1.2, RFC 5246 7.4.1.2).
// A hello that does not parse is reported as malformed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::wire {

struct ClientHello {
    std::optional<std::string> sni;     ///< host_name as sent, any bytes (RFC 6066 3)
    std::vector<std::string> alpn;      ///< protocol names as sent (RFC 7301)
    std::vector<std::string> versions;  ///< "1.3", "1.2" …, highest first as the client lists them
    bool early_data = false;            ///< extension 42: application bytes may follow before any check
    bool ticket = false;    ///< a session is offered: a non-empty ticket, a PSK or a session id of TLS 1.2
    std::size_t bytes = 0;  ///< record bytes that the hello occupies
};

/// OpenSSL's own limit for a ClientHello (SSL3_RT_MAX_PLAIN_LENGTH and friends): nothing longer is collected.
inline constexpr std::size_t max_client_hello = 131'396;

enum class HelloState {
    need_more,  ///< a prefix of a possible ClientHello
    complete,   ///< a whole ClientHello message, parsed
    not_tls,    ///< the first bytes are not a TLS handshake record
    malformed,  ///< TLS, but not a ClientHello that parses
};

struct HelloResult {
    HelloState state;
    ClientHello hello;  ///< meaningful where `state` is complete
    /// Where more is needed: no hello can be complete with fewer bytes. (One can be malformed.)
    std::size_t at_least = 0;
};

/// Reads the records in `bytes` (as they came from the socket, maybe fragmented over records) up to the end
/// of the first handshake message.
HelloResult parse_client_hello(std::string_view bytes);

}  // namespace pinlab::wire
