// The anchors of a policy, read once: what is judged with is what was hashed.
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
