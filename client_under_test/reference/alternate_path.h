// After a pin refusal: would another path, to another anchor, have matched a pin? A diagnosis for the log
// (cross-signed CAs); it accepts nothing.
#pragma once

#include <openssl/x509_vfy.h>

#include "pinlab/client/policy.h"

namespace pinlab::reference {

/// Builds again, to each anchor of the store alone (at most 32 of them), from the same leaf and list, and
/// returns whether a path without any fault satisfies the entry. Two anchors with one key, or a CA that is
/// signed by two others, make OpenSSL choose one path; the pin may be on the other.
bool alternate_path_exists(X509_STORE_CTX* judged, const pinlab::client::HostPolicy& entry);

}  // namespace pinlab::reference
