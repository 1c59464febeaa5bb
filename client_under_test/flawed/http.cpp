// An answer that ends before its announced length is a truncation, and an error.
#include "client_under_test/flawed/http.h"

#include <charconv>
#include <optional>

namespace pinlab::flawed {
namespace {

using pinlab::protocol::Reason;

// RFC 6455 1.3; the key of its example need not be secret.
constexpr const char* upgrade =
    "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
    "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

std::optional<std::size_t> content_length(const std::string& head) {
    if (status_of(head) == 101) return 0;
    const std::string text = field_of(head, "content-length");
    if (text.empty()) return std::nullopt;
    std::size_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    return length;
}

/// More of a body; the flaw takes every end of the stream for the end of the body.
std::string read_more(Link& link, bool gullible) {
    try {
        return link.read();
    } catch (const LinkError&) {
        if (!gullible) throw;
        return {};
    }
}

}  // namespace

std::string get_text(const pinlab::protocol::Brief& brief, bool keep) {
    return "GET " + brief.target + " HTTP/1.1\r\nHost: " + brief.authority() +
           "\r\nUser-Agent: pinlab-flawed\r\nX-Pinlab-Canary: " + brief.canary +
           (brief.websocket ? upgrade
            : keep          ? "\r\n\r\n"
                            : "\r\nConnection: close\r\n\r\n");
}

std::string read_head(Link& link, std::string& rest) {
    std::string text;
    std::size_t end;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
        if (text.size() > (1 << 16)) throw LinkError(Reason::transport_failed, "an endless head");
        std::string more = link.read();
        if (more.empty()) throw LinkError(Reason::transport_failed, "closed before the answer was complete");
        text += more;
    }
    rest = text.substr(end + 4);
    return text.substr(0, end + 4);
}

int status_of(const std::string& head) {
    int status = 0;
    if (head.starts_with("HTTP/1.") && head.size() > 12)
        std::from_chars(head.data() + 9, head.data() + 12, status);
    return status;
}

std::string field_of(const std::string& head, std::string_view name) {
    const std::size_t at = lower(head).find("\r\n" + lower(std::string(name)) + ":");
    if (at == std::string::npos) return "";
    const std::size_t from = head.find_first_not_of(' ', at + 3 + name.size());
    return head.substr(from, head.find("\r\n", from) - from);
}

pinlab::protocol::Answer ask(Link& link, const std::string& request, std::string* head_out, CutAnswer cut) {
    link.write(request);
    pinlab::protocol::Answer answer;
    std::string head = read_head(link, answer.body);
    answer.status = status_of(head);
    if (head_out != nullptr) *head_out = head;
    if (answer.status == 0) throw LinkError(Reason::transport_failed, "the answer is no HTTP");
    auto length = content_length(head);
    const bool gullible =
        cut == (length ? CutAnswer::accepted_with_length : CutAnswer::accepted_without_length);
    while (!length || answer.body.size() < *length) {
        if (answer.body.size() > (1 << 20))
            throw LinkError(Reason::transport_failed, "an answer beyond 1 MiB");
        std::string more = read_more(link, gullible);
        if (more.empty() && length && !gullible)
            throw LinkError(Reason::transport_failed, "the answer was cut short");
        if (more.empty()) break;
        answer.body += more;
    }
    return answer;
}

}  // namespace pinlab::flawed
