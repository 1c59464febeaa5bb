// What to issue, as a plain aggregate with defaults: a case writes only its deviation.
// Holds no names of entries (issuer, chain …): those belong to recipes, see servers/mint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servers/pki/key.h"
#include "servers/pki/openssl.h"

namespace pinlab::pki {

/// Bits of the keyUsage extension, numbered as in RFC 5280 4.2.1.3.
enum class KeyUsage {
    digital_signature = 0,
    content_commitment = 1,
    key_encipherment = 2,
    data_encipherment = 3,
    key_agreement = 4,
    key_cert_sign = 5,
    crl_sign = 6,
    encipher_only = 7,
    decipher_only = 8
};

/// Parts that a correct certificate has and a malformed one may lack.
enum class Field {
    san,
    basic_constraints,
    key_usage,
    ext_key_usage,
    subject_key_id,
    authority_key_id,
    common_name
};

/// The hash under the signature. Ed25519 has none of its own choice and ignores it.
enum class Digest { md5, sha1, sha256, sha384, sha512 };

enum class SignatureState {
    valid,
    broken  ///< the last bit of the certificate, hence of the signature, is flipped
};

/// An extension given byte for byte; may repeat or contradict one of the others.
struct RawExtension {
    std::string oid;  ///< dotted: "1.3.6.1.5.5.7.1.24"
    bool critical = false;
    Bytes der;  ///< the content of extnValue, not checked
};

/// Seconds are relative to the `now` of the call that issues. Empty optionals mean: the usual for a leaf or
/// for a CA, as written at each field.
struct Profile {
    std::optional<std::string> common_name =
        {};  ///< [first of names if it fits in 64 bytes; CA: "pinlab, do not trust"]
    std::vector<std::string> names = {};          ///< dNSName, any bytes
    std::vector<std::string> ips = {};            ///< iPAddress, "192.0.2.1" or "2001:db8::1"
    std::vector<std::string> uris = {};           ///< uniformResourceIdentifier, any bytes
    std::optional<std::int64_t> not_before = {};  ///< [leaf: a day ago; CA: 365 days ago]
    std::optional<std::int64_t> not_after = {};   ///< [leaf: in 90 days; CA: in 3650 days]
    std::optional<bool> is_ca = {};               ///< [true for root() and child(), false for issue()]
    std::optional<int> path_length = {};          ///< pathLenConstraint
    std::optional<std::vector<KeyUsage>> key_usage =
        {};  ///< [leaf: digital_signature; CA: key_cert_sign, crl_sign]
    std::optional<std::vector<std::string>> ext_key_usage =
        {};  ///< "server_auth" or a dotted OID [leaf: server_auth; CA: none]
    std::vector<Field> omit = {};
    std::vector<std::string> permitted_names = {};  ///< nameConstraints, dNSName subtrees (critical)
    std::vector<std::string> excluded_names = {};
    std::vector<RawExtension> extensions = {};
    std::optional<Bytes> serial = {};  ///< big-endian [16 random bytes]
    bool negative_serial = false;
    Digest digest = Digest::sha256;
    std::optional<Digest> inner_digest = {};  ///< named inside the signed part, in place of the true one
    int version = 3;                          ///< 1 and 2 carry no extensions except those in `extensions`
    std::optional<Key> signing_key = {};      ///< another key than the issuer's really signs
    SignatureState signature = SignatureState::valid;
    std::optional<std::size_t> flip_byte =
        {};  ///< of the signed part, after signing; see with_flipped_byte()
    std::optional<Key> replace_public_key = {};  ///< put in after signing; the old signature is kept
};

/// The names that recipes use; nothing for any other text.
std::optional<KeyUsage> key_usage_from(std::string_view text);
std::optional<Field> field_from(std::string_view text);
std::optional<Digest> digest_from(std::string_view text);

/// The OID of dotted text ("1.3.6.1.5.5.7.1.24"); null for anything else.
Asn1ObjectPtr oid_from(std::string_view dotted);

/// The OID of "server_auth", "client_auth", "code_signing", "email_protection", "time_stamping",
/// "ocsp_signing", "any", or of dotted text; null for anything else.
Asn1ObjectPtr ext_key_usage_oid(std::string_view text);

}  // namespace pinlab::pki
