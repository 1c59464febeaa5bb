// The ClientHello parser against hellos that others wrote, cut and mutated in every way.
#include "servers/tls/client_hello.h"

#include <gtest/gtest.h>

#include "servers/tests/vectors.h"

namespace pinlab::wire {
namespace {

using test::from_hex;

TEST(ClientHello, ReadsTheHelloOfCurl) {
    const auto result = parse_client_hello(from_hex(test::hello_of_curl));
    ASSERT_EQ(result.state, HelloState::complete);
    EXPECT_EQ(result.hello.sni, "shop.test");
    EXPECT_EQ(result.hello.alpn, (std::vector<std::string>{"h2", "http/1.1"}));
    EXPECT_EQ(result.hello.versions, (std::vector<std::string>{"1.3", "1.2", "1.1", "1.0"}));
    EXPECT_FALSE(result.hello.early_data);
    EXPECT_FALSE(result.hello.ticket);
    EXPECT_EQ(result.hello.bytes, 517U);
}

TEST(ClientHello, ReadsTheHelloOfGo) {
    const auto result = parse_client_hello(from_hex(test::hello_of_go));
    ASSERT_EQ(result.state, HelloState::complete);
    EXPECT_EQ(result.hello.sni, "shop.test");
    EXPECT_EQ(result.hello.alpn, (std::vector<std::string>{"http/1.1"}));
    EXPECT_EQ(result.hello.versions.front(), "1.2");
}

TEST(ClientHello, EveryPrefixNeedsMore) {
    const std::string whole = from_hex(test::hello_of_curl);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(parse_client_hello(whole.substr(0, length)).state, HelloState::need_more) << length;
    }
}

/// The same handshake message in records of `size` bytes each.
std::string fragmented(const std::string& record, std::size_t size) {
    std::string result;
    for (std::size_t at = 5; at < record.size(); at += size) {
        const std::string part = record.substr(at, size);
        result += record.substr(0, 3);
        result += static_cast<char>(part.size() >> 8);
        result += static_cast<char>(part.size() & 255);
        result += part;
    }
    return result;
}

TEST(ClientHello, ReadsAcrossRecords) {
    const std::string whole = from_hex(test::hello_of_curl);
    for (const std::size_t size : {1U, 2U, 3U, 50U, 511U}) {
        const std::string cut = fragmented(whole, size);
        const auto result = parse_client_hello(cut);
        ASSERT_EQ(result.state, HelloState::complete) << size;
        EXPECT_EQ(result.hello.sni, "shop.test");
        EXPECT_EQ(result.hello.bytes, cut.size());
    }
}

TEST(ClientHello, SaysHowManyBytesItNeedsAtLeast) {
    const std::string whole = from_hex(test::hello_of_curl);
    for (const std::size_t size : {1U, 7U, 511U, 16384U}) {
        const std::string cut = fragmented(whole, size);
        for (std::size_t length = 0; length < cut.size(); ++length) {
            const auto result = parse_client_hello(std::string_view(cut).substr(0, length));
            ASSERT_EQ(result.state, HelloState::need_more);
            EXPECT_GT(result.at_least, length);
            EXPECT_LE(result.at_least, cut.size());
        }
    }
}

TEST(ClientHello, AHelloThatCrawlsIsParsedFewTimes) {
    const std::string whole = from_hex(test::hello_of_curl);
    for (const std::size_t size : {1U, 511U}) {
        const std::string cut = fragmented(whole, size);
        int parsed = 0;
        for (std::size_t length = 0; length < cut.size(); ++parsed) {
            const auto result = parse_client_hello(std::string_view(cut).substr(0, length));
            length = std::min(result.at_least, cut.size());
        }
        EXPECT_LT(parsed, 120) << size;
    }
}

TEST(ClientHello, LeavesWhatFollowsAlone) {
    const std::string whole = from_hex(test::hello_of_curl);
    EXPECT_EQ(parse_client_hello(whole + "early application data").hello.bytes, whole.size());
}

TEST(ClientHello, KnowsWhatIsNotTls) {
    EXPECT_EQ(parse_client_hello("GET / HTTP/1.1\r\n").state, HelloState::not_tls);
    EXPECT_EQ(parse_client_hello("CONNECT shop.test:443 HTTP/1.1\r\n").state, HelloState::not_tls);
    EXPECT_EQ(parse_client_hello(from_hex("160201")).state, HelloState::not_tls);
    EXPECT_EQ(parse_client_hello(from_hex("1603010000")).state, HelloState::malformed);
    EXPECT_EQ(parse_client_hello(from_hex("160301000402000000")).state,
              HelloState::malformed);  // a ServerHello
    EXPECT_EQ(parse_client_hello(from_hex("1603014000010fffff")).state,
              HelloState::malformed);  // 1 MiB announced
}

TEST(ClientHello, NoMutationOfOneByteIsReadBeyondItsEnd) {
    const std::string whole = from_hex(test::hello_of_curl);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int bit : {1, 2, 4, 8, 16, 32, 64, 128}) {
            std::string mutant = whole;
            mutant[at] = static_cast<char>(mutant[at] ^ bit);
            const auto result = parse_client_hello(mutant);  // the sanitizers watch
            EXPECT_LE(result.hello.bytes, mutant.size());
        }
    }
}

}  // namespace
}  // namespace pinlab::wire
