#include "servers/tls/client_hello.h"

#include <algorithm>

namespace pinlab::wire {
namespace {

constexpr unsigned char handshake_record = 22;
constexpr unsigned char client_hello_message = 1;
constexpr std::size_t record_header = 5;

/// A cursor over bytes; once something was missing it stays failed and gives empty values.
class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : rest_(bytes) {}

    std::size_t number(std::size_t width) {
        std::size_t value = 0;
        for (const char c : take(width)) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    std::string_view take(std::size_t count) {
        if (count > rest_.size()) failed_ = true;
        if (failed_) return {};
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    /// A vector with a length prefix of `width` bytes (RFC 8446 3.4).
    std::string_view vector(std::size_t width) { return take(number(width)); }
    bool empty() const { return failed_ || rest_.empty(); }
    bool failed() const { return failed_; }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

std::string version_name(std::size_t code) {
    switch (code) {
        case 0x0304:
            return "1.3";
        case 0x0303:
            return "1.2";
        case 0x0302:
            return "1.1";
        case 0x0301:
            return "1.0";
        case 0x0300:
            return "ssl3";
        default:
            return "";  // GREASE (RFC 8701) or a draft
    }
}

void read_extension(std::size_t type, std::string_view body, ClientHello& hello) {
    Cursor cursor(body);
    switch (type) {
        case 0: {  // server_name
            Cursor list(cursor.vector(2));
            while (!list.empty()) {
                const std::size_t kind = list.number(1);
                const std::string_view name = list.vector(2);
                if (kind == 0 && !list.failed() && !hello.sni) hello.sni = std::string(name);
            }
            break;
        }
        case 16: {  // application_layer_protocol_negotiation
            Cursor list(cursor.vector(2));
            while (!list.empty()) {
                const std::string_view name = list.vector(1);
                if (!list.failed()) hello.alpn.emplace_back(name);
            }
            break;
        }
        case 43: {  // supported_versions
            Cursor list(cursor.vector(1));
            hello.versions.clear();
            while (!list.empty()) {
                std::string name = version_name(list.number(2));
                if (!list.failed() && !name.empty()) hello.versions.push_back(std::move(name));
            }
            break;
        }
        case 35:
            hello.ticket = hello.ticket || !body.empty();
            break;  // session_ticket (RFC 5077)
        case 41:
            hello.ticket = true;
            break;  // pre_shared_key
        case 42:
            hello.early_data = true;
            break;
        default:
            break;
    }
}

std::optional<ClientHello> read_message(std::string_view body) {
    Cursor cursor(body);
    ClientHello hello;
    const std::string legacy = version_name(cursor.number(2));
    cursor.take(32);  // random
    const std::string_view session_id = cursor.vector(1);
    cursor.vector(2);  // cipher suites
    cursor.vector(1);  // compression methods
    if (cursor.failed()) return std::nullopt;
    if (!legacy.empty()) hello.versions.push_back(legacy);
    if (cursor.empty()) return hello;
    Cursor extensions(cursor.vector(2));
    if (cursor.failed()) return std::nullopt;
    bool lists_versions = false;
    while (!extensions.empty()) {
        const std::size_t type = extensions.number(2);
        const std::string_view content = extensions.vector(2);
        if (extensions.failed()) return std::nullopt;
        lists_versions = lists_versions || type == 43;
        read_extension(type, content, hello);
    }
    // In TLS 1.3 the id is only there for old middleboxes (RFC 8446 D.4); before, it names a session to
    // resume.
    if (!lists_versions && !session_id.empty()) hello.ticket = true;
    return hello;
}

}  // namespace

HelloResult parse_client_hello(std::string_view bytes) {
    std::string message;
    std::size_t used = 0;
    std::size_t missing = 1;  // so many bytes must come at least, record headers apart
    while (true) {
        const std::string_view rest = bytes.substr(used);
        if (!rest.empty() && static_cast<unsigned char>(rest[0]) != handshake_record) {
            return {used == 0 ? HelloState::not_tls : HelloState::malformed, {}};
        }
        if (rest.size() > 1 && rest[1] != 3) return {HelloState::not_tls, {}};
        if (rest.size() < record_header) return {HelloState::need_more, {}, bytes.size() + missing};
        Cursor header(rest.substr(3, 2));
        const std::size_t length = header.number(2);
        if (length == 0) return {HelloState::malformed, {}};
        const std::string_view fragment = rest.substr(record_header, length);
        message += fragment;
        if (message.empty()) return {HelloState::need_more, {}, bytes.size() + missing};
        if (static_cast<unsigned char>(message[0]) != client_hello_message)
            return {HelloState::malformed, {}};
        used += record_header + fragment.size();
        if (message.size() >= 4) {
            Cursor head(std::string_view(message).substr(1, 3));
            const std::size_t body = head.number(3);
            if (body + 4 > max_client_hello) return {HelloState::malformed, {}};
            if (message.size() >= body + 4) {
                auto hello = read_message(std::string_view(message).substr(4, body));
                if (!hello) return {HelloState::malformed, {}};
                hello->bytes = used;
                return {HelloState::complete, std::move(*hello)};
            }
            missing = body + 4 - message.size();
        }
        if (fragment.size() < length) return {HelloState::need_more, {}, bytes.size() + missing};
    }
}

}  // namespace pinlab::wire
