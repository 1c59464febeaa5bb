// The extensions of a certificate, as a Profile asks for them, added to an X509 under construction.
// A CA without basicConstraints or with two SANs is allowed: some case asks for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "servers/pki/openssl.h"
#include "servers/pki/profile.h"

namespace pinlab::pki {

/// Whether `profile` leaves out `field`.
bool omits(const Profile& profile, Field field);

/// Adds all that a version 3 certificate of this profile has, except the two key identifiers. `as_ca`
/// chooses the defaults. The subjectAltName is critical if the subject is empty (RFC 5280 4.2.1.6).
/// Error for an address or an OID that is none.
void add_extensions(X509* x509, const Profile& profile, bool as_ca);

/// Adds the extensions that are given byte for byte. Error for an OID that is none.
void add_raw_extensions(X509* x509, const std::vector<RawExtension>& extensions);

/// Adds a subjectAltName of dNSNames alone; nothing if there are no names.
void add_dns_names(X509* x509, const std::vector<std::string>& names);

/// subjectKeyIdentifier: SHA-1 of the public key (RFC 5280 4.2.1.2, method 1). Needs the public key to be in
/// place.
void add_subject_key_id(X509* x509);

/// authorityKeyIdentifier: the subjectKeyIdentifier of `issuer`, or what it would be if it has none.
void add_authority_key_id(X509* x509, const X509* issuer);

}  // namespace pinlab::pki
