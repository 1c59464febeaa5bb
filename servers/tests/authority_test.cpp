// CAs: what they issue by default OpenSSL accepts; each deviation is in the certificate and nothing
// else is.
#include "servers/pki/authority.h"

#include <gtest/gtest.h>

#include "servers/tests/pki_support.h"

namespace pinlab::pki {
namespace {

using test::now;
using test::verify;

const Key& leaf_key() {
    static const Key key = Key::generate(KeyKind::p256);
    return key;
}

int verdict(const test::Cas& cas, const Profile& profile, std::int64_t at = now) {
    const Identity identity = cas.issuing.issue(profile, leaf_key(), now);
    return verify(identity.leaf, identity.chain, cas.root.certificate, at);
}

int extension_count(const Certificate& certificate, int nid) {
    int count = 0;
    for (int at = -1; (at = X509_get_ext_by_NID(certificate.native(), nid, at)) >= 0;) ++count;
    return count;
}

bool is_critical(const Certificate& certificate, int nid) {
    return X509_EXTENSION_get_critical(
               X509_get_ext(certificate.native(), X509_get_ext_by_NID(certificate.native(), nid, -1))) == 1;
}

TEST(Authority, IssuesWhatOpensslAcceptsUnderEveryKindOfKey) {
    for (const KeyKind kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa2048, KeyKind::ed25519}) {
        const Key key = Key::generate(kind);
        const Authority root = Authority::root({.common_name = "root"}, key, now);
        const Authority issuing = root.child({.common_name = "issuing", .path_length = 0}, key, now);
        const Identity identity = issuing.issue({.names = {"shop.test"}}, key, now);
        EXPECT_EQ(verify(identity.leaf, identity.chain, root.certificate), X509_V_OK) << to_string(kind);
        EXPECT_TRUE(test::queue_is_empty());
    }
}

TEST(Authority, ChainsEndBelowTheRoot) {
    const test::Cas cas;
    const Authority deeper = cas.issuing.child({.common_name = "deeper"}, leaf_key(), now);
    const Identity identity = deeper.issue({.names = {"shop.test"}}, leaf_key(), now);
    ASSERT_EQ(identity.chain.size(), 2U);
    EXPECT_EQ(identity.chain[0].subject(), "CN=deeper");
    EXPECT_EQ(identity.chain[1].subject(), "CN=issuing");
    EXPECT_TRUE(cas.root.issue({}, leaf_key(), now).chain.empty());
    EXPECT_EQ(identity.shown().size(), 3U);
}

TEST(Authority, DefaultsAreThoseOfAnHonestLeaf) {
    const test::Cas cas;
    const Certificate leaf =
        cas.issuing.issue({.names = {"shop.test", "www.shop.test"}}, leaf_key(), now).leaf;
    EXPECT_EQ(leaf.subject(), "CN=shop.test");
    EXPECT_EQ(leaf.names(), (std::vector<std::string>{"shop.test", "www.shop.test"}));
    EXPECT_EQ(leaf.not_before(), now - 86400);
    EXPECT_EQ(leaf.not_after(), now + 7776000);
    EXPECT_EQ(leaf.serial_hex().size(), 32U);
    EXPECT_EQ(X509_get_version(leaf.native()), X509_VERSION_3);
    EXPECT_EQ(X509_get_key_usage(leaf.native()), static_cast<std::uint32_t>(KU_DIGITAL_SIGNATURE));
    EXPECT_EQ(X509_get_extended_key_usage(leaf.native()), static_cast<std::uint32_t>(XKU_SSL_SERVER));
    EXPECT_EQ(X509_check_ca(leaf.native()), 0);
    EXPECT_FALSE(is_critical(leaf, NID_subject_alt_name));
    X509* const ca = cas.issuing.certificate.native();
    EXPECT_EQ(X509_get_key_usage(ca), static_cast<std::uint32_t>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
    EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(leaf.native()), X509_get0_subject_key_id(ca)),
              0);
}

