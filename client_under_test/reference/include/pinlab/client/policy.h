// A pin policy: which keys are accepted for which host, and what happens at the edges (expiry, redirects,
// reuse). One unreadable, repeated or missing pin makes the whole policy an error: a policy that is half
// read protects no connection.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::client {

/// A configuration that a client must not start with; what() names the file, the JSON path and the fix.
struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A SHA-256.
using Digest = std::array<unsigned char, 32>;

/// What a pin hashes: the DER of the SubjectPublicKeyInfo (RFC 7469 2.4), which survives renewal with the
/// same key, or of the whole certificate, which does not.
enum class PinKind { spki, certificate };

/// Where in the verified path a pin counts: `leaf` at depth 0, `ca` above it, `any` everywhere.
enum class PinRole { any, leaf, ca };

/// One accepted (or rejected) key.
struct Pin {
    Digest digest{};
    PinKind kind = PinKind::spki;
    PinRole role = PinRole::any;
    bool backup = false;     ///< not in use today; a match is worth a look (RFC 7469 4.3)
    std::string label = {};  ///< for people and logs, e.g. "HSM key 2026"
};

/// Which names an entry covers. For `shop.test`: `exact` is shop.test alone; `one_label` is a.shop.test but
/// neither shop.test nor a.b.shop.test; `any_depth` is everything below shop.test; `any_depth_and_self` adds
/// shop.test itself (RFC 7469's includeSubDomains).
enum class HostMatch { exact, one_label, any_depth, any_depth_and_self };

/// `report` accepts what only the pins refuse, and reports it in the log line (RFC 7469 2.1.3). PKI faults
/// are refused in both modes.
enum class Mode { enforce, report };

/// Past `expires`: `closed` refuses to connect, `open` goes on with PKI alone and reports it on each
/// connection.
enum class OnExpiry { closed, open };

/// Where a 3xx may lead: nowhere; to hosts of the same entry; to any host, under its own entry or none; to
/// hosts that have an entry. Never away from https.
enum class RedirectRule { deny, same_policy, policy_of_target, deny_unpinned_target };

/// Whether TLS sessions are resumed. With the key of the server's session tickets an attacker can resume
/// without the pinned key, so `off` is the default; `same_policy` verifies the remembered path on each use.
enum class Resumption { off, same_policy };

enum class TlsVersion { v1_2, v1_3 };

/// The entry of one host (or of the hosts below one).
struct HostPolicy {
    std::string host = {};  ///< lower case, no trailing dot; an IP literal without brackets
    HostMatch match = HostMatch::exact;
    bool pinned = true;  ///< false only for a host without entry: PKI alone decides
    std::vector<Pin> pins = {};
    std::vector<Pin> rejected = {};  ///< checked first: a key known to be stolen
    Mode mode = Mode::enforce;
    std::optional<std::chrono::sys_seconds> expires = {};  ///< UTC
    OnExpiry on_expiry = OnExpiry::closed;
    RedirectRule redirect = RedirectRule::deny;
    Resumption resumption = Resumption::off;
    std::chrono::seconds max_session_age{3600};  ///< since the last full verification
    TlsVersion min_tls = TlsVersion::v1_2;

    /// Hex SHA-256 over everything above: identifies the rules that a session or a connection was verified
    /// by.
    std::string digest() const;
    /// Whether the entry covers a host (canonical, see canonical_name).
    bool covers(std::string_view name) const;
};

/// The whole document.
struct Policy {
    std::string version;          ///< the author's own, for logs
    std::string trust_file;       ///< absolute path of PEM anchors; empty: the system's store
    bool allow_unlisted = false;  ///< hosts without an entry: PKI alone (true) or policy_required (false)
    std::optional<std::string> proxy;  ///< http://, https:// or socks5://HOST:PORT
    std::vector<HostPolicy> hosts;

    /// Reads a file. Throws ConfigError. Paths in it are relative to the file.
    static Policy load(const std::string& path);

    /// Reads a document from memory. `origin` is its name in messages, `folder` is what paths are relative
    /// to.
    static Policy parse(std::string_view json, const std::string& origin = "policy",
                        const std::string& folder = ".");

    /// The entry for a host: an exact one before all others, then the longest; nullptr if there is none.
    const HostPolicy* find(std::string_view name) const;

    /// Hex SHA-256 over every entry.
    std::string digest() const;
};

/// Lower case, without trailing dot or brackets; nullopt for what is not a host name or an IP literal.
std::optional<std::string> canonical_name(std::string_view text);

}  // namespace pinlab::client
