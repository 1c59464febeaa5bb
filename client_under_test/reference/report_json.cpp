// One connection as one line of JSON. Bytes of the peer are escaped; what is not known is null, never a
// number.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/reference/rfc3339.h"
#include "pinlab/client/report.h"

namespace pinlab::client {
namespace {

namespace json = boost::json;
using pinlab::reference::utc_text;

std::string printable(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c >= 0x7f || c < 0x20; }, '?');
    return out;
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(printable(text));
}

json::array chain_json(const std::vector<CertificateFacts>& chain) {
    json::array list;
    for (std::size_t depth = 0; depth < chain.size(); ++depth) {
        const CertificateFacts& info = chain[depth];
        list.push_back(json::object{{"depth", depth},
                                    {"subject", printable(info.subject)},
                                    {"issuer", printable(info.issuer)},
                                    {"spki_sha256", pin_text(info.spki)},
                                    {"cert_sha256", pinlab::protocol::hex(info.certificate)},
                                    {"not_after", utc_text(info.not_after)}});
    }
    return list;
}

json::value match_json(const std::optional<MatchFacts>& match) {
    if (!match) return nullptr;
    return json::object{{"index", match->index},
                        {"depth", match->depth},
                        {"label", printable(match->label)},
                        {"kind", match->backup ? "backup" : "primary"}};
}

json::value days_left(const ConnectionReport& report) {
    if (!report.policy_expires) return nullptr;
    return std::chrono::floor<std::chrono::days>(*report.policy_expires - report.time).count();
}

json::array strings(const std::vector<std::string>& texts) {
    json::array list;
    for (const std::string& text : texts) list.emplace_back(text);
    return list;
}

json::array hashes(const std::vector<CertificateFacts>& chain) {
    json::array list;
    for (const CertificateFacts& info : chain) list.emplace_back(pin_text(info.spki));
    return list;
}

// RFC 7469 3, with hashes where the RFC has PEM: a log should not contain certificates of unknown peers.
json::object rfc7469(const ConnectionReport& report) {
    json::object object;
    object["date-time"] = utc_text(report.time);
    object["hostname"] = report.host;
    object["port"] = report.port;
    object["effective-expiration-date"] =
        report.policy_expires ? json::value(utc_text(*report.policy_expires)) : json::value(nullptr);
    object["include-subdomains"] = report.policy_host != report.host;
    object["noted-hostname"] = report.policy_host;
    object["served-certificate-chain"] = hashes(report.served);
    object["validated-certificate-chain"] = hashes(report.verified);
    object["known-pins"] = strings(report.known_pins);
    return object;
}

void add_connection(const ConnectionReport& report, json::object& line) {
    line["host"] = report.host;
    line["port"] = report.port;
    line["ip"] = text_or_null(report.address);
    line["sni"] = text_or_null(report.sni);
    line["alpn"] = text_or_null(report.alpn);
    line["proxy"] = text_or_null(report.proxy);
    line["tls_version"] = text_or_null(report.tls_version);
    line["cipher"] = text_or_null(report.cipher);
    line["reused"] = report.reused;
    line["resumed"] = report.resumed;
    line["session_age_s"] = report.resumed ? json::value(report.session_age.count()) : json::value(nullptr);
    line["alert_sent"] = text_or_null(report.alert_sent);
    line["bytes_written"] = report.bytes_written;
    line["duration_us"] = report.duration.count();
    line["status"] = report.status ? json::value(*report.status) : json::value(nullptr);
}

void add_policy(const ConnectionReport& report, json::object& line) {
    line["policy_host"] = text_or_null(report.policy_host);
    line["policy_version"] = text_or_null(report.policy_version);
    line["policy_digest"] = text_or_null(report.policy_digest);
    line["policy_expires"] =
        report.policy_expires ? json::value(utc_text(*report.policy_expires)) : json::value(nullptr);
    line["policy_days_left"] = days_left(report);
    line["anchor_origin"] = text_or_null(report.anchor_origin);
}

}  // namespace

std::string to_json(const ConnectionReport& report) {
    json::object line;
    json::array faults;
    for (Reason fault : report.faults) faults.emplace_back(name(fault));
    line["claim"] = report.acceptance ? "accept" : "reject";
    line["reason"] = report.acceptance || report.faults.empty() ? json::value(nullptr) : faults.front();
    line["verdict"] = report.acceptance ? json::value(name(*report.acceptance)) : json::value(nullptr);
    line["faults"] = std::move(faults);
    line["phase"] = name(report.phase);
    line["detail"] = printable(report.detail);
    line["time"] = utc_text(report.time);
    line["clock"] = report.clock;
    add_connection(report, line);
    add_policy(report, line);
    line["matched_pin"] = match_json(report.matched);
    line["alternate_path"] = report.alternate_path;
    line["served"] = chain_json(report.served);
    line["verified"] = chain_json(report.verified);
    if (report.acceptance == Acceptance::report_only) line["report"] = rfc7469(report);
    return json::serialize(line);
}

}  // namespace pinlab::client
