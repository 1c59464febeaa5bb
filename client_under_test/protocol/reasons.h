// How OpenSSL's verification codes map to the closed list of reasons, and in which order they are reported.
#pragma once

#include <vector>

#include "pinlab/client/reason.h"

namespace pinlab::protocol {

using pinlab::client::name;
using pinlab::client::Reason;

/// The reason behind one X509_V_ERR_* code; `internal` for codes that say nothing about the peer (out of
/// memory, misuse).
Reason reason_of_x509(int code);

/// Each reason once, in the order in which it is reported: chain trust, time, revocation, name, shape of the
/// chain (key usage, constraints, signatures), weakness, pins. The first is *the* reason; the others must not
/// be lost, or a second fault would be hidden by one that a user overrides (CVE-2014-1584, CVE-2015-2741).
std::vector<Reason> in_report_order(std::vector<Reason> found);

}  // namespace pinlab::protocol
