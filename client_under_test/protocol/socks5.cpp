#include "client_under_test/protocol/socks5.h"

#include <arpa/inet.h>

#include <array>

namespace pinlab::protocol {
namespace {

constexpr char socks_version = 5;

std::string address_bytes(const std::string& host) {
    const bool v6 = host.find(':') != std::string::npos;
    std::array<char, 16> bytes{};
    inet_pton(v6 ? AF_INET6 : AF_INET, host.c_str(), bytes.data());
    return (v6 ? "\x04" : "\x01") + std::string(bytes.data(), v6 ? 16 : 4);
}

}  // namespace

std::string socks5_greeting() {
    return {socks_version, 1, 0};
}

std::string socks5_request(const Dial& dial) {
    std::string text{socks_version, 1, 0};
    if (dial.host_is_ip)
        text += address_bytes(dial.host);
    else
        text += std::string{3, static_cast<char>(dial.host.size())} + dial.host;
    return text + std::string{static_cast<char>(dial.port >> 8), static_cast<char>(dial.port & 0xff)};
}

std::optional<std::size_t> socks5_more(std::string_view begin) {
    if (begin.size() < socks5_reply_head_size || begin[0] != socks_version) return std::nullopt;
    constexpr std::size_t port = 2;
    switch (begin[3]) {
        case 1:
            return 4 - 1 + port;
        case 3:
            return static_cast<unsigned char>(begin[4]) + port;
        case 4:
            return 16 - 1 + port;
        default:
            return std::nullopt;
    }
}

std::optional<std::string> socks5_refusal(std::string_view reply) {
    if (reply.size() < socks5_choice_size || reply[0] != socks_version)
        return "the proxy does not speak SOCKS5";
    const unsigned code = static_cast<unsigned char>(reply[1]);
    if (code == 0) return std::nullopt;
    return reply.size() == socks5_choice_size ? "the proxy wants another method"
                                              : "the proxy replied " + std::to_string(code);
}

}  // namespace pinlab::protocol
