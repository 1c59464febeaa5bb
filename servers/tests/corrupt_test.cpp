// Certificates corrupted after signing: one bit or one key differs, everything else is as it was.
#include "servers/pki/corrupt.h"

#include <gtest/gtest.h>

#include "servers/tests/pki_support.h"
#include "servers/tests/third_party_vectors.h"

namespace pinlab::pki {
namespace {

std::string signature_of(const Certificate& certificate) {
    const ASN1_BIT_STRING* signature = nullptr;
    X509_get0_signature(&signature, nullptr, certificate.native());
    const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(signature));
    return {data, static_cast<std::size_t>(ASN1_STRING_length(signature))};
}

TEST(Bend, ABrokenSignatureDiffersInOneBit) {
    for (const vectors::Vector* vector : {&vectors::p256, &vectors::rsa2048, &vectors::ed25519}) {
        const Certificate good = Certificate::from_pem(vector->pem);
        const Certificate broken = with_broken_signature(good);
        Bytes expected = good.to_der();
        expected.back() ^= 1;
        EXPECT_EQ(broken.to_der(), expected);
        EXPECT_EQ(X509_verify(good.native(), good.public_key().native()), 1);
        const ExpectedFailure quiet;
        EXPECT_NE(X509_verify(broken.native(), good.public_key().native()), 1);
        EXPECT_EQ(with_broken_signature(broken).to_der(), good.to_der());
    }
}

TEST(Bend, AReplacedKeyKeepsEverythingElse) {
    const Certificate good = Certificate::from_pem(vectors::p256.pem);
    for (const KeyKind kind : {KeyKind::p256, KeyKind::rsa2048, KeyKind::ed25519}) {
        const Key key = Key::generate(kind);
        const Certificate replaced = with_public_key(good, key);
        EXPECT_EQ(replaced.spki_der(), key.spki_der());
        EXPECT_EQ(signature_of(replaced), signature_of(good));
        EXPECT_EQ(replaced.subject(), good.subject());
        EXPECT_EQ(replaced.serial_hex(), good.serial_hex());
        EXPECT_EQ(with_public_key(replaced, good.public_key()).to_der(), good.to_der());
    }
    EXPECT_EQ(good.sha256_hex(), vectors::p256.sha256_hex);  // the original is not touched
}

TEST(Bend, AFlippedByteIsInTheSignedPart) {
    const Certificate good =
        test::Cas().issuing.issue({.names = {"shop.test"}}, Key::generate(KeyKind::p256), test::now).leaf;
    const Certificate flipped = with_flipped_byte(good, 20);  // in the serial number
    const Bytes before = good.to_der(), after = flipped.to_der();
    int different = 0;
    for (std::size_t i = 0; i < before.size(); ++i) different += before[i] != after[i];
    EXPECT_EQ(different, 1);
    EXPECT_EQ(signature_of(flipped), signature_of(good));
    EXPECT_EQ(with_flipped_byte(flipped, 20).to_der(), before);
    EXPECT_THROW(with_flipped_byte(good, before.size()), Error);
    const ExpectedFailure quiet;
    EXPECT_THROW(with_flipped_byte(good, 0), Error) << "no SEQUENCE any more";
}

TEST(Bend, AnInnerDigestIsSignedRightly) {
    const Key signer = Key::generate(KeyKind::p256);
    const test::Cas cas;
    const Certificate plain = cas.issuing.issue({.names = {"shop.test"}}, signer, test::now).leaf;
    const Certificate odd = with_inner_digest(plain, Digest::sha512, Digest::sha256, cas.issuing.key);
    int inner = 0, outer = 0;
    const X509_ALGOR* algorithm = nullptr;
    X509_get0_signature(nullptr, &algorithm, odd.native());
    outer = OBJ_obj2nid(algorithm->algorithm);
    inner = OBJ_obj2nid(X509_get0_tbs_sigalg(odd.native())->algorithm);
    EXPECT_EQ(outer, NID_ecdsa_with_SHA256);
    EXPECT_EQ(inner, NID_ecdsa_with_SHA512);
    EXPECT_EQ(odd.subject(), plain.subject());
    const Certificate even = with_inner_digest(odd, Digest::sha256, Digest::sha256, cas.issuing.key);
    EXPECT_EQ(X509_verify(even.native(), cas.issuing.key.native()), 1);
}

}  // namespace
}  // namespace pinlab::pki
