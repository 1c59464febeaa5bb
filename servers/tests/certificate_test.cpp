// Certificates as values, read from certificates that others made.
#include "servers/pki/certificate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "servers/tests/pki_support.h"
#include "servers/tests/third_party_vectors.h"

namespace pinlab::pki {
namespace {

TEST(Certificate, ReadsWhatPythonCryptographyWrote) {
    const Certificate certificate = Certificate::from_pem(vectors::p256.pem);
    EXPECT_EQ(certificate.subject(), "CN=vector.test,O=Crème\\, Ltd");
    EXPECT_EQ(certificate.issuer(), certificate.subject());
    EXPECT_TRUE(certificate.is_self_issued());
    EXPECT_EQ(certificate.names(), (std::vector<std::string>{"vector.test", "*.vector.test"}));
    EXPECT_EQ(certificate.not_before(), 1583020798);  // 2020-02-29T23:59:58Z
    EXPECT_EQ(certificate.not_after(), 2556241445);   // 2051-01-02T03:04:05Z, a GeneralizedTime
    EXPECT_EQ(certificate.serial_hex(), "1234567890abcdef");
    EXPECT_EQ(certificate.public_key().kind(), KeyKind::p256);
}

TEST(Certificate, FingerprintsAreThoseOfOthers) {
    using namespace vectors;
    for (const Vector* vector :
         {&p256, &p384, &rsa2048, &ed25519, &compressed, &explicit_curve, &isrg_root_x1}) {
        EXPECT_EQ(Certificate::from_pem(vector->pem).sha256_hex(), vector->sha256_hex);
    }
}

TEST(Certificate, WithoutAlternativeNamesHasNoNames) {
    EXPECT_TRUE(Certificate::from_pem(vectors::rsa2048.pem).names().empty());
    EXPECT_EQ(Certificate::from_pem(vectors::rsa2048.pem).serial_hex(), "ff");
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(Certificate, SurvivesPemAndDer) {
    const Certificate certificate = Certificate::from_pem(vectors::isrg_root_x1.pem);
    EXPECT_EQ(Certificate::from_der(certificate.to_der()).to_der(), certificate.to_der());
    EXPECT_EQ(certificate.to_pem(), vectors::isrg_root_x1.pem);
}

TEST(Certificate, AKeyIsHashedAsItStandsAndNotAsItShouldBe) {
    // "7 bits of the last byte are unused" where all are used: OpenSSL reads that and would write something
    // else.
    Bytes der = Certificate::from_pem(vectors::p256.pem).to_der();
    const Bytes right{0x03, 0x42, 0x00, 0x04};
    const auto place = std::search(der.begin(), der.end(), right.begin(), right.end());
    ASSERT_NE(place, der.end());
    place[2] = 7;
    const Bytes spki = Certificate::from_der(der).spki_der();
    EXPECT_NE(std::search(der.begin(), der.end(), spki.begin(), spki.end()), der.end());
}

TEST(Certificate, TrailingBytesAreRefused) {
    Bytes der = Certificate::from_pem(vectors::p256.pem).to_der();
    der.push_back(0);
    EXPECT_THROW(Certificate::from_der(der), Error);
    EXPECT_THROW(Certificate::from_der({}), Error);
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(Certificate, ChainsKeepTheirOrderAndSkipKeys) {
    const std::string text = std::string(vectors::p384.pem) + Key::generate(KeyKind::p256).to_pem() +
                             "words between\n" + std::string(vectors::p256.pem);
    const std::vector<Certificate> chain = chain_from_pem(text);
    ASSERT_EQ(chain.size(), 2U);
    EXPECT_EQ(chain[0].sha256_hex(), vectors::p384.sha256_hex);
    EXPECT_EQ(chain[1].sha256_hex(), vectors::p256.sha256_hex);
    EXPECT_EQ(to_pem(chain), std::string(vectors::p384.pem) + std::string(vectors::p256.pem));
    EXPECT_TRUE(test::queue_is_empty());
}

TEST(Certificate, DamageIsAnErrorAndNotTheEndOfTheChain) {
    const std::string good(vectors::p256.pem);
    std::string damaged = good;
    damaged.replace(200, 4, "!!!!");
    for (const std::string& text :
         {good + damaged, good + good.substr(0, 300), std::string("no PEM"), std::string()}) {
        EXPECT_THROW(chain_from_pem(text), Error) << text;
        EXPECT_TRUE(test::queue_is_empty());
    }
}

TEST(Certificate, FilesAreNamedInErrors) {
    try {
        chain_from_file("/nowhere/chain.pem");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("/nowhere/chain.pem"), std::string::npos);
    }
}

}  // namespace
}  // namespace pinlab::pki
