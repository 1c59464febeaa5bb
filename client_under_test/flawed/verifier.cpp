// Each flaw acts in the one place where the right client would have checked.
#include "client_under_test/flawed/verifier.h"

#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <exception>
#include <utility>

#include "client_under_test/flawed/names.h"
#include "client_under_test/flawed/verifier_flaws.h"
#include "client_under_test/protocol/tls_faults.h"

namespace pinlab::flawed {
namespace {

using pinlab::protocol::ConfigError;
using pinlab::protocol::PinMatch;
using pinlab::protocol::PinPolicy;
using pinlab::protocol::Reason;

int verifier_index() {
    static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

bool expired_within_a_day(X509* certificate) {
    if (certificate == nullptr) return false;
    std::time_t yesterday = std::time(nullptr) - std::time_t{24} * 60 * 60;
    return X509_cmp_time(X509_get0_notAfter(certificate), &yesterday) > 0;
}

std::optional<PinMatch> match(const STACK_OF(X509) * list, int length,
                              const pinlab::protocol::PinPolicy& policy) {
    for (int depth = 0; depth < std::min(length, sk_X509_num(list)); ++depth)
        if (auto index = policy.find(pinlab::protocol::spki_hash(sk_X509_value(list, depth))))
            return PinMatch{*index, depth};
    return std::nullopt;
}

VerifiedPath path_of(const STACK_OF(X509) * chain) {
    VerifiedPath path;
    for (int depth = 0; depth < sk_X509_num(chain); ++depth) {
        X509* certificate = sk_X509_value(chain, depth);
        path.keys.push_back(pinlab::protocol::spki_hash(certificate));
        std::tm end{};
        if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) continue;
        const std::time_t until = timegm(&end);
        path.good_until = depth == 0 ? until : std::min(path.good_until, until);
    }
    return path;
}

bool has(const std::vector<Reason>& faults, Reason reason) {
    return std::find(faults.begin(), faults.end(), reason) != faults.end();
}

}  // namespace

Verifier::Verifier(const pinlab::protocol::Brief& brief, const Behaviour& behaviour,
                   pinlab::protocol::PinPolicy policy, bool with_pins)
    : brief_(brief),
      behaviour_(behaviour),
      policy_(with_pins ? std::move(policy) : pinlab::protocol::PinPolicy::unpinned()) {}

pinlab::protocol::SslCtxPtr Verifier::context() {
    pinlab::protocol::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
    auto native = [](pinlab::protocol::TlsVersion v) {
        return v == pinlab::protocol::TlsVersion::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
    };
    SSL_CTX_set_min_proto_version(context.get(), native(brief_.tls_min));
    SSL_CTX_set_max_proto_version(context.get(), native(brief_.tls_max));
    SSL_CTX_set_security_level(context.get(), behaviour_.floor == TlsFloor::usual ? 2 : 0);
    // At level 0 a suite needs neither encryption nor a certificate; each flaw adds only its own suites.
    if (behaviour_.floor == TlsFloor::no_strength) {
        SSL_CTX_set_cipher_list(context.get(), "ALL:eNULL:!aNULL");
        SSL_CTX_set_security_callback(
            context.get(), [](const SSL*, const SSL_CTX*, int, int, int, void*, void*) { return 1; });
    }
    if (behaviour_.floor == TlsFloor::anonymous_too) SSL_CTX_set_cipher_list(context.get(), "ALL");
    if (behaviour_.floor == TlsFloor::old_versions_too)
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    if (behaviour_.sessions == Sessions::never) SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
    if (brief_.clock_ahead.count() != 0)
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()),
                                   std::time(nullptr) + brief_.clock_ahead.count());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), &Verifier::on_chain, this);
    pinlab::protocol::BioPtr file(BIO_new_file(brief_.ca_file.c_str(), "r"));
    if (file) first_anchor_.reset(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
    if (!first_anchor_) {
        pinlab::protocol::drain_openssl_errors();
        throw ConfigError("ca_file " + brief_.ca_file + ": no certificate in it");
    }
    bool loaded = behaviour_.every_anchor_loaded
                      ? SSL_CTX_load_verify_file(context.get(), brief_.ca_file.c_str()) == 1
                      : X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), first_anchor_.get()) == 1;
    if (!loaded) throw ConfigError("ca_file " + brief_.ca_file + ": cannot be read");
    return context;
}

int Verifier::collect(int ok, X509_STORE_CTX* store) noexcept {
    if (ok == 1) return 1;
    auto* verifier = static_cast<Verifier*>(X509_STORE_CTX_get_ex_data(store, verifier_index()));
    try {
        verifier->collecting_->push_back({X509_STORE_CTX_get_error(store),
                                          X509_STORE_CTX_get_error_depth(store),
                                          expired_within_a_day(X509_STORE_CTX_get_current_cert(store)),
                                          expired_last_century(X509_STORE_CTX_get_current_cert(store))});
        return 1;
    } catch (const std::exception&) {
        return 0;
    }
}

