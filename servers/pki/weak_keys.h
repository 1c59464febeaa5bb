// Keys that no CA should certify: a published RSA key of 8192 bits, and a key in an encoding that the
// standards forbid or that is rare.
#pragma once

#include <optional>
#include <string_view>

#include "servers/pki/key.h"

namespace pinlab::pki {

/// How a public key may be written down in a SubjectPublicKeyInfo, beside the usual way.
enum class KeyEncoding {
    compressed,      ///< a curve's point as one coordinate and a sign (RFC 5480 2.2)
    explicit_curve,  ///< the curve's numbers in place of its name, which RFC 5480 2.1.1 forbids
                     ///< (CVE-2020-0601)
    rsa_pss          ///< an RSA key under the OID of RSASSA-PSS (RFC 4055 1.2)
};

/// "compressed", "explicit_curve", "rsa_pss"; nothing for any other text.
std::optional<KeyEncoding> key_encoding_from(std::string_view text);

/// The same numbers in another encoding, hence with another pin. Error for a key that has no such encoding.
Key with_encoding(const Key& key, KeyEncoding encoding);

/// An RSA key of 8192 bits from two primes of RFC 3526, so that it is public and made at once:
/// searching for such a key takes six seconds.
EvpPkeyPtr published_rsa8192();

}  // namespace pinlab::pki
