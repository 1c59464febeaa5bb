// What the lab asks of a client: one JSON object on stdin, read strictly.
// Refuses unknown keys, wrong types and missing keys; a pin's text is not its business (pin_policy.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab_client {

/// The brief breaks its schema: a fault of whoever wrote it, so no opinion is given (exit 2). what() names
/// the JSON path.
struct BriefError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The brief is well formed but its content is a configuration that a client must not start with (reason
/// config_invalid).
struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The brief asks for something that this client does not have (exit 89).
struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where to open a TCP connection: an IP literal or a name, and a port.
struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

enum class TlsVersion { v1_2, v1_3 };

/// http:// asks for a tunnel with CONNECT, https:// does the same over TLS, socks5:// is RFC 1928.
enum class ProxyKind { connect, https, socks5 };

/// The brief after reading: every default filled in, the host canonical (host.h).
struct Brief {
    std::string host;  // lower case, without trailing dot or brackets: what SNI, the name check and the pins
                       // are about
    bool host_is_ip = false;
    std::string written_host;  // as the brief has it
    std::uint16_t port = 0;
    std::string target;  // path and query of the URL
    Endpoint connect_to;
    std::optional<Endpoint> proxy;
    ProxyKind proxy_kind = ProxyKind::connect;
    bool websocket = false;  // ask for an upgrade (RFC 6455) instead of an answer
    std::string ca_file;
    std::optional<std::vector<std::string>> pins;  // nullopt: not pinned; empty: a pin set without pins
    std::string canary;
    TlsVersion tls_min = TlsVersion::v1_2;
    TlsVersion tls_max = TlsVersion::v1_3;
    std::chrono::milliseconds timeout{8000};
    std::chrono::seconds clock_ahead{0};  // how far the client's clock is ahead of the system's
    bool session = false;                 // more visits follow, one for each further line (session.h)

    /// "host:port" for CONNECT and Host, an IPv6 literal in brackets.
    std::string authority() const;
};

/// Reads one JSON object of schema pinlab.brief/1. Throws BriefError, ConfigError or Unsupported.
Brief parse_brief(std::string_view text);

/// Reads a stream up to its end, at most 1 MiB; of a session only the first line, because more lines follow
/// as the visits are made. Throws BriefError beyond 1 MiB.
std::string read_brief(std::istream& in);

}  // namespace pinlab_client