TEST(Authority, EachDeviationIsTheOneThatOpensslFinds) {
    const test::Cas cas;
    EXPECT_EQ(verdict(cas, {.not_after = -10}), X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(verdict(cas, {.not_before = 10}), X509_V_ERR_CERT_NOT_YET_VALID);
    EXPECT_EQ(verdict(cas, {.ext_key_usage = {{"client_auth"}}}), X509_V_ERR_INVALID_PURPOSE);
    EXPECT_EQ(verdict(cas, {.extensions = {{"1.2.3.4", true, {5, 0}}}}),
              X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION);
    EXPECT_EQ(verdict(cas, {.extensions = {{"1.2.3.4", false, {5, 0}}}}), X509_V_OK);
    EXPECT_EQ(verdict(cas, {.signing_key = leaf_key()}), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict(cas, {.signature = SignatureState::broken}), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict(cas, {.replace_public_key = Key::generate(KeyKind::p256)}),
              X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict(cas, {.inner_digest = Digest::sha384}), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict(cas, {.flip_byte = 20}), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict(cas, {.digest = Digest::sha384}), X509_V_OK);
    EXPECT_EQ(verdict(cas, {.inner_digest = Digest::sha256}), X509_V_OK) << "named rightly: no deviation";
    EXPECT_EQ(verdict(cas, {.version = 1}), X509_V_OK);  // a v1 leaf is odd, not wrong
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(Authority, CasCanBeBentToo) {
    const Authority root = Authority::root({}, leaf_key(), now);
    const auto under = [&](const Profile& profile) {
        const Identity leaf =
            root.child(profile, leaf_key(), now).issue({.names = {"shop.test"}}, leaf_key(), now);
        return verify(leaf.leaf, leaf.chain, root.certificate);
    };
    EXPECT_EQ(under({.common_name = "ca"}), X509_V_OK);
    EXPECT_EQ(under({.common_name = "ca", .is_ca = false}), X509_V_ERR_INVALID_CA);
    EXPECT_EQ(under({.common_name = "ca", .omit = {Field::basic_constraints}, .version = 3}),
              X509_V_ERR_INVALID_CA);
    EXPECT_EQ(under({.common_name = "ca", .key_usage = {{KeyUsage::crl_sign}}}), X509_V_ERR_INVALID_CA);
    EXPECT_EQ(under({.common_name = "ca", .permitted_names = {"other.test"}}),
              X509_V_ERR_PERMITTED_VIOLATION);
    EXPECT_EQ(under({.common_name = "ca", .excluded_names = {"shop.test"}}), X509_V_ERR_EXCLUDED_VIOLATION);
}

TEST(Authority, PathLengthIsWritten) {
    const Authority root = Authority::root({}, leaf_key(), now);
    const Authority last = root.child({.common_name = "last", .path_length = 0}, leaf_key(), now);
    const Identity leaf = last.child({.common_name = "one too many"}, Key::generate(KeyKind::p256), now)
                              .issue({.names = {"shop.test"}}, leaf_key(), now);
    EXPECT_EQ(verify(leaf.leaf, leaf.chain, root.certificate), X509_V_ERR_PATH_LENGTH_EXCEEDED);
}

TEST(Authority, IsCaAloneBendsThatFlagAlone) {
    const test::Cas cas;
    const Certificate leaf = cas.issuing.issue({.is_ca = true}, leaf_key(), now).leaf;
    EXPECT_EQ(X509_get_key_usage(leaf.native()), static_cast<std::uint32_t>(KU_DIGITAL_SIGNATURE));
    EXPECT_EQ(leaf.not_after(), now + 7776000);
}

TEST(Authority, OmissionsLeaveOutJustThat) {
    const test::Cas cas;
    const std::vector<std::pair<Field, int>> parts = {
        {Field::san, NID_subject_alt_name},
        {Field::basic_constraints, NID_basic_constraints},
        {Field::key_usage, NID_key_usage},
        {Field::ext_key_usage, NID_ext_key_usage},
        {Field::subject_key_id, NID_subject_key_identifier},
        {Field::authority_key_id, NID_authority_key_identifier}};
    for (const auto& [left_out, unused] : parts) {
        const Certificate leaf =
            cas.issuing.issue({.names = {"a.test"}, .omit = {left_out}}, leaf_key(), now).leaf;
        for (const auto& [part, nid] : parts)
            EXPECT_EQ(extension_count(leaf, nid), part == left_out ? 0 : 1) << nid;
    }
    const Certificate bare =
        cas.issuing.issue({.names = {"a.test"}, .omit = {Field::common_name}}, leaf_key(), now).leaf;
    EXPECT_EQ(bare.subject(), "");
    EXPECT_TRUE(is_critical(bare, NID_subject_alt_name));  // RFC 5280 4.2.1.6
}

TEST(Authority, VersionOneHasNoExtensionsButThoseAskedFor) {
    const test::Cas cas;
    const Certificate plain = cas.issuing.issue({.names = {"a.test"}, .version = 1}, leaf_key(), now).leaf;
    EXPECT_EQ(X509_get_version(plain.native()), X509_VERSION_1);
    EXPECT_EQ(X509_get_ext_count(plain.native()), 0);
    const Certificate odd =
        cas.issuing.issue({.extensions = {{"1.2.3.4", false, {}}}, .version = 1}, leaf_key(), now).leaf;
    EXPECT_EQ(X509_get_ext_count(odd.native()), 1);
}

TEST(Authority, NamesMayHoldAnyBytes) {
    const test::Cas cas;
    const std::string nul("shop.test\0.evil.test", 20);
    const Certificate leaf = cas.issuing.issue({.names = {nul, ""}}, leaf_key(), now).leaf;
    EXPECT_EQ(Certificate::from_der(leaf.to_der()).names(), (std::vector<std::string>{nul, ""}));
    EXPECT_EQ(leaf.subject(), "CN=shop.test\\00.evil.test");
    const Certificate longer =
        cas.issuing.issue({.common_name = std::string(200, 'x')}, leaf_key(), now).leaf;
    EXPECT_EQ(longer.subject(), "CN=" + std::string(200, 'x'));
    EXPECT_EQ(cas.issuing.issue({.names = {std::string(65, 'x')}}, leaf_key(), now).leaf.subject(), "");
}

TEST(Authority, SerialsAreTakenAsTheyAre) {
    const test::Cas cas;
    EXPECT_EQ(cas.issuing.issue({.serial = Bytes{0x80, 0x01}}, leaf_key(), now).leaf.serial_hex(), "8001");
    EXPECT_EQ(cas.issuing.issue({.serial = Bytes{0}}, leaf_key(), now).leaf.serial_hex(), "00");
    const Certificate a = cas.issuing.issue({}, leaf_key(), now).leaf,
                      b = cas.issuing.issue({}, leaf_key(), now).leaf;
    EXPECT_NE(a.serial_hex(), b.serial_hex());
}

TEST(Authority, WhatCannotBeEncodedIsAnError) {
    const test::Cas cas;
    EXPECT_THROW(cas.issuing.issue({.ips = {"shop.test"}}, leaf_key(), now), Error);
    EXPECT_THROW(cas.issuing.issue({.ext_key_usage = {{"serverAuth!"}}}, leaf_key(), now), Error);
    EXPECT_THROW(cas.issuing.issue({.extensions = {{"one.two", false, {}}}}, leaf_key(), now), Error);
    EXPECT_THROW(cas.issuing.issue({.not_after = 999'999'999'999}, leaf_key(), now), Error);
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(Authority, ALeafCanBeOne) {
    const test::Cas cas;
    const Identity own = cas.issuing.issue({.names = {"attacker.test"}}, leaf_key(), now);
    const Identity forged = Authority::from_identity(own).issue({.names = {"shop.test"}}, leaf_key(), now);
    ASSERT_EQ(forged.chain.size(), 2U);
    EXPECT_EQ(verify(forged.leaf, forged.chain, cas.root.certificate), X509_V_ERR_INVALID_CA);
}

TEST(Authority, SelfSignedLeavesTrustThemselvesAlone) {
    const test::Cas cas;
    const Identity lonely = self_signed({.names = {"shop.test"}}, leaf_key(), now);
    EXPECT_TRUE(lonely.leaf.is_self_issued());
    EXPECT_EQ(verify(lonely.leaf, {}, cas.root.certificate), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    EXPECT_EQ(verify(lonely.leaf, {}, lonely.leaf), X509_V_OK);
}

}  // namespace
}  // namespace pinlab::pki
