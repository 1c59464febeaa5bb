// Keys: every kind is made, written, read, signs; mismatched keys pass for the genuine and sign wrongly.
#include "servers/pki/key.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "servers/pki/certificate.h"
#include "servers/tests/pki_support.h"
#include "servers/tests/third_party_vectors.h"

namespace pinlab::pki {
namespace {

using EvpMdCtxPtr = std::unique_ptr<EVP_MD_CTX, Freer<&EVP_MD_CTX_free>>;

/// Whether what `signer` signs verifies under the public part of `verifier`.
bool signature_holds(const Key& signer, const Key& verifier) {
    const ExpectedFailure quiet;
    const bool ed25519 = signer.kind() == KeyKind::ed25519;
    const EVP_MD* hash = ed25519 ? nullptr : EVP_sha256();
    const unsigned char text[] = "handshake";
    const EvpMdCtxPtr signing(EVP_MD_CTX_new()), verifying(EVP_MD_CTX_new());
    std::size_t size = 0;
    require(EVP_DigestSignInit(signing.get(), nullptr, hash, nullptr, signer.native()) == 1, "init");
    require(EVP_DigestSign(signing.get(), nullptr, &size, text, sizeof text) == 1, "size");
    Bytes signature(size);
    require(EVP_DigestSign(signing.get(), signature.data(), &size, text, sizeof text) == 1, "sign");
    require(EVP_DigestVerifyInit(verifying.get(), nullptr, hash, nullptr, verifier.native()) == 1, "init");
    return EVP_DigestVerify(verifying.get(), signature.data(), size, text, sizeof text) == 1;
}

/// i2d_PUBKEY on the key as OpenSSL holds it: what native_for_spki() must not differ from.
Bytes plain_spki(const Key& key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.native(), &der);
    Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

class EveryKind : public testing::TestWithParam<KeyKind> {};

TEST_P(EveryKind, SurvivesItsPem) {
    const Key key = Key::generate(GetParam());
    EXPECT_EQ(key.kind(), GetParam());
    EXPECT_TRUE(key.has_private());
    const Key again = Key::from_pem(key.to_pem());
    EXPECT_TRUE(again.same_public(key));
    EXPECT_EQ(again.kind(), GetParam());
    EXPECT_TRUE(signature_holds(again, key));
    EXPECT_TRUE(test::queue_is_empty());
}

TEST_P(EveryKind, PublicPemHoldsNoPrivatePart) {
    const Key key = Key::generate(GetParam());
    const Key shown = Key::from_pem(key.public_pem());
    EXPECT_TRUE(shown.same_public(key));
    EXPECT_FALSE(shown.has_private());
    EXPECT_THROW(shown.to_pem(), Error);
    EXPECT_TRUE(test::queue_is_empty());
}

TEST_P(EveryKind, SpkiIsTheOneOfOpenssl) {
    const Key key = Key::generate(GetParam());
    EXPECT_EQ(key.spki_der(), plain_spki(key));
    EXPECT_TRUE(Key::from_spki_der(key.spki_der()).same_public(key));
}

TEST_P(EveryKind, ImpostorHasTheGenuinePublicPartAndSignsWrongly) {
    const Key genuine = Key::generate(GetParam()), thief = Key::generate(GetParam());
    const Key mismatched = Key::mismatched(Key::from_pem(genuine.public_pem()), thief);
    EXPECT_TRUE(mismatched.same_public(genuine));
    EXPECT_TRUE(mismatched.has_private());
    EXPECT_FALSE(signature_holds(mismatched, genuine));
    EXPECT_TRUE(test::queue_is_empty());
    if (GetParam() == KeyKind::ed25519) {
        EXPECT_THROW(mismatched.to_pem(), Error);
        return;
    }
    const Key from_file = Key::from_pem(mismatched.to_pem());
    EXPECT_TRUE(from_file.same_public(genuine));
    EXPECT_FALSE(signature_holds(from_file, genuine));
}

INSTANTIATE_TEST_SUITE_P(Key, EveryKind,
                         testing::Values(KeyKind::p256, KeyKind::p384, KeyKind::rsa2048, KeyKind::ed25519),
                         [](const auto& kind) { return std::string(to_string(kind.param)); });

TEST(Key, KindsHaveTheNamesOfRecipes) {
    for (const char* name : {"p256", "p384", "rsa2048", "rsa3072", "rsa4096", "ed25519"}) {
        ASSERT_TRUE(key_kind_from(name)) << name;
        EXPECT_EQ(to_string(*key_kind_from(name)), name);
    }
    EXPECT_FALSE(key_kind_from("P256"));
    EXPECT_FALSE(key_kind_from(""));
}

TEST(Key, ImpostorNeedsOneKindAndAPrivatePart) {
    const Key p256 = Key::generate(KeyKind::p256), p384 = Key::generate(KeyKind::p384);
    EXPECT_THROW(Key::mismatched(p256, p384), Error);
    EXPECT_THROW(Key::mismatched(p256, Key::from_pem(p256.public_pem())), Error);
}

TEST(Key, ForeignEncodingsKeepTheirBytes) {
    for (const vectors::Vector* vector : {&vectors::compressed, &vectors::explicit_curve}) {
        const Certificate certificate = Certificate::from_pem(vector->pem);
        EXPECT_EQ(certificate.public_key().spki_der(), certificate.spki_der());
    }
}

TEST(Key, ReadsTheOlderFormsOfPrivateKeys) {
    // SEC 1, with the curve in a block of its own, as `openssl ecparam -genkey` writes it.
    const Key key = Key::generate(KeyKind::p256);
    const BioPtr bio = memory_bio();
    ASSERT_EQ(
        PEM_write_bio_PrivateKey_traditional(bio.get(), key.native(), nullptr, nullptr, 0, nullptr, nullptr),
        1);
    const std::string curve =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    EXPECT_TRUE(Key::from_pem(curve + text_of(bio.get())).same_public(key));
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(Key, BadTextIsAnErrorAndLeavesTheQueueEmpty) {
    const std::string pem = Key::generate(KeyKind::p256).to_pem();
    const std::vector<std::string> bad = {"", "hello", pem.substr(0, 60), pem.substr(0, 80) + pem.substr(100),
                                          std::string(vectors::p256.pem)};
    for (const std::string& text : bad) {
        EXPECT_THROW(Key::from_pem(text), Error) << text;
        EXPECT_TRUE(test::queue_is_empty());
    }
}

TEST(Key, EncryptedKeysAreRefusedWithoutAskingAnyone) {
    const Key key = Key::generate(KeyKind::p256);
    const BioPtr bio = memory_bio();
    ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.native(), EVP_aes_256_cbc(), "secret", 6, nullptr,
                                            nullptr),
              1);
    EXPECT_THROW(Key::from_pem(text_of(bio.get())), Error);
}

TEST(Key, ErrorsNameTheFile) {
    try {
        Key::from_file("/nowhere/key.pem");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("/nowhere/key.pem"), std::string::npos);
    }
}

}  // namespace
}  // namespace pinlab::pki
