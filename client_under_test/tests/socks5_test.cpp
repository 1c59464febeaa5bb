// The client's half of SOCKS5 byte by byte; no socket.
#include "client_under_test/protocol/socks5.h"

#include <gtest/gtest.h>

namespace pinlab::protocol::testing {
namespace {

using namespace std::string_literals;

Dial to(const std::string& host, bool is_ip) {
    Dial brief;
    brief.host = host;
    brief.host_is_ip = is_ip;
    brief.port = 443;
    return brief;
}

TEST(Socks5, AsksForWhatTheBriefNames) {
    EXPECT_EQ(socks5_greeting(), "\x05\x01\x00"s);
    EXPECT_EQ(socks5_request(to("shop.test", false)), "\x05\x01\x00\x03\x09"s + "shop.test" + "\x01\xbb");
    EXPECT_EQ(socks5_request(to("127.0.0.1", true)), "\x05\x01\x00\x01\x7f\x00\x00\x01\x01\xbb"s);
    EXPECT_EQ(socks5_request(to("::1", true)), "\x05\x01\x00\x04"s + std::string(15, '\0') + "\x01\x01\xbb");
}

TEST(Socks5, KnowsHowMuchOfAReplyFollows) {
    EXPECT_EQ(socks5_more("\x05\x00\x00\x01\x7f"s), 5U);
    EXPECT_EQ(socks5_more("\x05\x00\x00\x03\x04"s), 6U);
    EXPECT_EQ(socks5_more("\x05\x00\x00\x04\x00"s), 17U);
    EXPECT_EQ(socks5_more("\x05\x00\x00\x02\x00"s), std::nullopt);
    EXPECT_EQ(socks5_more("\x04\x00\x00\x01\x00"s), std::nullopt);
    EXPECT_EQ(socks5_more("\x05"s), std::nullopt);
}

TEST(Socks5, NamesARefusal) {
    EXPECT_EQ(socks5_refusal("\x05\x00"s), std::nullopt);
    EXPECT_EQ(socks5_refusal("\x05\x00\x00\x01\x00"s), std::nullopt);
    EXPECT_EQ(socks5_refusal("\x05\xff"s), "the proxy wants another method");
    EXPECT_EQ(socks5_refusal("\x05\x02\x00\x01\x00"s), "the proxy replied 2");
    EXPECT_NE(socks5_refusal("HT"), std::nullopt);
    EXPECT_NE(socks5_refusal(""), std::nullopt);
}

}  // namespace
}  // namespace pinlab::protocol::testing
