#include "servers/pki/extensions.h"

#include <algorithm>
#include <limits>

namespace pinlab::pki {
namespace {

using BasicConstraintsPtr = std::unique_ptr<BASIC_CONSTRAINTS, Freer<&BASIC_CONSTRAINTS_free>>;
using ExtKeyUsagePtr = std::unique_ptr<EXTENDED_KEY_USAGE, Freer<&EXTENDED_KEY_USAGE_free>>;
using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, Freer<&GENERAL_NAME_free>>;
using GeneralSubtreePtr = std::unique_ptr<GENERAL_SUBTREE, Freer<&GENERAL_SUBTREE_free>>;
using NameConstraintsPtr = std::unique_ptr<NAME_CONSTRAINTS, Freer<&NAME_CONSTRAINTS_free>>;
using AuthorityKeyIdPtr = std::unique_ptr<AUTHORITY_KEYID, Freer<&AUTHORITY_KEYID_free>>;
using IA5StringPtr = std::unique_ptr<ASN1_IA5STRING, Freer<&ASN1_IA5STRING_free>>;

void add(X509* x509, int nid, void* value, bool critical) {
    require(X509_add1_ext_i2d(x509, nid, value, critical, X509V3_ADD_APPEND) == 1, OBJ_nid2sn(nid));
}

int length_of(std::size_t size) {
    if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) throw Error("a field is too long");
    return static_cast<int>(size);
}

/// A dNSName or a URI with exactly these bytes, a NUL included.
GeneralNamePtr text_name(int type, const std::string& text) {
    IA5StringPtr value(require_ptr(ASN1_IA5STRING_new(), "IA5String"));
    require(ASN1_STRING_set(value.get(), text.data(), length_of(text.size())) == 1, "IA5String");
    GeneralNamePtr name(require_ptr(GENERAL_NAME_new(), "GeneralName"));
    GENERAL_NAME_set0_value(name.get(), type, value.release());
    return name;
}

GeneralNamePtr address_name(const std::string& text) {
    OctetStringPtr value(a2i_IPADDRESS(text.c_str()));
    require(value != nullptr, "not an IP address: " + text);
    GeneralNamePtr name(require_ptr(GENERAL_NAME_new(), "GeneralName"));
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, value.release());
    return name;
}

void push(GENERAL_NAMES* names, GeneralNamePtr name) {
    require(sk_GENERAL_NAME_push(names, name.get()) > 0, "GeneralNames");
    static_cast<void>(name.release());
}

void add_alt_names(X509* x509, const Profile& profile) {
    const GeneralNamesPtr all(require_ptr(GENERAL_NAMES_new(), "GeneralNames"));
    for (const std::string& name : profile.names) push(all.get(), text_name(GEN_DNS, name));
    for (const std::string& address : profile.ips) push(all.get(), address_name(address));
    for (const std::string& uri : profile.uris) push(all.get(), text_name(GEN_URI, uri));
    if (sk_GENERAL_NAME_num(all.get()) == 0) return;
    const bool no_subject = X509_NAME_entry_count(X509_get_subject_name(x509)) == 0;
    add(x509, NID_subject_alt_name, all.get(), no_subject);
}

void add_basic_constraints(X509* x509, const Profile& profile, bool as_ca) {
    const BasicConstraintsPtr constraints(require_ptr(BASIC_CONSTRAINTS_new(), "basicConstraints"));
    constraints->ca = profile.is_ca.value_or(as_ca) ? 0xff : 0;
    if (profile.path_length) {
        constraints->pathlen = require_ptr(ASN1_INTEGER_new(), "pathLenConstraint");
        require(ASN1_INTEGER_set_int64(constraints->pathlen, *profile.path_length) == 1, "pathLenConstraint");
    }
    add(x509, NID_basic_constraints, constraints.get(), true);
}

void add_key_usage(X509* x509, const Profile& profile, bool as_ca) {
    using enum KeyUsage;
    const std::vector<KeyUsage> usual =
        as_ca ? std::vector{key_cert_sign, crl_sign} : std::vector{digital_signature};
    const BitStringPtr bits(require_ptr(ASN1_BIT_STRING_new(), "keyUsage"));
    for (const KeyUsage usage : profile.key_usage.value_or(usual)) {
        require(ASN1_BIT_STRING_set_bit(bits.get(), static_cast<int>(usage), 1) == 1, "keyUsage");
    }
    add(x509, NID_key_usage, bits.get(), true);
}

