// Certificates spoilt after signing: one bit or one key differs, everything else is as it was.
#include "servers/pki/bend.h"

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

}  // namespace
}  // namespace pinlab::pki
