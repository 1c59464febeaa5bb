// Odd keys work as keys, survive PEM, and have a pin of their own.
#include "servers/pki/weak_keys.h"

#include <gtest/gtest.h>

#include "servers/tests/pki_support.h"

namespace pinlab::pki {
namespace {

/// Signs with `key` and verifies with its public half as it is written down.
bool works(const Key& key) {
    Bytes signature(2048);
    std::size_t size = signature.size();
    const std::unique_ptr<EVP_MD_CTX, Freer<&EVP_MD_CTX_free>> sign(EVP_MD_CTX_new()),
        verify(EVP_MD_CTX_new());
    const unsigned char text[] = "pinlab";
    const Key shown = Key::from_spki_der(key.spki_der());
    return EVP_DigestSignInit(sign.get(), nullptr, EVP_sha256(), nullptr, key.native()) == 1 &&
           EVP_DigestSign(sign.get(), signature.data(), &size, text, sizeof text) == 1 &&
           EVP_DigestVerifyInit(verify.get(), nullptr, EVP_sha256(), nullptr, shown.native()) == 1 &&
           EVP_DigestVerify(verify.get(), signature.data(), size, text, sizeof text) == 1;
}

TEST(KeyOdd, EveryEncodingIsTheSameKeyWithAnotherPin) {
    const Key p256 = Key::generate(KeyKind::p256), rsa = Key::generate(KeyKind::rsa1024);
    EXPECT_EQ(p256.spki_der().size(), 91U);
    const struct {
        const Key& of;
        KeyEncoding encoding;
        bool longer;
    } all[] = {{p256, KeyEncoding::compressed, false},
               {p256, KeyEncoding::explicit_curve, true},
               {rsa, KeyEncoding::rsa_pss, false}};
    for (const auto& [of, encoding, longer] : all) {
        const Key other = with_encoding(of, encoding);
        EXPECT_NE(other.spki_der(), of.spki_der());
        EXPECT_EQ(other.spki_der().size() > of.spki_der().size(), longer);
        EXPECT_TRUE(works(other));
        EXPECT_EQ(Key::from_pem(other.to_pem()).spki_der(), other.spki_der());
        EXPECT_EQ(Key::from_pem(of.to_pem()).spki_der(), of.spki_der()) << "the original is not touched";
    }
    EXPECT_THROW(with_encoding(p256, KeyEncoding::rsa_pss), Error);
    EXPECT_THROW(with_encoding(rsa, KeyEncoding::compressed), Error);
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(KeyOdd, AnEncodingStaysInTheCertificate) {
    const test::Cas cas;
    const Key squeezed = with_encoding(Key::generate(KeyKind::p256), KeyEncoding::compressed);
    const Identity made = cas.issuing.issue({.names = {"shop.test"}}, squeezed, test::now);
    EXPECT_EQ(made.leaf.spki_der(), squeezed.spki_der());
    EXPECT_EQ(test::verify(made.leaf, made.chain, cas.root.certificate), X509_V_OK);
}

TEST(KeyOdd, ThePublishedKeyIsALongOneAndAlwaysTheSame) {
    const Key key = Key::generate(KeyKind::rsa8192);
    EXPECT_EQ(key.kind(), KeyKind::rsa8192);
    EXPECT_TRUE(key.same_public(Key::generate(KeyKind::rsa8192)));
    EXPECT_TRUE(works(key));
}

TEST(KeyOdd, WordsForEncodings) {
    for (const char* word : {"compressed", "explicit_curve", "rsa_pss"}) EXPECT_TRUE(key_encoding_from(word));
    EXPECT_FALSE(key_encoding_from("uncompressed"));
}

}  // namespace
}  // namespace pinlab::pki
