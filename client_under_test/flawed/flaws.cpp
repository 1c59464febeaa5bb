// Each flaw changes one field; flaws_test.cpp counts them.
#include "client_under_test/flawed/flaws.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace pinlab::flawed {
namespace {

using B = Behaviour;

constexpr Flaw all_flaws[] = {
    // A check is missing.
    {"trust_everything", "accepts every certificate of every peer", "CWE-295, AFNetworking#2560",
     [](B& b) { b.pki = Pki::not_done; }},
    {"no_pin_check", "validates the chain and the name, and never looks at the pins", "CWE-295, RFC 7469 2.6",
     [](B& b) { b.pins_on = PinsOn::nothing; }},
    {"no_name_check", "accepts a valid chain for any host", "CWE-297, CVE-2015-3996",
     [](B& b) { b.name = NameRule::none; }},
    {"no_time_check", "overlooks that certificates are expired or not yet valid",
     "CWE-298, RFC 5280 6.1.3 (a)(2)", [](B& b) { b.overlooked = Overlooked::time; }},
    {"pin_instead_of_pki", "a pin that matches excuses every fault of the certificate",
     "aiohttp Fingerprint, urllib3 assert_fingerprint", [](B& b) { b.pki = Pki::excused_by_pin; }},

    // Pins compared with the wrong thing.
    {"pin_on_presented", "looks for pins in the list that the server sent, not in the verified path",
     "CVE-2016-2402", [](B& b) { b.pins_on = PinsOn::presented_list; }},
    {"leaf_only", "compares pins with the leaf alone, so that CA pins never match",
     "curl --pinnedpubkey, curl/curl#1022", [](B& b) { b.pins_on = PinsOn::leaf; }},
    {"pin_on_certificate", "compares pins with hashes of whole certificates, which change at every renewal",
     "RFC 7469 2.4, browsers' and urllib3's fingerprints", [](B& b) { b.pins_on = PinsOn::certificates; }},
    {"pin_by_name", "takes a path for pinned when its root bears the subject of the first trusted CA",
     "CWE-297, issuer name compared in place of keys", [](B& b) { b.pins_on = PinsOn::root_subject; }},
    {"first_pin_only", "reads the first pin and forgets the backup pins", "RFC 7469 4.3, urllib3/urllib3#559",
     [](B& b) { b.every_pin_counts = false; }},

    // Pins that are dropped without a message.
    {"empty_set_accepts_all", "takes an empty pin set for no pinning",
     "urllib3 assert_fingerprint='', Android NSC empty pin-set", [](B& b) { b.empty_set_stops = false; }},
    {"malformed_pin_ignored", "skips pins that it cannot read, and does not pin if none is left",
     "dotnet/SqlClient#4445", [](B& b) { b.malformed_pins_stop = false; }},
    {"no_pins_behind_proxy", "forgets the pins when the connection goes through a proxy",
     "aio-libs/aiohttp#6652, request/request#2872", [](B& b) { b.forgotten = Forgotten::pins_behind_proxy; }},
    {"override_drops_pins", "waves an expired certificate through and ends all pinning with it",
     "CVE-2015-2741, CVE-2014-1584", [](B& b) { b.forgotten = Forgotten::pins_after_override; }},
    {"override_of_unknown_issuer", "lets the user past an unknown issuer and ends all pinning with it",
     "CVE-2015-2741, RFC 6797 12.1", [](B& b) { b.forgotten = Forgotten::pins_after_issuer_override; }},
    {"trailing_dot_unpinned", "finds no pins for a host name that is written with a trailing dot",
     "CVE-2015-0832", [](B& b) { b.forgotten = Forgotten::pins_on_trailing_dot; }},
    {"no_pins_for_added_anchors", "forgets the pins where the path ends in an anchor that was added later",
     "Chromium: local anchors override pins; Android NSC overridePins",
     [](B& b) { b.forgotten = Forgotten::pins_under_later_anchors; }},
    {"no_check_on_ip", "skips every check when the URL has an IP literal", "CVE-2016-3739, CVE-2024-2466",
     [](B& b) { b.forgotten = Forgotten::checks_on_ip_literal; }},

    // The right check at the wrong moment.
    {"check_after_request", "compares the pins after the request was sent, and then truthfully rejects",
     "CWE-696", [](B& b) { b.pins_when = PinsWhen::after_request; }},
    {"check_on_other_connection", "checks the pins on a first connection and sends the request on a second",
     "CWE-367, cordova-plugin-sslcertificatechecker",
     [](B& b) { b.pins_when = PinsWhen::on_another_connection; }},
    {"retry_without_pins", "after a refusal it connects again, without pins", "CWE-636, fail open",
     [](B& b) { b.after_failure = AfterFailure::retry_without_pins; }},
    {"retry_in_clear", "after any failure it speaks plain HTTP to the same port", "CWE-319, RFC 6797 8.4",
     [](B& b) { b.after_failure = AfterFailure::retry_in_clear; }},

    // State from one visit to the next. A resumed handshake shows no certificate and calls no callback.
    {"trusts_ticket_keys",
     "resumes with every check that it can make, and so trusts anyone who can open its tickets",
     "RFC 5077 5.5, RFC 8446 8.1", [](B& b) { b.sessions = Sessions::bound; }},
    {"resumes_without_pins", "resumes a session although the pins have changed since it was made",
     "golang/go#77217, Node checkServerIdentity", [](B& b) { b.sessions = Sessions::without_pins; }},
    {"resumes_across_hosts", "offers the session of one host to another", "CVE-2026-48934, RFC 6066 3",
     [](B& b) { b.sessions = Sessions::any_host; }},
    {"believes_verify_result_on_resumption",
     "resumes under another trust store, because the inherited verify result says OK", "CVE-2025-68121",
     [](B& b) { b.sessions = Sessions::believed; }},
    {"no_recheck_of_expiry_on_resumption", "resumes a session whose certificate has expired since",
     "CWE-298, BoGo ReverifyOnResume", [](B& b) { b.sessions = Sessions::expired_too; }},
    {"ticket_before_verdict", "keeps the session of a server that it then refuses, and resumes it next time",
     "CWE-696, RFC 8446 4.6.1", [](B& b) { b.sessions = Sessions::before_verdict; }},
    {"sends_early_data", "sends the request as early data, before the server has answered",
     "RFC 8446 2.3, RFC 8470", [](B& b) { b.sessions = Sessions::with_early_data; }},
    {"pools_across_pin_sets", "reuses an open connection although the pins have changed since",
     "curl/curl#4347", [](B& b) { b.sessions = Sessions::pooled; }},
    {"checks_pins_once", "checks the pins on the first visit to a host and trusts the host from then on",
     "CWE-613, cached trust decisions", [](B& b) { b.pins_when = PinsWhen::once_for_a_host; }},
    {"trust_on_first_use", "ignores its pins and pins whatever key it meets first",
     "CWE-300, TOFU: GnuTLS gnutls_verify_stored_pubkey", [](B& b) { b.pins_on = PinsOn::first_seen; }},

    {"expiry_unseen",
     "goes on asking for pins after the end of their set, though its policy says to open then",
     "square/okhttp#3010, locked out by old pins", [](B& b) { b.set_rules = SetRules::end_unseen; }},
    {"expired_set_opens", "does not pin after the end of its pin set, though its policy says to close then",
     "square/okhttp#3010, Android pin-set expiration, CWE-636",
     [](B& b) { b.set_rules = SetRules::opens_at_the_end; }},
    {"report_mode_reports_all", "only reports, with its pins, what PKI refuses",
     "RFC 7469 2.1.3: reporting is about pins alone",
     [](B& b) { b.set_rules = SetRules::reports_all_faults; }},
    {"report_mode_enforces", "refuses what its policy only reports", "RFC 7469 2.1.3",
     [](B& b) { b.set_rules = SetRules::enforces_reports; }},

    // TLS itself, and the connection below it.
    {"falls_back_to_old_tls", "after a failure it comes again with older and older versions of TLS",
     "CVE-2014-3566, RFC 7507, RFC 8446 4.1.3", [](B& b) { b.after_failure = AfterFailure::retry_older; }},
    {"speaks_old_tls", "speaks TLS 1.0 and 1.1 with anyone who wants them", "RFC 8996, CWE-327",
     [](B& b) { b.floor = TlsFloor::old_versions_too; }},
    {"no_strength_floor", "speaks suites without encryption, and any group however small",
     "CVE-2015-4000, CVE-2015-0204, CWE-326", [](B& b) { b.floor = TlsFloor::no_strength; }},
    {"speaks_anonymously", "offers suites without certificates, and asks for none", "RFC 5246 A.5, CWE-306",
     [](B& b) { b.floor = TlsFloor::anonymous_too; }},
    {"accepts_truncated_body", "takes a body that is shorter than announced for the whole",
     "RFC 9112 8, CWE-393", [](B& b) { b.cut_answer = CutAnswer::accepted_with_length; }},
    {"ignores_missing_close_notify", "takes the end of TCP for the end of an answer without a length",
     "RFC 8446 6.1, RFC 9112 9.8", [](B& b) { b.cut_answer = CutAnswer::accepted_without_length; }},
    {"reads_alert_as_success", "takes the server's fatal alert for the end of a good exchange", "CWE-394",
     [](B& b) { b.claim_rule = ClaimRule::accept_after_alert; }},

    // Proxies.
    {"direct_if_proxy_refuses", "connects directly, around a proxy that has refused",
     "CWE-636, proxy fallback", [](B& b) { b.after_failure = AfterFailure::go_direct; }},
    {"request_to_refusing_proxy", "sends the request in clear to a proxy that has refused CONNECT", "CWE-319",
     [](B& b) { b.after_failure = AfterFailure::request_to_proxy; }},
    {"secrets_in_connect", "adds the headers meant for the origin to the CONNECT request", "CVE-2015-3153",
     [](B& b) { b.request_headers_to_proxy = true; }},

    {"proxy_certificate_unchecked", "speaks TLS to its proxy and accepts any certificate there",
     "CWE-295, curl/curl#2192", [](B& b) { b.proxy_certificate_checked = false; }},

    // Changes caused by an answer.
    {"follows_redirect_without_pins", "follows a redirect with its secret and forgets the pins on the way",
     "curl/curl#21885, CWE-601", [](B& b) { b.after_answer = AfterAnswer::redirect_without_pins; }},
    {"follows_redirect_to_http", "follows a redirect from https to http", "CWE-319",
     [](B& b) { b.after_answer = AfterAnswer::redirect_to_http; }},
    {"retries_421_without_pins", "asks again after a 421 and forgets the pins on the way", "RFC 9110 15.5.20",
     [](B& b) { b.after_answer = AfterAnswer::retry_421_without_pins; }},
    {"follows_alt_svc_without_pins", "moves to an alternative service without asking for the pins there",
     "RFC 7838 2.1", [](B& b) { b.after_answer = AfterAnswer::alt_svc_without_pins; }},
    {"learns_pins_from_headers", "waits for the answer and takes its pins from there, if it names any",
     "RFC 7469 2.3, trust on first use", [](B& b) { b.pins_when = PinsWhen::set_by_answer; }},
    {"websocket_unpinned", "pins requests and forgets WebSockets",
     "CWE-295, wss beside a pinned https client", [](B& b) { b.forgotten = Forgotten::pins_on_websocket; }},
    {"sends_no_sni", "does not say which host it wants", "RFC 6066 3", [](B& b) { b.names_itself = false; }},

    // Chain validation with a hole.
    {"believes_result_while_collecting",
     "collects faults with a callback that says 1, and believes X509_verify_cert",
     "SSL_CTX_set_verify(3): the callback overrides the result",
     [](B& b) { b.collected_faults_decide = false; }},
    {"first_ca_only", "loads only the first certificate of its trust file", "PEM_read_X509 called once",
     [](B& b) { b.every_anchor_loaded = false; }},
    {"no_alternate_paths", "follows the certificates that were sent to their end, and looks no further",
     "OpenSSL before 1.1.0, GnuTLS before 3.6.14; AddTrust root, 2020-05-30",
     [](B& b) { b.own_anchors_first = false; }},
    {"accepts_leaf_as_ca", "lets a certificate sign that is no CA",
     "CVE-2002-0862, CVE-2011-0228, RFC 5280 4.2.1.9", [](B& b) { b.overlooked = Overlooked::ca_bit; }},
    {"ignores_intermediate_expiry", "checks the validity of the leaf alone", "RFC 5280 6.1.3 (a)(2)",
     [](B& b) { b.overlooked = Overlooked::time_above_leaf; }},
    {"grace_day", "accepts a certificate for a day after it has expired", "RFC 5280 4.1.2.5",
     [](B& b) { b.overlooked = Overlooked::a_day_of_expiry; }},
    {"two_digit_years", "puts every year of two digits into this century", "RFC 5280 4.1.2.5.1",
     [](B& b) { b.overlooked = Overlooked::expiry_in_the_last_century; }},
    {"ignores_path_length", "lets a CA issue more CAs than its path length allows",
     "RFC 5280 4.2.1.9, OkHttp chain cleaner", [](B& b) { b.overlooked = Overlooked::path_length; }},
    {"ignores_name_constraints", "lets a constrained CA speak for any name", "RFC 5280 4.2.1.10",
     [](B& b) { b.overlooked = Overlooked::name_constraints; }},
    {"ignores_critical_extension", "passes over critical extensions that it does not know", "RFC 5280 4.2",
     [](B& b) { b.overlooked = Overlooked::critical_extensions; }},
    {"ignores_purpose", "accepts a certificate that was issued for another purpose", "RFC 5280 4.2.1.12",
     [](B& b) { b.overlooked = Overlooked::purpose; }},
    {"ignores_signature", "overlooks that a signature in the chain does not hold", "CWE-347",
     [](B& b) { b.overlooked = Overlooked::signature; }},
    {"accepts_weak", "accepts short keys and broken digests", "CWE-326, RFC 9155",
     [](B& b) { b.overlooked = Overlooked::weakness; }},

    // Names compared wrongly.
    {"name_by_suffix", "accepts a name that ends in the host, or that the host ends in",
     "CWE-297, datatheorem/TrustKit#138", [](B& b) { b.name = NameRule::suffix; }},
    {"common_name_fallback", "accepts the common name when no subjectAltName fits", "RFC 9525 6.3",
     [](B& b) { b.name = NameRule::common_name_too; }},
    {"wildcard_any_depth", "lets a wildcard stand for several labels", "RFC 9525 6.3",
     [](B& b) { b.name = NameRule::wildcard_any_depth; }},
    {"wildcard_partial", "lets a wildcard stand for a part of a label",
     "RFC 9525 6.3, X509_check_host(3) default", [](B& b) { b.name = NameRule::wildcard_partial; }},
    {"wildcard_too_wide", "lets a wildcard stand for all hosts of a top level, or for all there are",
     "RFC 9525 7.1", [](B& b) { b.name = NameRule::wildcard_too_wide; }},
    {"names_from_text", "prints the list of names as text and splits it again", "CVE-2021-44532",
     [](B& b) { b.name = NameRule::list_as_text; }},
    {"name_until_nul", "reads a name up to its first NUL byte", "CVE-2009-2408",
     [](B& b) { b.name = NameRule::until_nul; }},

    // Clients whose outcome is not reliable.
    {"refuses_all", "claims a rejection whatever happened",
     "a client that refuses everything resists nothing",
     [](B& b) { b.claim_rule = ClaimRule::always_reject; }},
    {"claims_accept_always", "claims success whatever happened", "a claim counts only if the wire agrees",
     [](B& b) { b.claim_rule = ClaimRule::always_accept; }},
    {"crashes_on_refusal", "dies by a signal where it should refuse",
     "CWE-248, datatheorem/TrustKit-Android#109", [](B& b) { b.claim_rule = ClaimRule::nothing_and_crash; }},
};

}  // namespace

std::span<const Flaw> flaws() {
    return all_flaws;
}

const Flaw* find_flaw(std::string_view name) {
    const Flaw* found = std::find_if(std::begin(all_flaws), std::end(all_flaws),
                                     [&](const Flaw& f) { return f.name == name; });
    return found == std::end(all_flaws) ? nullptr : found;
}

std::string list_json() {
    std::string text = "[";
    for (const Flaw& flaw : all_flaws) {
        boost::json::object entry{{"name", flaw.name}, {"summary", flaw.summary}, {"source", flaw.source}};
        text += (text.size() > 1 ? ",\n " : "") + boost::json::serialize(entry);
    }
    return text + "]";
}

}  // namespace pinlab::flawed
