// Fills a ConnectionReport from what the engine knows, after the decision.
#pragma once

#include "client_under_test/protocol/connect_options.h"
#include "client_under_test/reference/link_facts.h"
#include "client_under_test/reference/verification.h"
#include "pinlab/client/report.h"

namespace pinlab::reference {

using namespace protocol;

/// Host, port, SNI and proxy of a dial.
void add_dial(pinlab::client::ConnectionReport& report, const Dial& dial);

/// Digest, expiry and pins of the entry.
void add_entry(pinlab::client::ConnectionReport& report, const HostPolicy& entry);

/// Faults, match and certificates of a finding under the entry; `now` gives a resumed session its age.
void add_finding(pinlab::client::ConnectionReport& report, const std::optional<Finding>& finding,
                 const HostPolicy& entry, std::time_t now);

void add_link(pinlab::client::ConnectionReport& report, const LinkFacts& facts);

}  // namespace pinlab::reference
