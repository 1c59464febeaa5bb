// How a client decides, as data: the defaults are right, and a flaw is one field that is not. The names of
// the flaws are in flaws.h.
#pragma once

#include <tuple>

namespace pinlab::flawed {

/// How PKI validation counts.
enum class Pki { must_pass, excused_by_pin, not_done };

/// Which fault of the chain is ignored.
enum class Overlooked {
    nothing,
    time,
    time_above_leaf,
    a_day_of_expiry,
    expiry_in_the_last_century,
    ca_bit,
    path_length,
    name_constraints,
    critical_extensions,
    purpose,
    signature,
    weakness,
};

/// How the host is compared with the certificate.
enum class NameRule {
    exact,
    none,
    suffix,
    common_name_too,
    wildcard_any_depth,
    wildcard_partial,
    wildcard_too_wide,
    until_nul,
    list_as_text
};

/// What the pins are compared with.
enum class PinsOn { built_path, certificates, presented_list, leaf, root_subject, first_seen, nothing };

/// When the pins are compared.
enum class PinsWhen { in_handshake, after_request, set_by_answer, on_another_connection, once_for_a_host };

/// In which situation the pins, or all checks, are skipped.
enum class Forgotten {
    never,
    pins_behind_proxy,
    pins_after_override,
    pins_after_issuer_override,
    pins_on_trailing_dot,
    pins_on_websocket,
    pins_under_later_anchors,
    checks_on_ip_literal
};

/// What happens with an expired pin set, and with a report-only one.
enum class SetRules { intact, end_unseen, opens_at_the_end, reports_all_faults, enforces_reports };

/// What happens after a failure.
enum class AfterFailure {
    stop,
    retry_without_pins,
    retry_in_clear,
    retry_older,
    go_direct,
    request_to_proxy
};

/// Which weak TLS is accepted.
enum class TlsFloor { usual, no_strength, anonymous_too, old_versions_too };

/// Which truncated answer is taken for a whole one.
enum class CutAnswer { refused, accepted_with_length, accepted_without_length };

/// What happens after an answer.
enum class AfterAnswer {
    stop,
    redirect_without_pins,
    redirect_to_http,
    retry_421_without_pins,
    alt_svc_without_pins,
};

/// What is carried from one visit of a session to the next. `bound` makes every check that a client can make
/// before it resumes; each of the others makes one check less, except the last two, which do one thing more.
enum class Sessions {
    never,
    bound,
    without_pins,
    any_host,
    believed,
    expired_too,
    before_verdict,
    with_early_data,
    pooled,
};

/// What the outcome claims.
enum class ClaimRule { the_truth, always_reject, always_accept, accept_after_alert, nothing_and_crash };

/// The behaviour of one client.
struct Behaviour {
    bool malformed_pins_stop = true;
    bool empty_set_stops = true;
    bool every_pin_counts = true;
    bool every_anchor_loaded = true;
    bool own_anchors_first = true;  // false: the server's list is followed, wherever it leads
    bool collected_faults_decide =
        true;  // false: X509_verify_cert's return value does, although its callback says 1
    Pki pki = Pki::must_pass;
    Overlooked overlooked = Overlooked::nothing;
    NameRule name = NameRule::exact;
    PinsOn pins_on = PinsOn::built_path;
    PinsWhen pins_when = PinsWhen::in_handshake;
    Forgotten forgotten = Forgotten::never;
    SetRules set_rules = SetRules::intact;
    AfterFailure after_failure = AfterFailure::stop;
    AfterAnswer after_answer = AfterAnswer::stop;
    TlsFloor floor = TlsFloor::usual;
    CutAnswer cut_answer = CutAnswer::refused;
    bool request_headers_to_proxy = false;
    Sessions sessions = Sessions::never;
    bool proxy_certificate_checked = true;
    bool names_itself = true;  // false: no SNI
    ClaimRule claim_rule = ClaimRule::the_truth;

    /// Every field, to count in how many fields two behaviours differ.
    auto fields() const {
        return std::tie(malformed_pins_stop, empty_set_stops, every_pin_counts, every_anchor_loaded,
                        own_anchors_first, collected_faults_decide, pki, overlooked, name, pins_on, pins_when,
                        forgotten, set_rules, after_failure, after_answer, floor, cut_answer,
                        request_headers_to_proxy, sessions, proxy_certificate_checked, names_itself,
                        claim_rule);
    }
};

}  // namespace pinlab::flawed
