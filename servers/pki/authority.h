// Something that can issue: a root, a child, a rogue, or a leaf that was never meant to (leaf as CA).
// It signs whatever its Profile asks for, however wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "servers/pki/certificate.h"
#include "servers/pki/identity.h"
#include "servers/pki/key.h"
#include "servers/pki/profile.h"

namespace pinlab::pki {

/// What a forged copy has different from the original.
struct CopyChanges {
    std::optional<std::vector<std::string>> names =
        {};  ///< dNSName alone, instead of all SANs; the first is the common name
    std::optional<std::int64_t> not_before = {};  ///< absolute, Unix seconds
    std::optional<std::int64_t> not_after = {};
};

struct Authority {
    Certificate certificate;
    Key key;
    std::vector<Certificate>
        chain;  ///< this CA's certificate and those above it, without the root; a root's is empty

    /// A self-signed CA. `now` in Unix seconds.
    static Authority root(const Profile& profile, const Key& key, std::int64_t now);

    /// An identity used as an issuer (basicConstraints ignored: CVE-2002-0862); its whole chain is shown.
    static Authority from_identity(const Identity& identity);

    /// A CA under this one.
    Authority child(const Profile& profile, const Key& child_key, std::int64_t now) const;

    /// An identity under this CA; its chain is this->chain.
    Identity issue(const Profile& profile, const Key& leaf_key, std::int64_t now) const;

    /// A forged copy: subject, SANs of all kinds, validity, basicConstraints, keyUsage and extKeyUsage
    /// of `original` under this CA's name and key, with a fresh serial number and key identifiers that
    /// fit. Nothing else is copied (no SCTs, no must-staple, no revocation addresses).
    Certificate sign_copy(const Certificate& original, const Key& leaf_key,
                          const CopyChanges& changes = {}) const;
};

/// The same copy, signing itself: issuer = subject.
Certificate self_sign_copy(const Certificate& original, const Key& key, const CopyChanges& changes = {});

/// A leaf that signs itself; no chain.
Identity self_signed(const Profile& profile, const Key& key, std::int64_t now);

}  // namespace pinlab::pki