void add_ext_key_usage(X509* x509, const Profile& profile, bool as_ca) {
    const std::vector<std::string> usual =
        as_ca ? std::vector<std::string>{} : std::vector<std::string>{"server_auth"};
    const std::vector<std::string> purposes = profile.ext_key_usage.value_or(usual);
    if (purposes.empty()) return;
    const ExtKeyUsagePtr all(require_ptr(EXTENDED_KEY_USAGE_new(), "extKeyUsage"));
    for (const std::string& purpose : purposes) {
        Asn1ObjectPtr oid = ext_key_usage_oid(purpose);
        if (!oid) throw Error("not an extended key usage: " + purpose);
        require(sk_ASN1_OBJECT_push(all.get(), oid.get()) > 0, "extKeyUsage");
        static_cast<void>(oid.release());
    }
    add(x509, NID_ext_key_usage, all.get(), false);
}

void add_subtrees(STACK_OF(GENERAL_SUBTREE) * *subtrees, const std::vector<std::string>& names) {
    if (names.empty()) return;
    *subtrees = require_ptr(sk_GENERAL_SUBTREE_new_null(), "nameConstraints");
    for (const std::string& name : names) {
        GeneralSubtreePtr subtree(require_ptr(GENERAL_SUBTREE_new(), "nameConstraints"));
        GENERAL_NAME_free(subtree->base);
        subtree->base = text_name(GEN_DNS, name).release();
        require(sk_GENERAL_SUBTREE_push(*subtrees, subtree.get()) > 0, "nameConstraints");
        static_cast<void>(subtree.release());
    }
}

void add_name_constraints(X509* x509, const Profile& profile) {
    if (profile.permitted_names.empty() && profile.excluded_names.empty()) return;
    const NameConstraintsPtr constraints(require_ptr(NAME_CONSTRAINTS_new(), "nameConstraints"));
    add_subtrees(&constraints->permittedSubtrees, profile.permitted_names);
    add_subtrees(&constraints->excludedSubtrees, profile.excluded_names);
    add(x509, NID_name_constraints, constraints.get(), true);
}

/// RFC 5280 4.2.1.2, method 1: over the value of the BIT STRING alone.
OctetStringPtr key_id_of(const X509* x509) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    require(X509_pubkey_digest(x509, EVP_sha1(), hash, &size) == 1, "key identifier");
    OctetStringPtr id(require_ptr(ASN1_OCTET_STRING_new(), "key identifier"));
    require(ASN1_OCTET_STRING_set(id.get(), hash, static_cast<int>(size)) == 1, "key identifier");
    return id;
}

}  // namespace

bool omits(const Profile& profile, Field field) {
    return std::find(profile.omit.begin(), profile.omit.end(), field) != profile.omit.end();
}

void add_extensions(X509* x509, const Profile& profile, bool as_ca) {
    if (!omits(profile, Field::basic_constraints)) add_basic_constraints(x509, profile, as_ca);
    if (!omits(profile, Field::key_usage)) add_key_usage(x509, profile, as_ca);
    if (!omits(profile, Field::ext_key_usage)) add_ext_key_usage(x509, profile, as_ca);
    if (!omits(profile, Field::san)) add_alt_names(x509, profile);
    add_name_constraints(x509, profile);
}

void add_raw_extensions(X509* x509, const std::vector<RawExtension>& extensions) {
    for (const RawExtension& raw : extensions) {
        const Asn1ObjectPtr oid = oid_from(raw.oid);
        if (!oid) throw Error("not an object identifier: " + raw.oid);
        const OctetStringPtr value(require_ptr(ASN1_OCTET_STRING_new(), "extension"));
        require(ASN1_OCTET_STRING_set(value.get(), raw.der.data(), length_of(raw.der.size())) == 1,
                "extension");
        const X509ExtensionPtr made(
            X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), raw.critical ? 1 : 0, value.get()));
        require(made && X509_add_ext(x509, made.get(), -1) == 1, "extension " + raw.oid);
    }
}

void add_dns_names(X509* x509, const std::vector<std::string>& names) {
    add_alt_names(x509, Profile{.names = names});
}

void add_subject_key_id(X509* x509) {
    add(x509, NID_subject_key_identifier, key_id_of(x509).get(), false);
}

void add_authority_key_id(X509* x509, const X509* issuer) {
    // Not X509_get0_subject_key_id(): it makes OpenSSL remember what it sees in `issuer`, which may be `x509`
    // itself and unfinished.
    OctetStringPtr id;
    {
        const ExpectedFailure quiet;  // a malformed issuer may have extensions that do not parse
        id.reset(static_cast<ASN1_OCTET_STRING*>(
            X509_get_ext_d2i(issuer, NID_subject_key_identifier, nullptr, nullptr)));
    }
    if (!id) id = key_id_of(issuer);
    const AuthorityKeyIdPtr whole(require_ptr(AUTHORITY_KEYID_new(), "authorityKeyIdentifier"));
    whole->keyid = id.release();
    add(x509, NID_authority_key_identifier, whole.get(), false);
}

}  // namespace pinlab::pki
