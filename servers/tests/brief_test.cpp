// Strict JSON and the shared brief: every mistake is named with its path, none is passed over.
#include "servers/wire/brief.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "servers/wire/observation.h"

namespace pinlab::wire {
namespace {

WitnessBrief read(const std::string& text) {
    const auto document = parse_document(text);
    Fields fields(document, "");
    auto brief = read_witness_brief(fields);
    fields.done();
    return brief;
}

std::string complaint(const std::string& text) {
    try {
        read(text);
    } catch (const DocumentError& error) {
        return error.what();
    }
    return "no complaint";
}

TEST(Brief, DefaultsAreSafe) {
    const auto brief = read("{}");
    EXPECT_EQ(brief.listen.address, "127.0.0.1");
    EXPECT_EQ(brief.listen.port, 0);
    EXPECT_EQ(brief.tls.min, TLS1_2_VERSION);
    EXPECT_EQ(brief.tls.max, TLS1_3_VERSION);
    EXPECT_EQ(brief.deadline, std::chrono::seconds(10));
    EXPECT_EQ(brief.lifetime, std::chrono::seconds(60)) << "of a whole connection, six deadlines";
    EXPECT_TRUE(brief.key_log.empty()) << "secrets are written only where a brief names a file";
}

TEST(Brief, EveryMistakeIsNamed) {
    EXPECT_EQ(complaint(R"({"lisen":{}})"), "lisen: unknown key");
    EXPECT_EQ(complaint(R"({"listen":{"port":70000}})"), "listen.port: expected 0 to 65535");
    EXPECT_EQ(complaint(R"({"listen":{"port":"80"}})"), "listen.port: expected a whole number");
    EXPECT_EQ(complaint(R"({"listen":{"address":"localhost"}})"),
              "listen.address: expected a numeric IP address");
    EXPECT_EQ(complaint(R"({"listen":{"host":"::1"}})"), "listen.host: unknown key");
    EXPECT_EQ(complaint(R"({"tls":{"min":"1.1"}})"), R"(tls.min: expected "1.2" or "1.3")");
    EXPECT_EQ(complaint(R"({"tls":{"min":"1.3","max":"1.2"}})"), "tls.min: is above max");
    EXPECT_EQ(complaint(R"({"canaries":["1234567"]})"), "canaries: a canary needs at least 8 characters");
    EXPECT_EQ(complaint(R"({"canaries":[7]})"), "canaries[0]: expected a string");
    EXPECT_EQ(complaint(R"({"deadline_ms":0})"), "deadline_ms: expected 1 to 86400000");
    EXPECT_EQ(complaint(R"({"deadline_ms":1e30})"), "deadline_ms: expected a whole number, and below 2^63");
    EXPECT_EQ(complaint(R"({"deadline_ms":1000000000000000000000000000000})"),
              "deadline_ms: expected a whole number, and below 2^63");
    EXPECT_EQ(complaint(R"({"deadline_ms":9223372036854775807})"), "deadline_ms: expected 1 to 86400000");
    EXPECT_EQ(complaint(R"({"deadline_ms":5000,"lifetime_ms":4999})"),
              "lifetime_ms: expected deadline_ms to 86400000");
    EXPECT_EQ(complaint(R"([])"), "document: expected an object");
    EXPECT_TRUE(complaint(R"({"listen":)").starts_with("offset 10: not JSON"));
    EXPECT_TRUE(complaint(R"({} {})").starts_with("offset 3: "));
}

TEST(Brief, BeyondLoopbackMustBeMeant) {
    EXPECT_TRUE(
        complaint(R"({"listen":{"address":"0.0.0.0"}})").starts_with("listen.address: is beyond loopback"));
    EXPECT_EQ(read(R"({"listen":{"address":"0.0.0.0","beyond_loopback":true}})").listen.address, "0.0.0.0");
    EXPECT_EQ(read(R"({"listen":{"address":"127.8.9.10"}})").listen.address, "127.8.9.10");
    EXPECT_EQ(read(R"({"listen":{"address":"::1"}})").listen.address, "::1");
}

TEST(Observation, HostileBytesNeverReachALine) {
    EXPECT_EQ(printable("a\r\nb\\c\x01\xff\""), "a\\x0d\\x0ab\\x5cc\\x01\\xff\"");
    EXPECT_EQ(printable("abcdef", 3), "abc…");
    EXPECT_EQ(printable(std::string_view("\0x", 2)), "\\x00x");
}

}  // namespace
}  // namespace pinlab::wire
