// What is known about one connection, and its line of JSON. Names from certificates are escaped before they
// are printed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pinlab/client/policy.h"
#include "pinlab/client/reason.h"

namespace pinlab::client {

/// The phase that a connection reached.
enum class Phase { config, connect, handshake, request };
std::string_view name(Phase phase);

/// Why a connection was accepted.
enum class Acceptance { pinned, unpinned, report_only, policy_expired_open };
/// "accept_pinned" and so on.
std::string_view name(Acceptance acceptance);

/// One certificate: its names as text, and its hashes.
struct CertificateFacts {
    std::string subject = {};
    std::string issuer = {};
    Digest spki{};
    Digest certificate{};
    std::chrono::sys_seconds not_after{};
};

/// Which pin matched, and where.
struct MatchFacts {
    std::size_t index = 0;  ///< in HostPolicy::pins, from 0
    int depth = 0;          ///< 0: the leaf
    std::string label;
    bool backup = false;
};

/// Everything about one connection. Times are of the client's clock (Settings::clock), UTC.
struct ConnectionReport {
    std::chrono::sys_seconds time{};
    std::string clock = "system";  ///< or "offset": Settings::clock_ahead is not 0
    std::string host;
    std::uint16_t port = 0;
    std::string address;  ///< that was connected to; empty before TCP
    std::string sni;
    std::string alpn;
    std::string proxy;  ///< kind://host:port, or empty
    std::string tls_version;
    std::string cipher;
    bool reused = false;   ///< a pooled connection
    bool resumed = false;  ///< a TLS session
    std::chrono::seconds session_age{0};
    std::string policy_host;
    std::string policy_version;
    std::string policy_digest;
    std::optional<std::chrono::sys_seconds> policy_expires;
    std::optional<Acceptance> acceptance;  ///< nullopt: refused
    Phase phase = Phase::config;
    std::vector<Reason> faults;  ///< all of them; in report mode also when accepted
    std::string detail;
    std::optional<MatchFacts> matched;
    bool alternate_path = false;  ///< refused, but another path to another anchor holds a pin (cross-signing)
    std::vector<CertificateFacts> served;
    std::vector<CertificateFacts> verified;  ///< empty where no path was built
    std::string anchor_origin;               ///< "file" or "system"
    std::string alert_sent;                  ///< by us, empty if none
    std::size_t bytes_written = 0;           ///< of application data; 0 on each refusal before `request`
    std::chrono::microseconds duration{0};
    std::optional<int> status;            ///< HTTP, once there was an answer
    std::vector<std::string> known_pins;  ///< of the entry, for the report of RFC 7469 3
};

/// The text form of a key pin: "sha256/" and padded standard base64.
std::string pin_text(const Digest& digest);

/// One line of JSON without its newline. In report mode with a fault it has a member `report` in the form of
/// RFC 7469 3 (date-time, hostname, port, effective-expiration-date, include-subdomains, served- and
/// validated-certificate-chain, known-pins); chains are given as hashes, not as PEM.
std::string to_json(const ConnectionReport& report);

}  // namespace pinlab::client
