// Reads Location, Alt-Svc and Public-Key-Pins in the forms that the lab's origin sends.
#include "client_under_test/flawed/http_redirections.h"

#include <charconv>

#include "client_under_test/flawed/http.h"
#include "client_under_test/protocol/host.h"

namespace pinlab::flawed {
namespace {

using pinlab::protocol::Brief;

std::uint16_t port_or(const std::string& text, std::uint16_t otherwise) {
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port == 0 ? otherwise : port;
}

void move_to_port(Brief& brief, std::uint16_t port) {
    brief.port = port;
    brief.connect_to.port = port;
}

/// The brief of a visit to `url`, which begins with `scheme`.
std::optional<Brief> elsewhere(const Brief& brief, const std::string& url, const std::string& scheme) {
    if (!url.starts_with(scheme)) return std::nullopt;
    const std::string rest = url.substr(scheme.size());
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string authority = rest.substr(0, slash);
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    const auto host = pinlab::protocol::canonical_host(authority.substr(0, colon));
    if (!host) return std::nullopt;
    Brief next = brief;
    next.host = *host;
    next.written_host = *host;
    next.host_is_ip = pinlab::protocol::is_ip_literal(*host);
    move_to_port(next, port_or(authority.substr(std::min(colon + 1, authority.size())), brief.port));
    next.target = slash == rest.size() ? "/" : rest.substr(slash);
    return next;
}

std::optional<Temptation> unpinned(std::optional<Brief> next, bool in_clear = false) {
    if (!next) return std::nullopt;
    next->pins.reset();
    return Temptation{*next, in_clear};
}

}  // namespace

std::optional<Temptation> tempted(const Brief& brief, AfterAnswer behaviour, int status,
                                  const std::string& head) {
    const bool redirected = status >= 300 && status < 400;
    const std::string place = redirected ? field_of(head, "Location") : "";
    switch (behaviour) {
        case AfterAnswer::stop:
            return std::nullopt;
        case AfterAnswer::redirect_without_pins:
            return unpinned(elsewhere(brief, place, "https://"));
        case AfterAnswer::redirect_to_http:
            return unpinned(elsewhere(brief, place, "http://"), true);
        case AfterAnswer::retry_421_without_pins:
            return status == 421 ? unpinned(brief) : std::nullopt;
        case AfterAnswer::alt_svc_without_pins: {
            const std::string offer = field_of(head, "Alt-Svc");
            const std::size_t colon = offer.find(':');
            if (colon == std::string::npos) return std::nullopt;
            Brief next = brief;
            move_to_port(next, port_or(offer.substr(colon + 1), brief.port));
            return unpinned(next);
        }
    }
    return std::nullopt;
}

bool pins_set_by_answer(const std::string& head, const std::optional<pinlab::protocol::SpkiHash>& key) {
    if (!key) return false;
    const std::string text = pinlab::protocol::pin_text(*key).substr(sizeof "sha256/" - 1);
    return field_of(head, "Public-Key-Pins").find("pin-sha256=\"" + text + "\"") != std::string::npos;
}

}  // namespace pinlab::flawed
