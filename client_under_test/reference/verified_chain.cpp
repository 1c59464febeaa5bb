#include "client_under_test/reference/verified_chain.h"

#include <algorithm>
#include <limits>

#include "client_under_test/protocol/pin_text.h"

namespace pinlab::reference {
namespace {

std::vector<X509Ptr> keep(const STACK_OF(X509) * certificates) {
    std::vector<X509Ptr> stored;
    for (int i = 0; i < sk_X509_num(certificates); ++i) {
        X509* certificate = sk_X509_value(certificates, i);
        X509_up_ref(certificate);
        stored.emplace_back(certificate);
    }
    return stored;
}

std::vector<Hashes> hashes_of(const std::vector<X509Ptr>& certificates) {
    std::vector<Hashes> hashes;
    hashes.reserve(certificates.size());
    for (const X509Ptr& certificate : certificates)
        hashes.push_back({spki_hash(certificate.get()), certificate_hash(certificate.get())});
    return hashes;
}

// The span in which the whole path is valid; empty where one time cannot be read.
void narrow(Evidence& evidence) {
    constexpr auto never = std::numeric_limits<std::time_t>::max();
    evidence.not_before = std::numeric_limits<std::time_t>::min();
    evidence.not_after = never;
    for (const X509Ptr& certificate : evidence.verified) {
        auto from = seconds_of(X509_get0_notBefore(certificate.get()));
        auto to = seconds_of(X509_get0_notAfter(certificate.get()));
        evidence.not_before = std::max(evidence.not_before, from.value_or(never));
        evidence.not_after = std::min(evidence.not_after, to.value_or(0));
    }
}

}  // namespace

std::optional<std::time_t> seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return timegm(&parts);
}

EvidencePtr gather(X509_STORE_CTX* context, const HostPolicy& entry, bool path_built, std::time_t now) {
    auto evidence = std::make_shared<Evidence>();
    const bool whole = wants_certificates(entry);
    const STACK_OF(X509)* served = X509_STORE_CTX_get0_untrusted(context);
    evidence->served = keep(served);
    evidence->presented = hashes_of(served, whole);
    evidence->verified_at = now;
    if (!path_built) return evidence;
    const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(context);
    evidence->verified = keep(path);
    evidence->path = hashes_of(path, whole);
    narrow(*evidence);
    return evidence;
}

Again judge_again(const Evidence& evidence, const HostPolicy& entry, std::time_t now) {
    Again again;
    if (evidence.verified.empty()) again.faults.push_back(Reason::chain_untrusted);
    if (now > evidence.not_after) again.faults.push_back(Reason::cert_expired);
    if (now < evidence.not_before) again.faults.push_back(Reason::cert_not_yet_valid);
    const bool whole = wants_certificates(entry);  // the old hashes may lack what the current entry needs
    PinFinding pins = whole ? judge_pins(entry, hashes_of(evidence.verified), hashes_of(evidence.served))
                            : judge_pins(entry, evidence.path, evidence.presented);
    again.matched = pins.matched;
    again.detail = pins.detail;
    if (pins.fault)
        (entry.mode == pinlab::client::Mode::report ? again.tolerated : again.faults).push_back(*pins.fault);
    again.faults = in_report_order(std::move(again.faults));
    return again;
}

}  // namespace pinlab::reference
