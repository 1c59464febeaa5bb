#include "client_under_test/protocol/brief.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <iterator>
#include <utility>

#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/session.h"
#include "client_under_test/protocol/strict_json.h"
#include "client_under_test/protocol/url.h"

namespace pinlab::protocol {
namespace {

namespace json = boost::json;
using Fields = StrictObject<BriefError>;
constexpr std::int64_t most_ahead = 40LL * 365 * 24 * 3600;  // of a clock, in seconds

TlsVersion version(Fields& fields, std::string_view key) {
    std::string text = fields.text(key);
    if (text == "1.2") return TlsVersion::v1_2;
    if (text == "1.3") return TlsVersion::v1_3;
    throw BriefError(fields.at(key) +
                     ": \"1.2\" or \"1.3\" was expected; nothing older is ever spoken (RFC 8996)");
}

void read_tls(Fields& fields, Brief& brief) {
    const json::value* value = fields.find("tls");
    if (value == nullptr) return;
    Fields tls(*value, "tls");
    brief.tls_min = version(tls, "min");
    brief.tls_max = version(tls, "max");
    tls.finish();
    if (brief.tls_min > brief.tls_max) throw BriefError("tls: min is above max");
}

void read_pins(Fields& fields, Brief& brief) {
    const json::value& value = fields.need("pins");
    if (value.is_null()) return;
    if (!value.is_array()) throw BriefError("pins: null or a list was expected");
    brief.pins.emplace();
    for (const json::value& pin : value.get_array()) {
        if (!pin.is_string())
            throw BriefError("pins[" + std::to_string(brief.pins->size()) + "]: text was expected");
        brief.pins->emplace_back(pin.get_string());
    }
}

// One of two words; the first is the default.
bool is_second(Fields& fields, std::string_view key, std::string_view first, std::string_view second) {
    if (fields.find(key) == nullptr) return false;
    std::string text = fields.text(key);
    if (text != first && text != second)
        throw BriefError(fields.at(key) + ": \"" + std::string(first) + "\" or \"" + std::string(second) +
                         "\" was expected");
    return text == second;
}

void read_pin_set(Fields& fields, Brief& brief) {
    const json::value* value = fields.find("pin_set");
    if (value == nullptr || value->is_null()) return;
    Fields rules(*value, "pin_set");
    if (const json::value* end = rules.find("expires_s"))
        brief.pin_set.expires_in =
            std::chrono::seconds(rules.number(*end, "expires_s", -most_ahead, most_ahead));
    brief.pin_set.opens_on_expiry = is_second(rules, "on_expiry", "closed", "open");
    brief.pin_set.reports = is_second(rules, "mode", "enforce", "report");
    rules.finish();
    if (!brief.pins) throw BriefError("pin_set: there is none, for pins is null");
}

void demand_target(const Brief& brief) {
    if (auto why = target_fault(brief.target)) throw ConfigError(*why);
}

// The URL repeats host and port: a client that connects to one and checks the other is a known class of bug.
void read_url(Fields& fields, Brief& brief) {
    std::string url = fields.text("url");
    Url parsed = parse_url(url);
    if (canonical_host(parsed.host) != brief.host)
        throw ConfigError("url: its host is not the host of the brief");
    if (parsed.port != brief.port) throw ConfigError("url: its port is not the port of the brief");
    brief.target = parsed.target;
}

void read_proxy(Fields& fields, Brief& brief) {
    const json::value* value = fields.find("proxy");
    if (value == nullptr || value->is_null()) return;
    if (!set_proxy(brief, fields.text("proxy")))
        throw Unsupported("proxy: only http://, https:// and socks5:// are spoken here");
}

void name_host(Brief& brief, const std::string& written) {
    set_host(brief, written);
    brief.written_host = written;
}

std::string canary(Fields& fields) {
    std::string text = fields.text("canary");
    if (text.find_first_of("\r\n") != std::string::npos) throw BriefError("canary: holds a line end");
    return text;
}

// In a session the first line is the whole brief; any other brief may take several lines.
bool opens_session(std::string_view line) {
    boost::system::error_code error;
    json::value document = json::parse(line, error);
    if (error || !document.is_object()) return false;
    const json::value* session = document.get_object().if_contains("session");
    return session != nullptr && session->is_bool() && session->get_bool();
}

void read_host(Fields& fields, Brief& brief) {
    name_host(brief, fields.text("host"));
    brief.port = static_cast<std::uint16_t>(fields.number(fields.need("port"), "port", 1, 65535));
    brief.connect_to = {fields.text("address"), brief.port};
}

}  // namespace

Brief parse_brief(std::string_view text) {
    boost::system::error_code error;
    json::value document = json::parse(text, error);
    if (error) throw BriefError("not JSON: " + error.message());
    Fields fields(document, "");
    if (fields.text("schema") != "pinlab.brief/1")
        throw BriefError("schema: \"pinlab.brief/1\" was expected");
    Brief brief;
    brief.ca_file = fields.text("ca_file");
    brief.canary = canary(fields);
    if (const json::value* value = fields.find("timeout_ms"))
        brief.timeout = std::chrono::milliseconds(fields.number(*value, "timeout_ms", 1, 600000));
    if (const json::value* value = fields.find("session")) {
        if (!value->is_bool()) throw BriefError("session: true or false was expected");
        brief.session = value->get_bool();
    }
    read_tls(fields, brief);
    read_pins(fields, brief);
    read_pin_set(fields, brief);
    for (std::string_view key : {"host", "port", "address", "url"}) fields.need(key);
    fields.find("proxy");
    if (const json::value* value = fields.find("upgrade"); value != nullptr && !value->is_null()) {
        if (fields.text("upgrade") != "websocket")
            throw Unsupported("upgrade: only websocket is spoken here");
        brief.websocket = true;
    }
    fields.finish();  // the schema comes first: the checks below are about content
    read_host(fields, brief);
    read_url(fields, brief);
    read_proxy(fields, brief);
    return brief;
}

std::string read_brief(std::istream& in) {
    constexpr std::size_t limit = 1 << 20;
    std::string text;
    bool first = true;
    for (std::istreambuf_iterator<char> byte(in), end; byte != end; ++byte) {
        if (text.size() == limit) throw BriefError("longer than 1 MiB");
        text.push_back(*byte);
        if (*byte != '\n' || !std::exchange(first, false) || !opens_session(text)) continue;
        in.rdbuf()->sbumpc();  // the newline, which the iterator has not consumed
        break;
    }
    return text;
}

Brief parse_request(const Brief& opening, std::string_view line) {
    boost::system::error_code error;
    json::value document = json::parse(line, error);
    if (error) throw BriefError("request: not JSON: " + error.message());
    Fields fields(document, "");
    Brief brief = opening;
    brief.canary = canary(fields);
    brief.target = fields.text("path");
    if (fields.find("pins") != nullptr) {
        brief.pins.reset();
        read_pins(fields, brief);
    }
    if (fields.find("ca_file") != nullptr) brief.ca_file = fields.text("ca_file");
    if (const json::value* value = fields.find("clock_s"))
        brief.clock_ahead = std::chrono::seconds(fields.number(*value, "clock_s", 0, most_ahead));
    const json::value* port = fields.find("port");
    const bool other_host = fields.find("host") != nullptr;
    const std::string host = other_host ? fields.text("host") : opening.written_host;
    fields.finish();
    if (port != nullptr) brief.port = static_cast<std::uint16_t>(fields.number(*port, "port", 1, 65535));
    brief.connect_to.port = brief.port;
    name_host(brief, host);
    demand_target(brief);
    return brief;
}

}  // namespace pinlab::protocol
