// An unusual host name is refused, not repaired: its author must decide what it means.
#include "client_under_test/protocol/host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace pinlab::protocol {
namespace {

// Underscores are not LDH characters, but real host names have them; the certificate decides about those.
bool is_label_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool has_good_labels(std::string_view host) {
    std::size_t length = 0;
    for (char c : host) {
        if (c == '.') {
            if (length == 0) return false;
            length = 0;
        } else if (!is_label_letter(c) || ++length > 63) {
            return false;
        }
    }
    return length > 0 && host.size() <= 253;
}

}  // namespace

bool is_ip_literal(std::string_view text) {
    std::array<unsigned char, 16> out{};
    std::string terminated(text);
    if (terminated.find('\0') != std::string::npos) return false;
    return inet_pton(AF_INET, terminated.c_str(), out.data()) == 1 ||
           inet_pton(AF_INET6, terminated.c_str(), out.data()) == 1;
}

std::optional<std::string> canonical_host(std::string_view text) {
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        std::string_view inside = text.substr(1, text.size() - 2);
        if (inside.find(':') == std::string_view::npos) return std::nullopt;
        return is_ip_literal(inside) ? std::optional<std::string>(inside) : std::nullopt;
    }
    if (is_ip_literal(text)) return std::string(text);
    std::string host(text);
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (host.ends_with('.')) host.pop_back();
    if (!has_good_labels(host)) return std::nullopt;
    return host;
}

}  // namespace pinlab::protocol
