// Pins against those that OpenSSL's command line, python-cryptography and a certificate's owner computed.
#include "servers/pki/pin.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "servers/tests/pki_support.h"
#include "servers/tests/third_party_vectors.h"

namespace pinlab::pki {
namespace {

TEST(Pin, IsTheOneThatOthersComputed) {
    using namespace vectors;
    for (const Vector* vector :
         {&p256, &p384, &rsa2048, &ed25519, &compressed, &explicit_curve, &isrg_root_x1}) {
        const Certificate certificate = Certificate::from_pem(vector->pem);
        EXPECT_EQ(Pin::of(certificate).to_string(), vector->pin);
        EXPECT_EQ(Pin::of(certificate.public_key()).to_string(), vector->pin);
        EXPECT_EQ(Pin::parse(vector->pin), Pin::of(certificate));
    }
}

TEST(Pin, OrdersAndCompares) {
    const auto a = Pin::parse(vectors::p256.pin), b = Pin::parse(vectors::p384.pin);
    EXPECT_NE(a, b);
    EXPECT_TRUE((a < b) != (b < a));
}

TEST(Pin, HasOneTextOnly) {
    const std::string good(vectors::isrg_root_x1.pin);  // ends in "8M="
    std::string no_padding = good, url_safe = good, stray_bits = good, spaced = good;
    no_padding.pop_back();
    std::replace(url_safe.begin(), url_safe.end(), '+', '-');
    stray_bits.replace(good.size() - 2, 1, "N");
    spaced.replace(good.size() - 1, 1, " ");
    const std::vector<std::string> bad = {"",
                                          "sha256/",
                                          good.substr(7),
                                          " " + good,
                                          good + " ",
                                          good + "\n",
                                          no_padding,
                                          url_safe,
                                          stray_bits,
                                          spaced,
                                          "sha1" + good.substr(6),
                                          "SHA256" + good.substr(6),
                                          "sha256//" + good.substr(8, 43) + "==",
                                          std::string(51, '=')};
    for (const std::string& text : bad) EXPECT_FALSE(Pin::parse(text)) << text;
    EXPECT_TRUE(Pin::parse(good));
    EXPECT_TRUE(test::queue_is_empty());
}

}  // namespace
}  // namespace pinlab::pki
