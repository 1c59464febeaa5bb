// What is changed on the way out, byte for byte, without any socket; and that OpenSSL accepts the settings.
#include "servers/tls/handshake_edit.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>

#include "servers/tls/handshake_settings.h"
#include "servers/tls/presentation.h"

namespace pinlab::wire {
namespace {

std::string record(int type, const std::string& payload) {
    return std::string{static_cast<char>(type), 3, 3, 0, static_cast<char>(payload.size())} + payload;
}

std::string message(int type, const std::string& body) {
    return record(22, std::string{static_cast<char>(type), 0, 0, static_cast<char>(body.size())} + body);
}

/// version, random, a session id of two bytes, suite, no compression
const std::string server_hello =
    message(2, "\x03\x03" + std::string(32, 'r') + std::string("\x02ss\xc0\x2b\x00", 6));

std::string edited(std::string_view name, const std::string& bytes) {
    return HandshakeEditor(name).filter(bytes);
}

TEST(HandshakeEdit, ChoosesASuiteThatWasNotOffered) {
    std::string expected = server_hello;
    expected.replace(expected.size() - 3, 2, std::string("\x00\x05", 2));
    EXPECT_EQ(edited("chooses_rc4", server_hello), expected);
}

TEST(HandshakeEdit, SpeaksTheVersionOf1996) {
    const std::string changed = edited("speaks_ssl3", server_hello);
    EXPECT_EQ(changed.substr(0, 3), std::string("\x16\x03\x00", 3));
    EXPECT_EQ(changed.substr(9, 2), std::string("\x03\x00", 2));
    EXPECT_EQ(changed.size(), server_hello.size());
}

TEST(HandshakeEdit, ReplacesTheCertificate) {
    const std::string certificate = message(11, "whatever stood here");
    EXPECT_EQ(edited("empty_certificate", certificate), message(11, std::string(3, '\0')));
    EXPECT_NE(edited("garbage_certificate", certificate).find("never a certificate"), std::string::npos);
    EXPECT_EQ(edited("no_certificate", certificate), "");
}

TEST(HandshakeEdit, PutsInWhatDoesNotBelongThere) {
    EXPECT_EQ(edited("early_change_cipher_spec", server_hello), server_hello + record(20, "\x01"));
    const std::string heartbleed = edited("heartbleed", server_hello);
    EXPECT_EQ(heartbleed.substr(server_hello.size()), record(24, std::string("\x01\x40\x00", 3)));
}

TEST(HandshakeEdit, LeavesOtherMessagesAlone) {
    const std::string other = message(14, "") + record(23, "application") + record(20, "\x01");
    for (const std::string_view name : handshake_edits()) EXPECT_EQ(edited(name, other), other) << name;
}

TEST(HandshakeEdit, LeavesAloneWhatIsEncrypted) {
    const std::string changed = record(20, "\x01") + message(11, "looks like a certificate");
    HandshakeEditor editor("empty_certificate");
    EXPECT_EQ(editor.filter(changed), changed);
    EXPECT_FALSE(editor.happened());
}

TEST(HandshakeEdit, WaitsForAWholeRecord) {
    HandshakeEditor editor("chooses_3des");
    std::string left;
    for (const char byte : server_hello) left += editor.filter(std::string(1, byte));
    EXPECT_EQ(left, edited("chooses_3des", server_hello));
    EXPECT_TRUE(editor.happened());
}

TEST(HandshakeEdit, HidesTls13InTheHello) {
    // version, random, no session, one suite, no compression, and two extensions
    const std::string hello = message(
        1, "\x03\x03" + std::string(32, 'r') + std::string("\x00\x00\x02\x13\x01\x01\x00\x00\x0d", 9) +
               std::string("\x00\x17\x00\x00\x00\x2b\x00\x05\x04\x03\x04\x03\x03", 13));
    std::string expected = hello;
    expected.replace(expected.size() - 9, 2, "\x4a\x4a");
    EXPECT_EQ(altered_hello("hide_tls13", hello), expected);
    EXPECT_EQ(altered_hello("grease", hello), hello);
    EXPECT_EQ(altered_hello("hide_tls13", "short"), "short");
}

TEST(HandshakeEdit, OpensslDoesTheRestBySettings) {
    const auto context = server_context({TLS1_2_VERSION, TLS1_3_VERSION}, {}, true);
    for (const std::string_view name : handshake_edits()) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
        EXPECT_NO_THROW(apply_setting(name, ssl.get())) << name;
        EXPECT_TRUE(is_handshake_edit(name));
    }
    EXPECT_FALSE(is_handshake_edit("no_such_edit"));
}

}  // namespace
}  // namespace pinlab::wire
