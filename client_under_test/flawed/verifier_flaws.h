// Flaws of certificate validation that need some lines of their own: whole certificates as pins, dates of
// the last century, store and list in the wrong order. verifier.cpp decides when they apply.
#pragma once

#include <openssl/x509_vfy.h>

#include <optional>

#include "client_under_test/protocol/outcome.h"
#include "client_under_test/protocol/pin_text.h"

namespace pinlab::flawed {

/// Whether the certificate expired before the year 2000, as read by a parser of two-digit years. Null: no.
bool expired_last_century(X509* certificate);

/// The first certificate of the list whose hash, as a whole, is among the pins.
std::optional<pinlab::protocol::PinMatch> match_certificates(const STACK_OF(X509) * list,
                                                             const pinlab::protocol::PinPolicy& policy);

/// Whether the path ends in the certificate `anchor`.
bool ends_in(const STACK_OF(X509) * path, const X509* anchor);

/// Prefers the server's certificates to the client's own anchors, without a second attempt, as the path
/// builder of OpenSSL before 1.1.0 did.
void prefer_presented(X509_VERIFY_PARAM* param);

}  // namespace pinlab::flawed
