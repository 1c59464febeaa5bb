// After a pin refusal: would another path, to another anchor, have held a pin?
#pragma once

#include <openssl/x509_vfy.h>

#include "pinlab/client/policy.h"

namespace pinlab::reference {

/// Builds again, to each anchor of the store alone (at most 32 of them), from the same leaf and list, and
/// asks whether a path without any fault satisfies the entry. Two anchors with one key, or an authority that
/// is signed by two others, make OpenSSL choose one path; the pin may be on the other.
bool alternate_path_exists(X509_STORE_CTX* judged, const pinlab::client::HostPolicy& entry);

}  // namespace pinlab::reference
