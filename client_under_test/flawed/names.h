// The rules that compare a host with the names of a leaf: the right one and the wrong ones.
#pragma once

#include <openssl/x509.h>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/protocol/brief.h"

namespace pinlab::flawed {

/// Whether the certificate names the brief's host under the rule.
bool names_host(X509* leaf, const pinlab::protocol::Brief& brief, NameRule rule);

}  // namespace pinlab::flawed
