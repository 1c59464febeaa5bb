// A public key in the form that X509_set_pubkey() takes by its short path: the one place that uses OpenSSL's
// deprecated EC_KEY. Never touches a private key.
#pragma once

#include "servers/pki/openssl.h"

namespace pinlab::pki {

/// An EVP_PKEY around an EC_KEY with the public point of `pkey`. OpenSSL 3.0 writes a provider's key into a
/// certificate by encoding and decoding it again (231 µs for a forged P-256 leaf, against 45 µs this way).
/// The encoding is the same byte for byte, compressed points included. Null for keys that are not on P-256 or
/// P-384 or that spell out the parameters of their curve.
EvpPkeyPtr fast_spki(EVP_PKEY* pkey);

/// DER of the SubjectPublicKeyInfo. Error if OpenSSL cannot encode it.
Bytes encode_spki(EVP_PKEY* pkey);

}  // namespace pinlab::pki
