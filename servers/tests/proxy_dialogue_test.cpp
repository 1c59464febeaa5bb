// What a client sends to a proxy and how it answers, byte by byte; no socket.
#include "servers/wire/proxy_dialogue.h"

#include <gtest/gtest.h>

namespace pinlab::wire {
namespace {

using namespace std::string_literals;
using State = ProxyDialogue::State;

constexpr ProxyRule open_connect{ProxyKind::connect, 200};
constexpr ProxyRule open_socks{ProxyKind::socks5, 0};
const std::string head = "CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test:443\r\n\r\n";

TEST(ProxyDialogue, WithoutAProxyNothingIsRead) {
    EXPECT_EQ(ProxyDialogue({}).next(head).state, State::no_request);
}

TEST(ProxyDialogue, ConnectIsReadToItsEmptyLine) {
    ProxyDialogue dialogue(open_connect);
    for (std::size_t cut = 0; cut < head.size(); ++cut)
        EXPECT_EQ(dialogue.next(head.substr(0, cut)).state, State::need_more) << cut;
    const auto step = dialogue.next(head + "\x16\x03\x01");
    EXPECT_EQ(step.state, State::granted);
    EXPECT_EQ(step.used, head.size());
    EXPECT_TRUE(step.reply.starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(dialogue.host(), "shop.test");
    EXPECT_EQ(dialogue.port(), "443");
}

TEST(ProxyDialogue, ConnectIsRefusedWithTheStatusOfChoice) {
    const auto step = ProxyDialogue({ProxyKind::connect, 407}).next(head);
    EXPECT_EQ(step.state, State::refused);
    EXPECT_TRUE(step.reply.starts_with("HTTP/1.1 407 "));
    EXPECT_NE(step.reply.find("Proxy-Authenticate:"), std::string::npos);
    EXPECT_EQ(ProxyDialogue({ProxyKind::https, 502}).next(head).reply.find("Proxy-Authenticate:"),
              std::string::npos);
}

TEST(ProxyDialogue, WhatIsNoConnectIsLeftAlone) {
    for (const auto& text : {"GET / HTTP/1.1\r\n\r\n"s, "\x16\x03\x01"s, "CONNECX"s}) {
        const auto step = ProxyDialogue(open_connect).next(text);
        EXPECT_EQ(step.state, State::no_request) << text;
        EXPECT_EQ(step.used, 0U);
    }
    EXPECT_EQ(ProxyDialogue(open_connect).next("CONNECT " + std::string(20'000, 'a')).state,
              State::no_request);
}

TEST(ProxyDialogue, OddTargetsAreReadAsTheyAre) {
    ProxyDialogue bare(open_connect);
    bare.next("CONNECT shop.test\r\n\r\n");
    EXPECT_EQ(bare.host(), "shop.test");
    EXPECT_EQ(bare.port(), "");
    ProxyDialogue none(open_connect);
    EXPECT_EQ(none.next("CONNECT \r\n\r\n").state, State::granted);
    EXPECT_EQ(none.host(), "");
}

TEST(ProxyDialogue, SocksGreetsThenConnects) {
    ProxyDialogue dialogue(open_socks);
    EXPECT_EQ(dialogue.next("\x05").state, State::need_more);
    EXPECT_EQ(dialogue.next("\x05\x02\x02"s).state, State::need_more);
    const auto greeting = dialogue.next("\x05\x02\x02\x00"s);
    EXPECT_EQ(greeting.state, State::going_on);
    EXPECT_EQ(greeting.reply, "\x05\x00"s);
    EXPECT_EQ(greeting.used, 4U);
    const std::string request = "\x05\x01\x00\x03\x09"s + "shop.test" + "\x01\xbb";
    for (std::size_t cut = 0; cut < request.size(); ++cut)
        EXPECT_EQ(dialogue.next(request.substr(0, cut)).state, State::need_more) << cut;
    const auto step = dialogue.next(request + "\x16");
    EXPECT_EQ(step.state, State::granted);
    EXPECT_EQ(step.used, request.size());
    EXPECT_EQ(step.reply, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s);
    EXPECT_EQ(dialogue.host(), "shop.test");
    EXPECT_EQ(dialogue.port(), "443");
}

TEST(ProxyDialogue, SocksKnowsAddresses) {
    ProxyDialogue four(open_socks);
    four.next("\x05\x01\x00"s);
    EXPECT_EQ(four.next("\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"s).state, State::granted);
    EXPECT_EQ(four.host() + " " + four.port(), "127.0.0.1 80");
    ProxyDialogue six(open_socks);
    six.next("\x05\x01\x00"s);
    six.next("\x05\x01\x00\x04"s + std::string(15, '\0') + "\x01\x00\x50"s);
    EXPECT_EQ(six.host(), "::1");
}

TEST(ProxyDialogue, SocksRefuses) {
    EXPECT_EQ(ProxyDialogue(open_socks).next("\x05\x01\x02"s).reply, "\x05\xff"s) << "no method in common";
    EXPECT_EQ(ProxyDialogue(open_socks).next("GET / HTTP/1.1"s).state, State::no_request);
    for (const auto& request : {"\x05\x02\x00\x01\x7f\x00\x00\x01\x00\x50"s, "\x05\x01\x00\x09\x00"s,
                                "\x04\x01\x00\x01\x7f"s, "\x05\x01\x00\x03\x00\x00\x50"s}) {
        ProxyDialogue dialogue(open_socks);
        dialogue.next("\x05\x01\x00"s);
        const auto step = dialogue.next(request);
        EXPECT_EQ(step.state, State::refused);
        EXPECT_EQ(step.reply[1], '\x07');
    }
    ProxyDialogue closed({ProxyKind::socks5, 2});
    closed.next("\x05\x01\x00"s);
    const auto step = closed.next("\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"s);
    EXPECT_EQ(step.state, State::refused);
    EXPECT_EQ(step.reply[1], '\x02');
}

}  // namespace
}  // namespace pinlab::wire
