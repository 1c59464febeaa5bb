// A Location that cannot be read strictly is not followed.
#include "client_under_test/reference/redirects.h"

#include <algorithm>
#include <cctype>

namespace pinlab::reference {
namespace {

using pinlab::client::HostPolicy;
using pinlab::client::RedirectRule;
using pinlab::client::Request;

constexpr std::string_view https_scheme = "https://";

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
        return std::isalnum(c) != 0 || others.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

bool is_ours(std::string_view header) {
    std::string name = lower(header);
    return name == "host" || name == "content-length" || name == "transfer-encoding" || name == "connection";
}

}  // namespace

std::optional<std::string> resolve_location(std::string_view base, std::string_view location) {
    std::string target(location.substr(0, location.find('#')));
    std::size_t path = std::min(base.find('/', https_scheme.size()), base.size());
    std::string origin(base.substr(0, path));
    if (lower(target.substr(0, https_scheme.size())) == https_scheme)
        return std::string(https_scheme) + target.substr(https_scheme.size());
    if (target.starts_with("//")) return "https:" + target;
    if (target.starts_with('/')) return origin + target;
    std::size_t colon = target.find(':');
    if (target.empty() || (colon != std::string::npos && colon < target.find_first_of("/?")))
        return std::nullopt;
    std::string from(base.substr(path, base.find('?') - path));
    if (target.starts_with('?')) return origin + (from.empty() ? "/" : from) + target;
    return origin + from.substr(0, from.rfind('/') + 1) + (from.empty() ? "/" : "") + target;
}

bool may_follow(RedirectRule rule, const HostPolicy* from, const HostPolicy* to) {
    switch (rule) {
        case RedirectRule::deny:
            return false;
        case RedirectRule::same_policy:
            return from != nullptr && from == to;
        case RedirectRule::policy_of_target:
            return true;
        case RedirectRule::deny_unpinned_target:
            return to != nullptr;
    }
    return false;
}

Request next_request(Request request, int status, bool same_origin) {
    if (status == 303 || ((status == 301 || status == 302) && request.method == "POST")) {
        request.method = request.method == "HEAD" ? "HEAD" : "GET";
        request.body.clear();
    }
    if (!same_origin)
        std::erase_if(request.headers, [](const auto& header) {
            std::string name = lower(header.first);
            return name == "authorization" || name == "cookie" || name == "proxy-authorization";
        });
    return request;
}

std::optional<std::string> request_fault(const Request& request) {
    if (!is_token(request.method) || request.method == "CONNECT")
        return "the method is none that can be sent here";
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return "a header's name is no token";
        if (is_ours(name)) return "the header " + name + " is set by the client itself";
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            return "the value of " + name + " holds a line end";
    }
    return std::nullopt;
}

}  // namespace pinlab::reference
