// What cannot be read in a certificate is left empty.
#include "client_under_test/reference/report_facts.h"

#include "client_under_test/protocol/pin_text.h"

namespace pinlab::reference {
namespace {

using pinlab::client::CertificateFacts;
using pinlab::client::ConnectionReport;
using pinlab::client::MatchFacts;
using pinlab::client::Pin;
using pinlab::client::PinKind;

std::string name_text(const X509_NAME* name) {
    BioPtr bio(BIO_new(BIO_s_mem()));
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) return "";
    char* text = nullptr;
    long length = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

std::vector<CertificateFacts> facts_of_all(const std::vector<X509Ptr>& certificates) {
    std::vector<CertificateFacts> facts;
    for (const X509Ptr& certificate : certificates) {
        CertificateFacts info;
        info.subject = name_text(X509_get_subject_name(certificate.get()));
        info.issuer = name_text(X509_get_issuer_name(certificate.get()));
        info.spki = spki_hash(certificate.get());
        info.certificate = certificate_hash(certificate.get());
        std::time_t end = seconds_of(X509_get0_notAfter(certificate.get())).value_or(0);
        info.not_after = std::chrono::sys_seconds(std::chrono::seconds(end));
        facts.push_back(std::move(info));
    }
    return facts;
}

std::string_view scheme(ProxyKind kind) {
    return kind == ProxyKind::socks5 ? "socks5" : kind == ProxyKind::https ? "https" : "http";
}

}  // namespace

void add_dial(ConnectionReport& report, const Dial& dial) {
    report.host = dial.host;
    report.port = dial.port;
    report.sni = dial.host_is_ip ? "" : dial.host;
    if (dial.proxy)
        report.proxy = std::string(scheme(dial.proxy_kind)) + "://" + dial.proxy->address + ":" +
                       std::to_string(dial.proxy->port);
}

void add_entry(ConnectionReport& report, const HostPolicy& entry) {
    report.policy_host = entry.host;
    report.policy_digest = entry.digest();
    report.policy_expires = entry.expires;
    report.known_pins.clear();
    for (const Pin& pin : entry.pins)
        if (pin.kind == PinKind::spki)
            report.known_pins.push_back("pin-sha256=\"" + pin_text(pin.digest).substr(7) + "\"");
}

void add_finding(ConnectionReport& report, const std::optional<Finding>& finding, const HostPolicy& entry,
                 std::time_t now) {
    if (!finding) return;
    report.faults = finding->faults;
    report.faults.insert(report.faults.end(), finding->tolerated.begin(), finding->tolerated.end());
    report.detail = finding->detail;
    report.alternate_path = finding->alternate_path;
    report.matched.reset();
    if (finding->matched && finding->matched->index < entry.pins.size()) {
        const Pin& pin = entry.pins[finding->matched->index];
        report.matched = MatchFacts{finding->matched->index, finding->matched->depth, pin.label, pin.backup};
    }
    if (!finding->evidence) return;
    report.served = facts_of_all(finding->evidence->served);
    report.verified = facts_of_all(finding->evidence->verified);
    report.session_age = std::chrono::seconds(now - finding->evidence->verified_at);
}

void add_link(ConnectionReport& report, const LinkFacts& facts) {
    report.address = facts.address;
    report.alpn = facts.alpn;
    report.tls_version = facts.tls_version;
    report.cipher = facts.cipher;
    report.resumed = facts.resumed;
    report.alert_sent = facts.alert_sent;
    report.bytes_written = facts.bytes_written;
}

}  // namespace pinlab::reference
