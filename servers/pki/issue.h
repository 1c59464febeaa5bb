// A certificate made from a Profile: the one place that turns each of its fields into bytes.
// Knows no chain; see authority.h for who issues.
#pragma once

#include <cstdint>

#include "servers/pki/certificate.h"
#include "servers/pki/key.h"
#include "servers/pki/profile.h"

namespace pinlab::pki {

/// A certificate for `subject_key` under `issuer`, or signing itself where `issuer` is null. `issuer_key`
/// signs unless the profile names another key; `now` in Unix seconds. `as_ca` chooses the defaults of
/// all that the profile leaves open, so that a profile with is_ca alone changes that flag alone. Error for
/// what cannot be encoded.
Certificate make_certificate(const Profile& profile, const Key& subject_key, const Certificate* issuer,
                             const Key& issuer_key, bool as_ca, std::int64_t now);

}  // namespace pinlab::pki
