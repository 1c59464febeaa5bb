// Forged copies: all that a client looks at is the original's, all that gives the forgery away is the
// forger's.
#include <gtest/gtest.h>

#include "servers/tests/pki_support.h"
#include "servers/tests/third_party_vectors.h"

namespace pinlab::pki {
namespace {

using test::now;

/// The extension's bytes with its critical flag; empty if it is not there.
Bytes extension(const Certificate& certificate, int nid) {
    const int at = X509_get_ext_by_NID(certificate.native(), nid, -1);
    if (at < 0) return {};
    unsigned char* der = nullptr;
    const int size = i2d_X509_EXTENSION(X509_get_ext(certificate.native(), at), &der);
    Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

class Copy : public testing::Test {
  protected:
    test::Cas cas;
    Key key = Key::generate(KeyKind::p256);
    Certificate original = Certificate::from_pem(vectors::p256.pem);
};

TEST_F(Copy, LooksLikeTheOriginalUnderAnotherAuthority) {
    const Certificate copy = cas.issuing.sign_copy(original, key);
    EXPECT_EQ(copy.subject(), original.subject());
    EXPECT_EQ(copy.issuer(), "CN=issuing");
    EXPECT_EQ(copy.not_before(), original.not_before());
    EXPECT_EQ(copy.not_after(), original.not_after());
    for (const int nid : {NID_subject_alt_name, NID_basic_constraints, NID_key_usage, NID_ext_key_usage}) {
        EXPECT_FALSE(extension(copy, nid).empty());
        EXPECT_EQ(extension(copy, nid), extension(original, nid)) << OBJ_nid2sn(nid);
    }
    EXPECT_NE(copy.serial_hex(), original.serial_hex());
    EXPECT_EQ(copy.spki_der(), key.spki_der());
    EXPECT_EQ(test::verify(copy, cas.issuing.chain, cas.root.certificate), X509_V_OK);
}

TEST_F(Copy, LeavesOutWhatOnlyTheOriginalCanHonour) {
    EXPECT_FALSE(extension(original, NID_tlsfeature).empty());
    EXPECT_TRUE(extension(cas.issuing.sign_copy(original, key), NID_tlsfeature).empty());
}

TEST_F(Copy, SurvivesTheWire) {
    const Certificate copy = cas.issuing.sign_copy(original, key);
    EXPECT_EQ(test::verify(Certificate::from_der(copy.to_der()), cas.issuing.chain, cas.root.certificate),
              X509_V_OK);
    EXPECT_EQ(X509_check_private_key(copy.native(), key.native()), 1);
    EXPECT_TRUE(test::queue_is_empty());
}

TEST_F(Copy, BendsOnlyTheFieldsThatAreNamed) {
    const Certificate other = cas.issuing.sign_copy(original, key, {.names = {{"other.test", "b.test"}}});
    EXPECT_EQ(other.names(), (std::vector<std::string>{"other.test", "b.test"}));
    EXPECT_EQ(other.subject(), "CN=other.test,O=Crème\\, Ltd");
    EXPECT_EQ(other.not_after(), original.not_after());
    const Certificate expired = cas.issuing.sign_copy(original, key, {.not_after = now - 1});
    EXPECT_EQ(expired.not_after(), now - 1);
    EXPECT_EQ(expired.not_before(), original.not_before());
    EXPECT_EQ(expired.names(), original.names());
    const Certificate early = cas.issuing.sign_copy(original, key, {.not_before = now + 60});
    EXPECT_EQ(early.not_before(), now + 60);
    EXPECT_EQ(test::verify(early, cas.issuing.chain, cas.root.certificate), X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST_F(Copy, CanSignItself) {
    const Certificate copy = self_sign_copy(original, key);
    EXPECT_TRUE(copy.is_self_issued());
    EXPECT_EQ(copy.names(), original.names());
    EXPECT_EQ(test::verify(copy, {}, cas.root.certificate), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

TEST_F(Copy, WorksWithEveryKindOfKeyAndOriginal) {
    using namespace vectors;
    for (const KeyKind kind : {KeyKind::p256, KeyKind::p384, KeyKind::rsa2048, KeyKind::ed25519}) {
        const Key leaf_key = Key::generate(kind);
        for (const Vector* vector :
             {&p256, &p384, &rsa2048, &ed25519, &compressed, &explicit_curve, &isrg_root_x1}) {
            const Certificate source = Certificate::from_pem(vector->pem);
            const Certificate copy = cas.issuing.sign_copy(source, leaf_key);
            EXPECT_EQ(Certificate::from_der(copy.to_der()).spki_der(), leaf_key.spki_der());
            EXPECT_EQ(copy.names(), source.names());
        }
    }
}

}  // namespace
}  // namespace pinlab::pki
