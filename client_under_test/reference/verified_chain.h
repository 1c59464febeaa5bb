// What one full verification has proved, stored to verify again without a handshake. OpenSSL's verify result
// of a resumed session is inherited and proves nothing.
#pragma once

#include <openssl/x509_vfy.h>

#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/outcome.h"
#include "client_under_test/reference/pin_rules.h"

namespace pinlab::reference {

using namespace protocol;

/// The certificates of one verification. `verified` is empty where no path was built.
struct Evidence {
    std::vector<X509Ptr> verified;  // leaf first
    std::vector<X509Ptr> served;    // as the peer sent them
    std::vector<Hashes> path;       // of `verified`
    std::vector<Hashes> presented;  // of `served`
    std::time_t not_before = 0;     // the latest of the path
    std::time_t not_after = 0;      // the earliest of the path
    std::time_t verified_at = 0;    // by the client's clock
};
using EvidencePtr = std::shared_ptr<const Evidence>;

/// From a context whose chain was built (or not: `path_built`).
EvidencePtr gather(X509_STORE_CTX* context, const HostPolicy& entry, bool path_built, std::time_t now);

/// The result of verifying old evidence under the current entry and clock.
struct Again {
    std::vector<Reason> faults;     // that refuse
    std::vector<Reason> tolerated;  // of the pins, where the entry only reports
    std::optional<PinMatch> matched;
    std::string detail;
};
Again judge_again(const Evidence& evidence, const HostPolicy& entry, std::time_t now);

/// notBefore or notAfter as seconds since 1970; nullopt for what is not a time.
std::optional<std::time_t> seconds_of(const ASN1_TIME* time);

}  // namespace pinlab::reference
