// Where one connection goes and which TLS rules it follows: the common form of a brief and of a policy
// entry.
#pragma once

#include <openssl/x509_vfy.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "pinlab/client/policy.h"

namespace pinlab::protocol {

using pinlab::client::TlsVersion;

/// Where to open a TCP connection: an IP literal or a name, and a port.
struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

/// http:// asks for a tunnel with CONNECT, https:// does the same over TLS, socks5:// is RFC 1928.
enum class ProxyKind { connect, https, socks5 };

struct Dial {
    std::string host;  // lower case, without trailing dot or brackets: what SNI, the name check and the pins
                       // are about
    bool host_is_ip = false;
    std::uint16_t port = 0;
    Endpoint connect_to;
    std::optional<Endpoint> proxy;
    ProxyKind proxy_kind = ProxyKind::connect;
    std::string ca_file;  // the anchors, unless `anchors` is set
    std::shared_ptr<X509_STORE> anchors;
    TlsVersion tls_min = TlsVersion::v1_2;
    TlsVersion tls_max = TlsVersion::v1_3;
    std::chrono::milliseconds timeout{8000};
    std::chrono::seconds clock_ahead{0};  // how far the client's clock is ahead of the system's
    bool loopback_only = false;

    /// "host:port" for CONNECT and Host, an IPv6 literal in brackets.
    std::string authority() const {
        bool v6 = host.find(':') != std::string::npos;
        return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }
};

}  // namespace pinlab::protocol
