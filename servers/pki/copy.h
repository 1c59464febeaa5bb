// A forged copy of a certificate that a real server shows. It is made for each connection, so it is fast.
// Copies only what a client looks at to decide; never SCTs, must-staple or revocation addresses.
#pragma once

#include "servers/pki/authority.h"

namespace pinlab::pki {

/// The copy under `issuer` (null: signing itself), signed by `signer`. See `Authority::sign_copy`.
Certificate copy_certificate(const Certificate& original, const Key& leaf_key, const CopyChanges& changes,
                             const Certificate* issuer, const Key& signer);

}  // namespace pinlab::pki
