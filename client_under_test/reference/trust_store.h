// The anchors of a policy, read once, so that the digest is of the same bytes as the anchors in use. They
// come from a file or from the system's store, never from both; a file without certificates is an error.
#pragma once

#include <openssl/x509_vfy.h>

#include <memory>
#include <string>

#include "pinlab/client/policy.h"

namespace pinlab::reference {

struct TrustStore {
    std::shared_ptr<X509_STORE> anchors;
    std::string digest;  // hex SHA-256 of the file; "system" for the system's store
    std::string origin;  // "file" or "system"
};

/// Throws ConfigError.
TrustStore load_trust(const pinlab::client::Policy& policy);

}  // namespace pinlab::reference
