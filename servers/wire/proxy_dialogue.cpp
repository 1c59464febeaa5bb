#include "servers/wire/proxy_dialogue.h"

#include <arpa/inet.h>

#include <array>

namespace pinlab::wire {
namespace {

constexpr std::size_t max_head = std::size_t{16} * 1024;
constexpr std::string_view verb = "CONNECT ";

std::size_t byte_at(std::string_view bytes, std::size_t place) {
    return static_cast<unsigned char>(bytes[place]);
}

std::string address_text(int family, std::string_view bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return inet_ntop(family, bytes.data(), text.data(), text.size()) ? text.data() : "";
}

}  // namespace

int granting(ProxyKind kind) {
    return kind == ProxyKind::socks5 ? 0 : 200;
}

ProxyDialogue::Step ProxyDialogue::next(std::string_view received) {
    if (rule_.kind == ProxyKind::none) return {State::no_request, "", 0};
    if (rule_.kind != ProxyKind::socks5) return connect(received);
    return greeted_ ? socks_request(received) : socks_greeting(received);
}

ProxyDialogue::Step ProxyDialogue::concluded(std::string reply, std::size_t used) const {
    const bool good = rule_.answer == granting(rule_.kind);
    return {good ? State::granted : State::refused, std::move(reply), used};
}

ProxyDialogue::Step ProxyDialogue::connect(std::string_view received) {
    const std::string_view begins = received.substr(0, verb.size());
    if (begins != verb.substr(0, begins.size())) return {State::no_request, "", 0};
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return {received.size() > max_head ? State::no_request : State::need_more, "", 0};
    const std::string target(
        received.substr(verb.size(), received.find_first_of(" \r", verb.size()) - verb.size()));
    const std::size_t colon = target.rfind(':');
    host_ = target.substr(0, colon);
    port_ = colon == std::string::npos ? "" : target.substr(colon + 1);
    if (rule_.answer == granting(rule_.kind))
        return concluded("HTTP/1.1 200 Connection established\r\n\r\n", end + 4);
    std::string reply = "HTTP/1.1 " + std::to_string(rule_.answer) + " Refused\r\n";
    // RFC 9110 15.5.8: a 407 without a challenge would be no 407.
    if (rule_.answer == 407) reply += "Proxy-Authenticate: Basic realm=\"pinlab\"\r\n";
    return concluded(reply + "Content-Length: 0\r\nConnection: close\r\n\r\n", end + 4);
}

ProxyDialogue::Step ProxyDialogue::socks_greeting(std::string_view received) {
    if (!received.empty() && received[0] != '\x05') return {State::no_request, "", 0};
    if (received.size() < 2 || received.size() < 2 + byte_at(received, 1)) return {};
    const std::string_view methods = received.substr(2, byte_at(received, 1));
    greeted_ = methods.find('\0') != std::string_view::npos;
    return {greeted_ ? State::going_on : State::refused, greeted_ ? std::string("\x05\0", 2) : "\x05\xff",
            2 + methods.size()};
}

ProxyDialogue::Step ProxyDialogue::socks_request(std::string_view received) {
    constexpr std::size_t fixed = 4;  // version, command, reserved, kind of address
    if (received.size() < fixed + 1) return {};
    const std::size_t kind = byte_at(received, 3);
    const std::size_t skip = kind == 3 ? 1 : 0;  // a name has its length before it
    const std::size_t length = kind == 1 ? 4 : kind == 4 ? 16 : kind == 3 ? byte_at(received, fixed) : 0;
    const bool good = received[0] == '\x05' && received[1] == '\x01' && length > 0;
    if (!good) return {State::refused, std::string("\x05\x07\0\x01\0\0\0\0\0\0", 10), fixed};
    const std::size_t all = fixed + skip + length + 2;
    if (received.size() < all) return {};
    const std::string_view address = received.substr(fixed + skip, length);
    host_ = kind == 3 ? std::string(address) : address_text(kind == 1 ? AF_INET : AF_INET6, address);
    port_ = std::to_string(byte_at(received, all - 2) * 256 + byte_at(received, all - 1));
    std::string reply("\x05\0\0\x01\0\0\0\0\0\0", 10);
    reply[1] = static_cast<char>(rule_.answer);
    return concluded(reply, all);
}

}  // namespace pinlab::wire
