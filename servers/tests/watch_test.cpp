// The watch must see a canary however the bytes are cut, in the usual disguises, and nothing else.
#include "servers/tls/watch.h"

#include <gtest/gtest.h>

namespace pinlab::wire {
namespace {

const std::string canary = "c0ffee1234567890";

std::vector<Sighting> watch(const std::string& stream, std::size_t piece) {
    const CanaryPatterns patterns({canary, "another-secret"});
    Watch watch(patterns);
    std::vector<Sighting> all;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        for (auto& sighting : watch.feed(stream.substr(at, piece))) all.push_back(sighting);
    }
    return all;
}

TEST(Watch, SeesTheCanaryAcrossAnyCut) {
    const std::string stream = "GET /x HTTP/1.1\r\nX-Canary: " + canary + "\r\n\r\n";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        EXPECT_EQ(watch(stream, piece), (std::vector<Sighting>{{0, "plain"}})) << piece;
    }
}

TEST(Watch, TellsWhichCanaryAndSaysItOnce) {
    EXPECT_EQ(watch("another-secret another-secret", 5), (std::vector<Sighting>{{1, "plain"}}));
}

// Encoded by others: `printf '%s%s' prefix c0ffee1234567890 | base64`, `xxd -p`, Python's quote and json.
TEST(Watch, KnowsTheUsualDisguises) {
    for (const std::string text :
         {"YzBmZmVlMTIzNDU2Nzg5MA==", "dTpjMGZmZWUxMjM0NTY3ODkw", "YWJjZDpjMGZmZWUxMjM0NTY3ODkwOg=="}) {
        EXPECT_EQ(watch(text, 3), (std::vector<Sighting>{{0, "base64"}})) << text;
    }
    EXPECT_EQ(watch("63306666656531323334353637383930", 7), (std::vector<Sighting>{{0, "hex"}}));
    EXPECT_EQ(watch("%63%30%66%66%65%65%31%32%33%34%35%36%37%38%39%30", 4),
              (std::vector<Sighting>{{0, "url"}}));
    EXPECT_EQ(watch("C0FFEE1234567890", 4), (std::vector<Sighting>{{0, "plain"}}));
}

TEST(Watch, IsSilentAboutHalfACanary) {
    EXPECT_TRUE(watch("c0ffee123456789", 1).empty());
    EXPECT_TRUE(watch("c0ffee12345 67890", 3).empty());
}

TEST(Watch, RefusesACanaryThatChanceWouldFind) {
    EXPECT_THROW(CanaryPatterns({"short"}), std::invalid_argument);
}

TEST(Watch, NoCanaryNoSighting) {
    const CanaryPatterns none({});
    Watch watch(none);
    EXPECT_TRUE(watch.feed(canary).empty());
}

}  // namespace
}  // namespace pinlab::wire