std::vector<Verifier::Fault> Verifier::verify(X509_STORE_CTX* store) {
    std::vector<Fault> faults;
    collecting_ = &faults;
    X509_STORE_CTX_set_ex_data(store, verifier_index(), this);
    X509_STORE_CTX_set_verify_cb(store, &Verifier::collect);
    if (!behaviour_.own_anchors_first) prefer_presented(X509_STORE_CTX_get0_param(store));
    // The required strength of certificates is independent of the connection's security level.
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(store), 2);
    int result = X509_verify_cert(store);
    collecting_ = nullptr;
    if (result <= 0 && faults.empty()) faults.push_back({X509_V_ERR_UNSPECIFIED, 0, false});
    if (!behaviour_.collected_faults_decide) {
        if (result == 1) faults.clear();
        return faults;
    }
    if (!names_host(X509_STORE_CTX_get0_cert(store), brief_, behaviour_.name))
        faults.push_back({X509_V_ERR_HOSTNAME_MISMATCH, 0, false});
    return faults;
}

bool Verifier::overlooks(const Fault& fault, bool leaf_signs) const {
    auto is = [&](auto... codes) { return ((fault.code == codes) || ...); };
    bool time = is(X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID);
    switch (behaviour_.overlooked) {
        case Overlooked::nothing:
            return false;
        case Overlooked::time:
            return time;
        case Overlooked::time_above_leaf:
            return time && fault.depth > 0;
        case Overlooked::a_day_of_expiry:
            return fault.code == X509_V_ERR_CERT_HAS_EXPIRED && fault.within_a_day;
        case Overlooked::expiry_in_the_last_century:
            return fault.code == X509_V_ERR_CERT_HAS_EXPIRED && fault.last_century;
        case Overlooked::ca_bit:
            // A client that accepts a leaf as a CA does not count it against the path length above it either.
            return is(X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN) ||
                   (leaf_signs && fault.code == X509_V_ERR_PATH_LENGTH_EXCEEDED) ||
                   (fault.code == X509_V_ERR_INVALID_PURPOSE && fault.depth > 0);
        case Overlooked::path_length:
            return is(X509_V_ERR_PATH_LENGTH_EXCEEDED);
        case Overlooked::name_constraints:
            return is(X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION);
        case Overlooked::critical_extensions:
            return is(X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION);
        case Overlooked::purpose:
            return is(X509_V_ERR_INVALID_PURPOSE);
        case Overlooked::signature:
            return is(X509_V_ERR_CERT_SIGNATURE_FAILURE);
        case Overlooked::weakness:
            return is(X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK);
    }
    return false;
}

bool Verifier::forgets_pins(const std::vector<Reason>& pki) const {
    switch (behaviour_.forgotten) {
        case Forgotten::pins_behind_proxy:
            return brief_.proxy.has_value();
        case Forgotten::pins_after_override:
            return has(pki, Reason::cert_expired);
        case Forgotten::pins_on_websocket:
            return brief_.websocket;
        case Forgotten::pins_after_issuer_override:
            return has(pki, Reason::chain_untrusted);
        case Forgotten::pins_on_trailing_dot:
            return brief_.written_host.ends_with('.');
        default:
            return behaviour_.pins_on == PinsOn::nothing;
    }
}

void Verifier::judge_pins(X509_STORE_CTX* store, Finding& finding) const {
    if (!policy_.pinned() || forgets_pins(finding.pki)) return;
    const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(store);
    const STACK_OF(X509)* presented = X509_STORE_CTX_get0_untrusted(store);
    if (behaviour_.forgotten == Forgotten::pins_under_later_anchors && !ends_in(path, first_anchor_.get()))
        return;
    if (behaviour_.pins_on == PinsOn::certificates) {
        finding.matched = match_certificates(path, policy_);
    } else if (behaviour_.pins_on == PinsOn::root_subject) {
        X509* last = sk_X509_value(path, sk_X509_num(path) - 1);
        if (X509_NAME_cmp(X509_get_subject_name(last), X509_get_subject_name(first_anchor_.get())) == 0)
            finding.matched = PinMatch{0, sk_X509_num(path) - 1};
    } else if (behaviour_.pins_on == PinsOn::presented_list) {
        finding.matched = match(presented, sk_X509_num(presented), policy_);
    } else {
        finding.matched = match(path, behaviour_.pins_on == PinsOn::leaf ? 1 : sk_X509_num(path), policy_);
    }
    if (finding.matched) return;
    bool only_presented =
        behaviour_.pins_on == PinsOn::built_path && match(presented, sk_X509_num(presented), policy_);
    finding.leaf = pinlab::protocol::spki_hash(X509_STORE_CTX_get0_cert(store));
    finding.pins = {only_presented ? Reason::pin_only_in_presented : Reason::pin_mismatch};
    finding.detail += finding.detail.empty() ? "no pin matches" : "; no pin matches";
}

