// The pins of one entry against one path: rejected keys first, then accepted ones in their roles. The path
// may be of a handshake or of a remembered session.
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>
#include <vector>

#include "client_under_test/protocol/outcome.h"
#include "client_under_test/protocol/reasons.h"
#include "pinlab/client/policy.h"

namespace pinlab::reference {

using namespace protocol;

using pinlab::client::Digest;
using pinlab::client::HostPolicy;

/// The two hashes of a certificate that a pin can contain.
struct Hashes {
    Digest spki{};
    Digest certificate{};  // zero unless the entry has pins of that kind: an unused hash costs time
};

/// What the pins say about a path.
struct PinFinding {
    std::optional<PinMatch> matched;  // the accepted pin, even if a rejected key overrides it
    std::optional<Reason> fault;
    std::string detail;  // for people; empty without a fault
};

/// The hashes of each, in order; of the whole certificate only if `with_certificates`.
std::vector<Hashes> hashes_of(const STACK_OF(X509) * certificates, bool with_certificates);

/// Whether any pin of the entry is about whole certificates.
bool wants_certificates(const HostPolicy& entry);

/// Whether a pin is about one of these, in any role.
bool holds_pin(const HostPolicy& entry, const std::vector<Hashes>& certificates);

/// Checks a *verified* path (leaf first) and the presented list. Every comparison takes constant time. An
/// entry that is not pinned finds no fault; one without pins accepts no path.
PinFinding judge_pins(const HostPolicy& entry, const std::vector<Hashes>& path,
                      const std::vector<Hashes>& presented);

}  // namespace pinlab::reference
