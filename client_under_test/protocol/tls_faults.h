// Reads OpenSSL's error queue after a failed handshake: not TLS, a protocol that is too old, an aborted
// handshake, or a fault of the transport. A verification failure is explained by the verifier, not here.
#pragma once

#include <string>
#include <vector>

#include "client_under_test/protocol/reasons.h"

namespace pinlab::protocol {

/// Takes and empties the calling thread's OpenSSL error queue, oldest first.
std::vector<unsigned long> drain_openssl_errors();

/// The reason behind the codes of one failed handshake; transport_failed if there are none (a bare EOF or
/// reset).
Reason reason_of_tls(const std::vector<unsigned long>& codes);

/// The codes as text for people, or `otherwise` if there are none.
std::string tls_text(const std::vector<unsigned long>& codes, const std::string& otherwise);

}  // namespace pinlab::protocol
