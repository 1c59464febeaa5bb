// Records that cannot be decrypted: a request is distinguished from a refusal, and 1.3 from 1.2.
#include "servers/tls/relayed_tls.h"

#include <gtest/gtest.h>

namespace pinlab::wire {
namespace {

std::string record(int type, const std::string& content) {
    std::string head{static_cast<char>(type), 3, 3};
    head += static_cast<char>(content.size() >> 8);
    head += static_cast<char>(content.size());
    return head + content;
}

/// A ServerHello as RFC 8446 4.1.3 writes it; its extensions: key_share, and supported_versions where 1.3.
std::string server_hello(bool tls13) {
    std::string extensions("\x00\x33\x00\x02\x00\x1d", 6);
    if (tls13) extensions += std::string("\x00\x2b\x00\x02\x03\x04", 6);
    const std::string body = std::string("\x03\x03", 2) + std::string(32, 'r') + std::string("\x02id", 3) +
                             std::string("\x13\x01\x00", 3) + '\0' + static_cast<char>(extensions.size()) +
                             extensions;
    return record(22, std::string("\x02\x00\x00", 3) + static_cast<char>(body.size()) + body);
}

const std::string hello = record(22, std::string("\x01\x00\x00\x02\x03\x03", 6));
const std::string change = record(20, "\x01");
const std::string finished = record(23, std::string(53, 'f'));
const std::string hidden_alert = record(23, std::string(19, 'a'));
const std::string request = record(23, std::string(120, 'q'));

RelayedTls relayed(const std::string& up, const std::string& down, std::size_t piece) {
    RelayedTls seen;
    for (std::size_t at = 0; at < up.size(); at += piece)
        seen.from_client(std::string_view(up).substr(at, piece));
    for (std::size_t at = 0; at < down.size(); at += piece)
        seen.from_server(std::string_view(down).substr(at, piece));
    return seen;
}

TEST(RelayedTls, ARequestInTls13IsWhatFollowsTheFinished) {
    for (const std::size_t piece : {1, 4, 5, 7, 64, 4096}) {
        const auto seen = relayed(hello + change + finished + request, server_hello(true), piece);
        EXPECT_TRUE(seen.server_showed()) << piece;
        EXPECT_EQ(seen.client_spoke(), 1u) << piece;
    }
}

TEST(RelayedTls, ARefusalInTls13IsNoRequest) {
    EXPECT_EQ(relayed(hello + change + hidden_alert, server_hello(true), 3).client_spoke(), 0u);
    EXPECT_EQ(relayed(hello + change + finished + hidden_alert, server_hello(true), 3).client_spoke(), 0u);
    EXPECT_EQ(relayed(hello, server_hello(true), 3).client_spoke(), 0u);
}

TEST(RelayedTls, InTls12TheFinishedIsAHandshakeRecord) {
    const std::string sealed_finished = record(22, std::string(40, 'f'));
    const auto seen = relayed(hello + change + sealed_finished + request + request, server_hello(false), 6);
    EXPECT_EQ(seen.client_spoke(), 2u);
    EXPECT_EQ(relayed(hello + change + sealed_finished, server_hello(false), 6).client_spoke(), 0u);
}

TEST(RelayedTls, AnAlertInClearIsReadAndAHiddenOneIsNot) {
    const auto refused = relayed(hello + record(21, std::string("\x02\x30", 2)), server_hello(false), 2);
    EXPECT_EQ(refused.client_alert(), 48);
    const auto denied = relayed(hello, record(21, std::string("\x02\x28", 2)), 2);
    EXPECT_EQ(denied.server_alert(), 40);
    EXPECT_FALSE(denied.server_showed());
    const auto hidden =
        relayed(hello + change + record(21, std::string("\x02\x30", 2)), server_hello(false), 2);
    EXPECT_EQ(hidden.client_alert(), std::nullopt);
    EXPECT_EQ(relayed(hello + record(21, std::string("\x01\x00", 2)), "", 2).client_alert(), std::nullopt);
}

TEST(RelayedTls, WhatIsNoTlsIsNotCounted) {
    const auto seen = relayed("GET / HTTP/1.1\r\n\r\n" + request, "HTTP/1.1 200 OK\r\n\r\n", 5);
    EXPECT_EQ(seen.client_spoke(), 0u);
    EXPECT_FALSE(seen.server_showed());
    EXPECT_EQ(relayed(hello + "garbage" + request, server_hello(false), 5).client_spoke(), 0u);
    EXPECT_FALSE(relayed(hello, record(22, "\x02"), 1).client_spoke());
}

}  // namespace
}  // namespace pinlab::wire
