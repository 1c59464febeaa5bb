// A URL that needs repair is refused: two readers could repair it differently.
#include "client_under_test/protocol/url.h"

#include <algorithm>
#include <charconv>

#include "client_under_test/protocol/host.h"

namespace pinlab::protocol {
namespace {

using pinlab::client::ConfigError;

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

struct Authority {
    std::string_view host;
    std::optional<std::string_view> port;
};

Authority split_authority(std::string_view text) {
    std::size_t from = text.starts_with('[') ? text.find(']') : 0;
    if (from == std::string_view::npos) from = 0;
    std::size_t colon = text.find(':', from);
    if (colon == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::optional<std::string> target_fault(std::string_view target) {
    if (!target.starts_with('/')) return "path: does not begin with a slash";
    for (const char letter : target) {
        const auto c = static_cast<unsigned char>(letter);
        if (c <= ' ' || c >= 0x7f || c == '#') return "url: its path has a byte that must be escaped";
    }
    return std::nullopt;
}

Url parse_url(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    if (!text.starts_with(scheme)) throw ConfigError("url: only https is ever spoken");
    std::string_view rest = text.substr(scheme.size());
    std::size_t slash = std::min(rest.find('/'), rest.size());
    Authority authority = split_authority(rest.substr(0, slash));
    Url url{std::string(authority.host), port_of(authority.port.value_or("443")), "/"};
    if (slash != rest.size()) url.target = std::string(rest.substr(slash));
    if (auto why = target_fault(url.target)) throw ConfigError(*why);
    return url;
}

bool set_proxy(Dial& dial, std::string_view text) {
    struct Scheme {
        std::string_view name, port;
        ProxyKind kind;
    };
    static constexpr Scheme schemes[] = {{"http://", "80", ProxyKind::connect},
                                         {"https://", "443", ProxyKind::https},
                                         {"socks5://", "1080", ProxyKind::socks5}};
    for (const Scheme& scheme : schemes) {
        if (!text.starts_with(scheme.name)) continue;
        std::string_view rest = text.substr(scheme.name.size());
        if (rest.ends_with('/')) rest.remove_suffix(1);
        Authority authority = split_authority(rest);
        auto host = canonical_host(authority.host);
        auto port = port_of(authority.port.value_or(scheme.port));
        if (!host || !port) throw ConfigError("proxy: not SCHEME://ADDRESS:PORT");
        dial.proxy = Endpoint{*host, *port};
        dial.proxy_kind = scheme.kind;
        return true;
    }
    return false;
}

void set_host(Dial& dial, std::string_view written) {
    auto host = canonical_host(written);
    if (!host)
        throw ConfigError("host: not a host name or IP literal (no scheme, port, wildcard or empty label)");
    dial.host = *host;
    dial.host_is_ip = is_ip_literal(*host);
}

}  // namespace pinlab::protocol
