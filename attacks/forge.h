// What the attacker holds (CAs, keys, identities), and copies of real leaves made with it. A name that the
// attacker does not hold is an error that says so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "servers/pki/authority.h"
#include "servers/pki/identity.h"

namespace pinlab::mitm {

/// What the attacker holds, by name.
struct Cast {
    std::map<std::string, pki::Authority, std::less<>> authorities;
    std::map<std::string, pki::Key, std::less<>> keys;
    std::map<std::string, pki::Identity, std::less<>> identities;
};

class Forge {
  public:
    /// `now` in Unix seconds: the clock by which a forged validity is over or not begun.
    Forge(Cast cast, std::int64_t now) : cast_(std::move(cast)), now_(now) {}

    const pki::Authority& authority(std::string_view name) const;
    const pki::Key& key(std::string_view name) const;
    const pki::Identity& identity(std::string_view name) const;
    std::int64_t now() const { return now_; }

    /// `original` signed again by the CA `issuer` for the key `key`, with the chain of that CA.
    pki::Identity copy(const pki::Certificate& original, std::string_view issuer, std::string_view key_name,
                       const pki::CopyChanges& changes = {}) const;

  private:
    Cast cast_;
    std::int64_t now_;
};

}  // namespace pinlab::mitm
