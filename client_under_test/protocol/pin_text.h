// Pins: SHA-256 of a certificate's SubjectPublicKeyInfo (RFC 7469 2.4), parsed strictly, compared in
// constant time. A pin is exactly sha256/<44 characters of base64>; an empty set and a repeated pin are
// errors.
#pragma once

#include <openssl/x509.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client_under_test/protocol/brief.h"
#include "pinlab/client/report.h"

namespace pinlab::protocol {

/// SHA-256 over the DER of a SubjectPublicKeyInfo: 32 bytes.
using SpkiHash = pinlab::client::Digest;

/// Hashes the key of a certificate as the certificate encodes it. Throws std::runtime_error if it has none.
SpkiHash spki_hash(const X509* certificate);

/// SHA-256 over the DER of the whole certificate. Throws std::runtime_error when OpenSSL fails.
pinlab::client::Digest certificate_hash(const X509* certificate);

using pinlab::client::pin_text;

/// Lower-case hex, and the same of a text's SHA-256.
std::string hex(const pinlab::client::Digest& digest);
std::string hex_sha256(std::string_view text);

/// Reads one pin. Throws ConfigError that says what is wrong and which other notation the text looks like
/// (curl's two slashes, HPKP, hex fingerprint, base64url, ...): a pin that cannot be read must stop the
/// client, not switch pinning off (dotnet/SqlClient#4445), and must not become one that never matches
/// (square/okhttp accepts `sha256/AAAA`).
SpkiHash parse_pin(std::string_view text);

/// A set of accepted keys, or the decision not to pin.
class PinPolicy {
  public:
    /// No pins were asked for: PKI alone decides.
    static PinPolicy unpinned() { return PinPolicy({}, false); }

    /// The pins of a brief (nullopt: unpinned). Throws ConfigError for an empty set, a malformed or a
    /// repeated pin.
    static PinPolicy parse(const std::optional<std::vector<std::string>>& texts);

    /// A set made of hashes. With none it still pins, and so refuses every peer.
    static PinPolicy of(std::vector<SpkiHash> pins) { return PinPolicy(std::move(pins), true); }

    bool pinned() const { return pinned_; }

    /// A single pin leaves no way to rotate the key (RFC 7469 4.3 demands a backup): worth a warning, not a
    /// refusal.
    bool lacks_backup() const { return pinned_ && pins_.size() == 1; }

    const std::vector<SpkiHash>& pins() const { return pins_; }

    /// The same as the entry of a host: any key of the path will do, nothing else is asked for.
    pinlab::client::HostPolicy entry() const;

    /// The index of the pin that equals the hash; every pin is compared, each in constant time.
    std::optional<std::size_t> find(const SpkiHash& hash) const;

  private:
    PinPolicy(std::vector<SpkiHash> pins, bool pinned) : pins_(std::move(pins)), pinned_(pinned) {}

    std::vector<SpkiHash> pins_;
    bool pinned_;
};

}  // namespace pinlab::protocol
