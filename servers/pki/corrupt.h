// Certificates corrupted after they were signed, which no ordinary API produces.
// Works on the finished encoding; never signs anything.
#pragma once

#include "servers/pki/certificate.h"
#include "servers/pki/key.h"
#include "servers/pki/profile.h"

namespace pinlab::pki {

/// The same certificate with the last bit of its signature flipped: still perfect DER, verifies under no key.
Certificate with_broken_signature(const Certificate& certificate);

/// The same certificate with another public key and the old signature: issuer, serial number and names still
/// match (certmitm's "replaced key").
Certificate with_public_key(const Certificate& certificate, const Key& key);

/// The same certificate with the lowest bit of one byte of its signed part flipped and the old signature;
/// `at` counts from the first byte of tbsCertificate. Error if what comes out is no certificate any more.
Certificate with_flipped_byte(const Certificate& certificate, std::size_t at);

/// The same certificate, naming another digest inside the signed part than outside, and rightly signed so by
/// `signer`: RFC 5280 4.1.1.2 wants them equal.
Certificate with_inner_digest(const Certificate& certificate, Digest inner, Digest outer, const Key& signer);

}  // namespace pinlab::pki
