// The changes of bytes. What OpenSSL can do by itself is in handshake_settings.cpp.
#include "servers/tls/handshake_edit.h"

#include <openssl/ssl3.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "servers/tls/handshake_settings.h"

namespace pinlab::wire {
namespace {

constexpr std::size_t record_head = 5;
constexpr std::size_t message_head = 4;
constexpr std::size_t body_at = record_head + message_head;
constexpr std::size_t random_size = 32;
constexpr unsigned supported_versions = 43;       // RFC 8446 4.2.1
constexpr char unknown_extension[] = "\x4a\x4a";  // RFC 8701: reserved, and ignored by every peer

unsigned u8(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes.at(at));
}

unsigned u16(std::string_view bytes, std::size_t at) {
    return u8(bytes, at) << 8 | u8(bytes, at + 1);
}

std::string be(std::size_t value, int bytes) {
    std::string text;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 255);
    return text;
}

std::string handshake(int type, const std::string& body) {
    const std::string message = be(static_cast<std::size_t>(type), 1) + be(body.size(), 3) + body;
    return std::string("\x16\x03\x03", 3) + be(message.size(), 2) + message;
}

/// The place of cipher_suite in a ServerHello record: behind version, random and session id.
std::size_t suite_at(std::string_view record) {
    const std::size_t session = body_at + 2 + random_size;
    return session + 1 + u8(record, session);
}

std::string with_suite(std::string record, const char* suite) {
    return record.replace(suite_at(record), 2, suite, 2);
}

/// In TLS 1.2 the scheme stands behind the curve and the public key (RFC 8422 5.4).
std::string with_scheme(std::string record, const char* scheme) {
    const std::size_t key = body_at + 3;
    return record.replace(key + 1 + u8(record, key), 2, scheme, 2);
}

std::string version_of_1996(std::string record) {
    record[2] = record[body_at + 1] = '\0';
    record[1] = record[body_at] = '\x03';
    return record;
}

/// The same ServerHello with another session id, which a client of TLS 1.2 has no reason to doubt.
std::string other_session(const std::string& record) {
    return handshake(SSL3_MT_SERVER_HELLO, record.substr(body_at, 2 + random_size) + '\x20' +
                                               std::string(32, 'p') + record.substr(suite_at(record)));
}

/// A certificate list with one entry, which is no certificate.
std::string garbage_certificate() {
    const std::string garbage = "this was never a certificate";
    const std::string entry = be(garbage.size(), 3) + garbage;
    return handshake(SSL3_MT_CERTIFICATE, be(entry.size(), 3) + entry);
}

/// RFC 6520 4 with CVE-2014-0160: a request that claims 16 KiB and carries 3 bytes. 24 is its record type.
const std::string& heartbleed() {
    static const std::string record("\x18\x03\x03\x00\x03\x01\x40\x00", 8);
    return record;
}

struct Edit {
    std::string_view name;
    int message;  ///< the type of the handshake message that it works on
    std::function<std::string(std::string)> change;
};

const std::vector<Edit>& edits() {
    static const std::vector<Edit> all = {
        // A suite that was never offered: FREAK took an export suite for granted (CVE-2015-0204).
        {"chooses_3des", SSL3_MT_SERVER_HELLO, [](auto r) { return with_suite(r, "\x00\x0a"); }},
        {"chooses_export", SSL3_MT_SERVER_HELLO, [](auto r) { return with_suite(r, "\x00\x03"); }},
        {"chooses_rc4", SSL3_MT_SERVER_HELLO, [](auto r) { return with_suite(r, "\x00\x05"); }},
        // RFC 5246 7.4.2 wants a chain of at least one from this kind of server.
        {"empty_certificate", SSL3_MT_CERTIFICATE,
         [](const auto&) { return handshake(SSL3_MT_CERTIFICATE, std::string(3, '\0')); }},
        {"garbage_certificate", SSL3_MT_CERTIFICATE, [](const auto&) { return garbage_certificate(); }},
        // CVE-2014-0224: keys of nothing, if the client follows.
        {"early_change_cipher_spec", SSL3_MT_SERVER_HELLO,
         [](const auto& r) { return r + std::string("\x14\x03\x03\x00\x01\x01", 6); }},
        {"heartbleed", SSL3_MT_SERVER_HELLO, [](const auto& r) { return r + heartbleed(); }},
        // The signature of the key exchange is the only proof of possession in TLS 1.2 (CVE-2014-1266).
        {"no_key_exchange", SSL3_MT_SERVER_KEY_EXCHANGE, [](const auto&) { return std::string(); }},
        {"no_certificate", SSL3_MT_CERTIFICATE, [](const auto&) { return std::string(); }},
        // RFC 5246 7.4.3: one of the offered schemes. 0x0203 is ecdsa_sha1, of an age that is over (RFC
        // 9155).
        {"unoffered_scheme", SSL3_MT_SERVER_KEY_EXCHANGE, [](auto r) { return with_scheme(r, "\x02\x03"); }},
        {"speaks_ssl3", SSL3_MT_SERVER_HELLO, version_of_1996},
        // RFC 8446 4.4.4, RFC 5246 7.4.9: both sides must have seen the same handshake.
        {"altered_transcript", SSL3_MT_SERVER_HELLO, other_session},
    };
    return all;
}

const Edit* find_edit(std::string_view name) {
    const auto& all = edits();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& edit) { return edit.name == name; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string_view> handshake_edits() {
    std::vector<std::string_view> names = handshake_settings();
    for (const Edit& edit : edits()) names.push_back(edit.name);
    std::sort(names.begin(), names.end());
    return names;
}

bool is_handshake_edit(std::string_view name) {
    const std::vector<std::string_view> names = handshake_edits();
    return std::binary_search(names.begin(), names.end(), name);
}

std::string altered_hello(std::string_view name, std::string hello) {
    // The hello has been parsed before; a shorter one cannot come from a client.
    if (name != "hide_tls13" || hello.size() < body_at + 2 + random_size + 1) return hello;
    std::size_t at = suite_at(hello);
    at += 2 + u16(hello, at);  // cipher_suites
    at += 1 + u8(hello, at);   // compression_methods
    for (at += 2; at + 4 <= hello.size(); at += 4 + u16(hello, at + 2)) {
        if (u16(hello, at) != supported_versions) continue;
        hello.replace(at, 2, unknown_extension, 2);
        break;
    }
    return hello;
}

std::string HandshakeEditor::apply(std::string record) {
    const Edit* edit = find_edit(name_);
    if (!edit) {
        happened_ = true;  // apply_setting() has done it already
        return record;
    }
    if (u8(record, 0) == SSL3_RT_CHANGE_CIPHER_SPEC) encrypted_ = true;
    const bool plain = !encrypted_ && u8(record, 0) == SSL3_RT_HANDSHAKE && record.size() > body_at;
    if (!plain || static_cast<int>(u8(record, record_head)) != edit->message) return record;
    happened_ = true;
    return edit->change(std::move(record));
}

std::string HandshakeEditor::filter(std::string_view bytes) {
    pending_ += bytes;
    std::string leaving;
    while (pending_.size() >= record_head && pending_.size() >= record_head + u16(pending_, 3)) {
        const std::size_t size = record_head + u16(pending_, 3);
        leaving += apply(pending_.substr(0, size));
        pending_.erase(0, size);
    }
    return leaving;
}

}  // namespace pinlab::wire
