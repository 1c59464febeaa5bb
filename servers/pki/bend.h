// Certificates spoilt after they were signed: what no honest API produces.
// Works on the finished encoding; never signs anything.
#pragma once

#include "servers/pki/certificate.h"
#include "servers/pki/key.h"

namespace pinlab::pki {

/// The same certificate with the last bit of its signature flipped: still perfect DER, verifies under no key.
Certificate with_broken_signature(const Certificate& certificate);

/// The same certificate with another public key and the old signature: issuer, serial number and names still
/// match (certmitm's "replaced key").
Certificate with_public_key(const Certificate& certificate, const Key& key);

}  // namespace pinlab::pki
