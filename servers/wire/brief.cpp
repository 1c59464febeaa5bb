#include "servers/wire/brief.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "servers/tls/sessions.h"
#include "servers/util/ascii.h"

namespace pinlab::wire {
namespace {

/// A connection may take so many deadlines in all: a peer that sends one byte in each would never
/// reach one.
constexpr std::int64_t deadlines_in_a_life = 6;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t year_9999 = 253'402'300'799;

bool is_loopback(const std::string& address) {
    in_addr v4{};
    if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    in6_addr v6{};
    return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool is_numeric(const std::string& address) {
    in6_addr any{};
    return inet_pton(AF_INET, address.c_str(), &any) == 1 || inet_pton(AF_INET6, address.c_str(), &any) == 1;
}

/// "1.2" or "1.3" as OpenSSL numbers it.
int tls_version(const Fields& fields, const std::string& key, const std::string& text) {
    if (text == "1.2") return TLS1_2_VERSION;
    if (text == "1.3") return TLS1_3_VERSION;
    fields.fail(key, R"(expected "1.2" or "1.3")");
}

std::string read_ticket_key(Fields& fields) {
    const std::string hex = fields.text_or("ticket_key", "");
    const bool digits = hex.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hex.empty() && (!digits || hex.size() != 2 * ticket_key_bytes))
        fields.fail("ticket_key", "expected 160 lower case hex digits");
    return util::from_hex(hex).value();
}

}  // namespace

Endpoint read_endpoint(Fields& fields) {
    Endpoint endpoint;
    endpoint.address = fields.text_or("address", "127.0.0.1");
    if (!is_numeric(endpoint.address)) fields.fail("address", "expected a numeric IP address");
    const std::int64_t port = fields.integer_or("port", 0);
    if (port < 0 || port > 65535) fields.fail("port", "expected 0 to 65535");
    endpoint.port = static_cast<std::uint16_t>(port);
    return endpoint;
}

std::int64_t read_now(Fields& fields) {
    const std::int64_t now = fields.integer("now");
    if (now < 0 || now > year_9999) fields.fail("now", "not Unix seconds of a year up to 9999");
    return now;
}

TlsRange read_tls(Fields fields) {
    TlsRange range{};
    range.min = tls_version(fields, "min", fields.text_or("min", "1.2"));
    range.max = tls_version(fields, "max", fields.text_or("max", "1.3"));
    if (range.min > range.max) fields.fail("min", "is above max");
    fields.done();
    return range;
}

StepSpan read_span(Fields& fields) {
    StepSpan span;
    const std::string until = fields.text_or("until", "hello");
    if (until != "hello" && until != "exchange") fields.fail("until", R"(expected "hello" or "exchange")");
    span.until = until == "hello" ? Until::hello : Until::exchange;
    const std::int64_t times = fields.integer_or("times", 1);
    if (times < 1 || times > 1'000'000) fields.fail("times", "expected 1 to 1000000");
    span.times = static_cast<std::size_t>(times);
    return span;
}

WitnessBrief read_witness_brief(Fields& fields) {
    static const boost::json::value nothing = boost::json::object{};
    WitnessBrief brief;
    const auto* listen = fields.member("listen");
    Fields place(listen ? *listen : nothing, fields.path_of("listen"));
    brief.beyond_loopback = place.flag_or("beyond_loopback", false);
    brief.listen = read_endpoint(place);
    if (!brief.beyond_loopback && !is_loopback(brief.listen.address)) {
        place.fail("address", R"(is beyond loopback; say "beyond_loopback": true if that is meant)");
    }
    place.done();
    const auto* tls = fields.member("tls");
    brief.tls = read_tls(Fields(tls ? *tls : nothing, fields.path_of("tls")));
    brief.alpn = fields.texts_or_empty("alpn");
    for (const auto& name : brief.alpn) {
        if (name.empty() || name.size() > 255) fields.fail("alpn", "a protocol name has 1 to 255 bytes");
    }
    brief.canaries = fields.texts_or_empty("canaries");
    for (const auto& canary : brief.canaries) {
        if (canary.size() < 8) fields.fail("canaries", "a canary needs at least 8 characters");
    }
    const std::int64_t deadline = fields.integer_or("deadline_ms", 10'000);
    if (deadline < 1 || deadline > day_ms) fields.fail("deadline_ms", "expected 1 to 86400000");
    brief.deadline = std::chrono::milliseconds(deadline);
    const std::int64_t lifetime =
        fields.integer_or("lifetime_ms", std::min(deadline * deadlines_in_a_life, day_ms));
    if (lifetime < deadline || lifetime > day_ms)
        fields.fail("lifetime_ms", "expected deadline_ms to 86400000");
    brief.lifetime = std::chrono::milliseconds(lifetime);
    brief.tickets = fields.flag_or("tickets", true);
    brief.key_log = fields.text_or("key_log", "");
    brief.ticket_key = read_ticket_key(fields);
    return brief;
}

}  // namespace pinlab::wire
