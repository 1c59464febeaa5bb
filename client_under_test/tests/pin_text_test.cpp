// Pins: third-party vectors, and every look-alike that must stop the client.
#include "client_under_test/protocol/pin_text.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/tests/vectors.h"

namespace pinlab::protocol::testing {
namespace {

constexpr char accepted_json[] = "sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=";
constexpr char hex_digits[] = "58096a46c9c6a9bbc700152722 67e3417c05d723f821bcb33bc02c8481cc1047";

class ThirdParty : public ::testing::TestWithParam<Vector> {};

TEST_P(ThirdParty, AgreesOnThePin) {
    const Vector& vector = GetParam();
    BioPtr bio(BIO_new_mem_buf(vector.pem.data(), static_cast<int>(vector.pem.size())));
    X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ASSERT_TRUE(certificate);
    EXPECT_EQ(pin_text(spki_hash(certificate.get())), vector.pin);
    EXPECT_EQ(parse_pin(vector.pin), spki_hash(certificate.get()));
    EXPECT_EQ(hex(certificate_hash(certificate.get())), vector.cert_sha256);
}

INSTANTIATE_TEST_SUITE_P(Vectors, ThirdParty, ::testing::ValuesIn(pin_vectors),
                         [](const auto& test) { return std::string(test.param.name); });

struct Lookalike {
    std::string text;
    std::string named;  // what the message must contain
};

class Malformed : public ::testing::TestWithParam<Lookalike> {};

TEST_P(Malformed, IsRefusedByName) {
    try {
        parse_pin(GetParam().text);
        FAIL() << "was accepted: " << GetParam().text;
    } catch (const ConfigError& error) {
        EXPECT_NE(std::string(error.what()).find(GetParam().named), std::string::npos) << error.what();
    }
}

std::string hex_text() {
    std::string text(hex_digits);
    std::erase(text, ' ');
    return text;
}

const Lookalike lookalikes[] = {
    {"", "empty"},
    {"sha256/", "no digest"},
    {"sha256//WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=", "curl"},
    {"sha256/" + hex_text(), "hex"},
    {hex_text(), "hex fingerprint"},
    {"58:09:6a:46:c9:c6:a9:bb:c7:00:15:27:22:67:e3:41:7c:05:d7:23", "hex fingerprint"},
    {"sha256:" + hex_text(), "colon"},
    {"SHA256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=", "lower case"},
    {"sha1/2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA-1"},
    {"sha1//2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA-1"},
    {"sha512/AAAA", "another digest"},
    {"md5/AAAA", "another digest"},
    {"pin-sha256=\"WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=\"", "HPKP"},
    {"pin-sha256:WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=", "OpenConnect"},
    {"WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=", "bare base64"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc", "padding"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc==", "too much padding"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEd=", "beyond the 32 bytes"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4Ib-zO8AshIHMEEc=", "base64url"},
    {"sha256/AAAA", "3 bytes"},
    {"sha256/2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "SHA-1 digest has 20"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEcAAAAAAAAAAAAAAAAAAAAA", "SHA-384"},
    {"sha256/WAlqRsnGqbvHABUnI", "truncated"},
    {"sha256/WAlqRsnGqbvHABUnImfj QXwF1yP4IbyzO8AshIHMEEc=", "white space"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=;sha256/x", "several"},
    {" sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=", "white space"},
    {"sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHM*Ec=", "not base64"},
    {"-----BEGIN PUBLIC KEY-----", "PEM"},
    {"/etc/ssl/pins.pem", "does not start"},
};

INSTANTIATE_TEST_SUITE_P(Lookalikes, Malformed, ::testing::ValuesIn(lookalikes));

TEST(PinPolicy, NullIsUnpinnedAndEmptyIsRefused) {
    EXPECT_FALSE(PinPolicy::parse(std::nullopt).pinned());
    EXPECT_THROW(PinPolicy::parse(std::vector<std::string>{}), ConfigError);
}

TEST(PinPolicy, RefusesARepeatedPin) {
    EXPECT_THROW(PinPolicy::parse(std::vector<std::string>{accepted_json, accepted_json}), ConfigError);
}

TEST(PinPolicy, OneMalformedPinSpoilsTheSet) {
    EXPECT_THROW(PinPolicy::parse(std::vector<std::string>{accepted_json, "sha256/AAAA"}), ConfigError);
}

TEST(PinPolicy, ASinglePinLacksABackup) {
    PinPolicy policy = PinPolicy::parse(std::vector<std::string>{accepted_json});
    EXPECT_TRUE(policy.pinned());
    EXPECT_TRUE(policy.lacks_backup());
}

TEST(PinPolicy, FindsByKeyAlone) {
    PinPolicy policy =
        PinPolicy::parse(std::vector<std::string>{accepted_json, std::string(pin_vectors[0].pin)});
    EXPECT_EQ(policy.find(parse_pin(pin_vectors[0].pin)), 1U);
    EXPECT_EQ(policy.find(parse_pin(pin_vectors[1].pin)), std::nullopt);
}

TEST(PinPolicy, TextAndBytesAreOneToOne) {
    SpkiHash hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<unsigned char>(255 - 7 * i);
    EXPECT_EQ(parse_pin(pin_text(hash)), hash);
}

}  // namespace
}  // namespace pinlab::protocol::testing
