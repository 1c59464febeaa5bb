// A user's patterns must be met however the bytes are cut, by what they mean, and at a bounded cost.
#include "servers/wire/request_watch.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pinlab::wire {
namespace {

using In = RequestPattern::In;
const std::vector<RequestPattern> patterns = {{In::header, "Authorization", "Bearer *"},
                                              {In::path, "", "/api/*/orders"},
                                              {In::body, "", "password=s3cret"}};
const std::string request =
    "POST /api/v2/orders HTTP/1.1\r\nHost: shop.test\r\nauthorization:  Bearer abc "
    "\r\n\r\nuser=x&password=s3cret";

std::vector<std::size_t> watch(const std::string& stream, std::size_t piece,
                               const std::vector<RequestPattern>& what = patterns) {
    RequestWatch watch(what);
    std::vector<std::size_t> all;
    for (std::size_t at = 0; at < stream.size(); at += piece)
        for (const std::size_t pattern : watch.feed(stream.substr(at, piece))) all.push_back(pattern);
    std::sort(all.begin(), all.end());
    return all;
}

TEST(RequestWatch, MeetsEachPatternOnceAcrossAnyCut) {
    for (std::size_t piece = 1; piece <= request.size(); ++piece)
        EXPECT_EQ(watch(request + request, piece), (std::vector<std::size_t>{0, 1, 2})) << piece;
}

TEST(RequestWatch, KnowsAHeaderFromAPathFromABody) {
    EXPECT_TRUE(watch("GET /Authorization:Bearer HTTP/1.1\r\n", 7).empty());
    EXPECT_TRUE(watch("GET /api/v2/orders/7 HTTP/1.1\r\n", 7).empty());
    EXPECT_TRUE(watch("X-Authorization: Bearer abc\r\nAuthorization: Basic abc\r\n", 7).empty());
    EXPECT_EQ(watch("AUTHORIZATION:Bearer \n", 7), std::vector<std::size_t>{}) << "the blank is trimmed away";
    EXPECT_EQ(watch("AUTHORIZATION:Bearer x\n", 7), std::vector<std::size_t>{0});
}

TEST(RequestWatch, AStarIsAnyRunAndNothingElseHasAMeaning) {
    for (const char* pattern : {"*", "a*", "*c", "a*c", "*b*", "abc", "a**c", "ab*c", "abc*"})
        EXPECT_TRUE(matches(pattern, "abc")) << pattern;
    for (const char* pattern : {"", "a", "b*", "*b", "a.c", "a?c", "abcd", "ab*bc", "[a]*", "a*c*b"})
        EXPECT_FALSE(matches(pattern, "abc")) << pattern;
    EXPECT_TRUE(matches("*", ""));
    EXPECT_TRUE(matches("*ab*ab", "xababab"));
}

TEST(RequestWatch, BytesThatNeverEndALineAreForgotten) {
    const std::string flood(RequestWatch::most_bytes + 1000, 'a');
    RequestWatch watch(patterns);
    EXPECT_TRUE(watch.feed(flood).empty());
    EXPECT_TRUE(watch.feed("\r\nAuthorization: Bearer x\r\n").empty()) << "beyond what is looked at";
}

TEST(RequestWatch, WithoutPatternsItSeesNothing) {
    EXPECT_TRUE(watch(request, 5, {}).empty());
}

}  // namespace
}  // namespace pinlab::wire
