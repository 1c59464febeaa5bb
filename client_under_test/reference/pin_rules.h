// The pins of one entry against one path: rejected keys first, then accepted ones in their roles.
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

/// What of a certificate a pin can be about.
struct Hashes {
    Digest spki{};
    Digest
        certificate{};  // zero unless the entry has pins of that kind: a hash that no one asks for costs time
};

/// What the pins say about a path.
struct PinFinding {
    std::optional<PinMatch> matched;  // the accepted pin, even where a rejected key spoils it
    std::optional<Reason> fault;
    std::string detail;  // for people; empty without a fault
};

/// The hashes of each, in order; of the whole certificate only where it is asked for.
std::vector<Hashes> hashes_of(const STACK_OF(X509) * certificates, bool with_certificates);

/// Whether any pin of the entry is about whole certificates.
bool wants_certificates(const HostPolicy& entry);

/// Whether a pin is about one of these, in any role.
bool holds_pin(const HostPolicy& entry, const std::vector<Hashes>& certificates);

/// Judges a *verified* path (leaf first) and the list that was presented. Every comparison takes constant
/// time. An entry that is not pinned has no opinion; one without pins accepts no one.
PinFinding judge_pins(const HostPolicy& entry, const std::vector<Hashes>& path,
                      const std::vector<Hashes>& presented);

}  // namespace pinlab::reference
