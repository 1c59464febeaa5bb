// The steps by which an X509 comes to be, shared by issuing from a Profile and by copying.
// Decides nothing: what goes in is decided by issue.cpp and copy.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "servers/pki/certificate.h"
#include "servers/pki/key.h"
#include "servers/pki/openssl.h"
#include "servers/pki/profile.h"

namespace pinlab::pki {

/// A version 3 certificate with a random serial number of 16 bytes and this public key; all else is empty.
X509Ptr start_certificate(const Key& subject_key);

/// A serial number of the caller's: big-endian, any length; negative on request.
void set_serial(X509* x509, const Bytes& serial, bool negative = false);

/// Absolute, Unix seconds. Error outside the years 0 to 9999.
void set_not_before(X509* x509, std::int64_t seconds);
void set_not_after(X509* x509, std::int64_t seconds);

/// Appends a commonName of exactly these bytes, of any length and with any content (UTF8String).
void add_common_name(X509_NAME* name, const std::string& text);

/// OpenSSL's digest for a signature by this key; null for those that have none of their own choice.
const EVP_MD* hash_for(const Key& signer, Digest digest);

/// Signs and hands out. The key may be anyone's.
Certificate sign(X509Ptr x509, const Key& signer, Digest digest);

}  // namespace pinlab::pki