// These flaws act on the whole finding: a pin that overrides PKI, and a warning that the user may ignore.
void Verifier::excuse(Finding& finding) const {
    if (behaviour_.pki == Pki::excused_by_pin && finding.matched) finding.pki.clear();
    if (behaviour_.forgotten == Forgotten::pins_after_override) std::erase(finding.pki, Reason::cert_expired);
    if (behaviour_.forgotten == Forgotten::pins_after_issuer_override)
        std::erase(finding.pki, Reason::chain_untrusted);
}

Finding Verifier::examine(X509_STORE_CTX* store) {
    Finding finding;
    bool path = true;
    std::vector<Fault> faults = verify(store);
    bool leaf_signs = std::any_of(faults.begin(), faults.end(),
                                  [](const Fault& fault) { return fault.code == X509_V_ERR_INVALID_CA; });
    for (const Fault& fault : faults) {
        Reason reason = pinlab::protocol::reason_of_x509(fault.code);
        bool overlooked = overlooks(fault, leaf_signs);
        bool no_path = reason == Reason::chain_untrusted || fault.code == X509_V_ERR_CERT_SIGNATURE_FAILURE ||
                       fault.code == X509_V_ERR_UNSPECIFIED;
        path = path && (overlooked || !no_path);
        if (overlooked) continue;
        if (finding.pki.empty()) finding.first_code = fault.code;
        finding.pki.push_back(reason);
        finding.detail += finding.detail.empty() ? "" : "; ";
        finding.detail += X509_verify_cert_error_string(fault.code);
    }
    if (path || behaviour_.pki == Pki::excused_by_pin) judge_pins(store, finding);
    finding.path = path_of(X509_STORE_CTX_get0_chain(store));
    excuse(finding);
    return finding;
}

void Verifier::recall(const StoredSession& stored) {
    finding_.emplace();
    finding_->path = stored.path;
    for (std::size_t depth = 0; depth < stored.path.keys.size() && !finding_->matched; ++depth)
        if (auto index = policy_.find(stored.path.keys[depth]))
            finding_->matched = PinMatch{*index, static_cast<int>(depth)};
}

std::vector<Reason> Verifier::stopping() const {
    std::vector<Reason> faults = finding_->pki;
    const PinsWhen when = behaviour_.pins_when;
    if (when != PinsWhen::after_request && when != PinsWhen::set_by_answer)
        faults.insert(faults.end(), finding_->pins.begin(), finding_->pins.end());
    return pinlab::protocol::in_report_order(std::move(faults));
}

int Verifier::on_chain(X509_STORE_CTX* store, void* self) noexcept {
    auto* verifier = static_cast<Verifier*>(self);
    try {
        verifier->finding_.emplace();
        bool blind = verifier->behaviour_.pki == Pki::not_done ||
                     (verifier->behaviour_.forgotten == Forgotten::checks_on_ip_literal &&
                      verifier->brief_.host_is_ip);
        if (!blind) verifier->finding_ = verifier->examine(store);
    } catch (const std::exception& error) {
        verifier->finding_ = Finding{};
        verifier->finding_->pki = {Reason::internal};
        verifier->finding_->detail = error.what();
    }
    if (verifier->behaviour_.sessions == Sessions::before_verdict) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;  // the finding is used after the handshake, when a ticket has already arrived
    }
    auto faults = verifier->stopping();
    bool pki = !verifier->finding_->pki.empty() && verifier->finding_->first_code != X509_V_OK;
    int refusal = pki ? verifier->finding_->first_code : X509_V_ERR_CERT_REJECTED;
    X509_STORE_CTX_set_error(store, faults.empty() ? X509_V_OK : refusal);
    return faults.empty() ? 1 : 0;
}

PinPolicy read_pins(const pinlab::protocol::Brief& brief, const Behaviour& behaviour) {
    if (!brief.pins) return PinPolicy::unpinned();
    if (brief.pins->empty() && !behaviour.empty_set_stops) return PinPolicy::unpinned();
    if (behaviour.malformed_pins_stop) {
        PinPolicy policy = PinPolicy::parse(brief.pins);
        return behaviour.every_pin_counts ? policy : PinPolicy::of({policy.pins().front()});
    }
    if (brief.pins->empty()) throw ConfigError("pins: an empty set");
    std::vector<pinlab::protocol::SpkiHash> readable;
    for (const std::string& text : *brief.pins) {
        try {
            readable.push_back(pinlab::protocol::parse_pin(text));
        } catch (const ConfigError&) {
            continue;  // the flaw: a pin that cannot be read is dropped
        }
    }
    return readable.empty() ? PinPolicy::unpinned() : PinPolicy::of(std::move(readable));
}

}  // namespace pinlab::flawed
