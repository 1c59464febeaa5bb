// A draft of a policy from what one server shows. It does not load as a policy until its author adds the
// backup pin.
#pragma once

#include <string>

#include "pinlab/client/policy.h"
#include "pinlab/client/report.h"

namespace pinlab::reference {

/// JSON of schema pinlab.policy/1 with the leaf's pin, the other keys of the path as labels say, and a gap
/// for the backup.
std::string draft_of(const pinlab::client::ConnectionReport& report, const pinlab::client::Policy& policy);

}  // namespace pinlab::reference
