// A pin: SHA-256 of a SubjectPublicKeyInfo, in the text form sha256/<base64> (RFC 7469 2.4).
// Which pin may match where is up to the caller.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "servers/pki/certificate.h"
#include "servers/pki/key.h"

namespace pinlab::pki {

class Pin {
  public:
    static Pin of(const Certificate& certificate);
    static Pin of(const Key& key);

    /// Exactly "sha256/" and 44 characters of canonical base64; nothing for any other text.
    static std::optional<Pin> parse(std::string_view text);

    std::string to_string() const;

    auto operator<=>(const Pin&) const = default;

  private:
    explicit Pin(const Sha256& hash) : hash_(hash) {}

    Sha256 hash_;
};

}  // namespace pinlab::pki
