// DER taken apart and put together is what it was, and what is no DER is refused.
#include "servers/pki/der.h"

#include <gtest/gtest.h>

#include "servers/tests/third_party_vectors.h"

#include "servers/pki/certificate.h"

namespace pinlab::pki {
namespace {

TEST(Der, ACertificateHasThreePartsThatMakeItUp) {
    const Bytes bytes = Certificate::from_pem(vectors::rsa2048.pem).to_der();
    const der::Element whole = der::first(bytes);
    EXPECT_EQ(whole.whole.size(), bytes.size());
    const std::vector<der::Element> parts = der::children(whole.content);
    ASSERT_EQ(parts.size(), 3U);
    Bytes joined;
    for (const der::Element& part : parts) {
        const Bytes again = der::encode(part.tag, part.content);
        EXPECT_TRUE(std::equal(again.begin(), again.end(), part.whole.begin(), part.whole.end()));
        joined.insert(joined.end(), again.begin(), again.end());
    }
    EXPECT_EQ(der::encode(der::sequence, joined), bytes);
}

TEST(Der, LengthsAreWrittenInTheirOneForm) {
    for (const std::size_t size : {0U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
        const Bytes encoded = der::encode(0x04, Bytes(size));
        EXPECT_EQ(der::first(encoded).content.size(), size);
        EXPECT_EQ(encoded.size() - size, size < 128 ? 2U : size < 256 ? 3U : size < 65536 ? 4U : 5U);
    }
}

TEST(Der, WhatIsNoDerIsAnError) {
    for (const Bytes& bytes : {Bytes{}, Bytes{0x30}, Bytes{0x30, 0x01}, Bytes{0x30, 0x80}, Bytes{0x30, 0x81},
                               Bytes{0x30, 0x85, 0, 0, 0, 0, 0}, Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}}) {
        EXPECT_THROW(der::first(bytes), Error);
    }
    EXPECT_THROW(der::children(Bytes{0x05, 0x00, 0x05}), Error);
    EXPECT_TRUE(der::children({}).empty());
}

}  // namespace
}  // namespace pinlab::pki
