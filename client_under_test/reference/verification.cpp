// Every fault is collected, and the last line of examine() is the only one that accepts.
#include "client_under_test/reference/verification.h"

#include <exception>
#include <stdexcept>

#include "client_under_test/reference/alternate_path.h"

namespace pinlab::reference {
namespace {

struct Fault {
    int code;
    int depth;
};
using Faults = std::vector<Fault>;

int collector_index() {
    static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// Continues after each fault so that the later checks run too; only the collected set decides afterwards.
int collect(int ok, X509_STORE_CTX* context) noexcept {
    auto* faults = static_cast<Faults*>(X509_STORE_CTX_get_ex_data(context, collector_index()));
    if (ok == 1) return 1;
    try {
        faults->push_back({X509_STORE_CTX_get_error(context), X509_STORE_CTX_get_error_depth(context)});
    } catch (const std::exception&) {
        return 0;  // out of memory: stop, which verify_all turns into a fault
    }
    return 1;
}

Faults verify_all(X509_STORE_CTX* context) {
    Faults faults;
    if (X509_STORE_CTX_set_ex_data(context, collector_index(), &faults) != 1)
        throw std::runtime_error("no ex_data");
    X509_STORE_CTX_set_verify_cb(context, collect);
    int result = X509_verify_cert(context);
    X509_STORE_CTX_set_ex_data(context, collector_index(), nullptr);
    if (result <= 0 &&
        faults.empty()) {  // it failed without calling the callback: unreadable certificate, or no memory
        int code = X509_STORE_CTX_get_error(context);
        faults.push_back({code == X509_V_OK ? X509_V_ERR_UNSPECIFIED : code, 0});
    }
    return faults;
}

// A path counts as built when it ends in an anchor and every signature in it holds; on any other list a pin
// proves nothing.
bool is_path(const Faults& faults) {
    for (const Fault& fault : faults) {
        Reason reason = reason_of_x509(fault.code);
        if (reason == Reason::chain_untrusted || reason == Reason::internal) return false;
        if (fault.code == X509_V_ERR_CERT_SIGNATURE_FAILURE ||
            fault.code == X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY ||
            fault.code == X509_V_ERR_CERT_CHAIN_TOO_LONG || fault.code == X509_V_ERR_UNSPECIFIED)
            return false;
    }
    return true;
}

std::string describe(const Faults& faults) {
    std::string text;
    for (const Fault& fault : faults) {
        if (!text.empty()) text += "; ";
        text += X509_verify_cert_error_string(fault.code);
        text += " (" + std::to_string(fault.code) + " at depth " + std::to_string(fault.depth) + ")";
    }
    return text;
}

// A pinned certificate outside the verified path is a sign of attack; a key rotation never presents one.
void apply_pins(X509_STORE_CTX* context, const HostPolicy& entry, Finding& finding) {
    if (!entry.pinned) return;
    if (!finding.path_built) {
        finding.detail += "; no path was built, pins not evaluated";
        return;
    }
    PinFinding pins = judge_pins(entry, finding.evidence->path, finding.evidence->presented);
    finding.matched = pins.matched;
    if (!pins.fault) return;
    bool reports = entry.mode == pinlab::client::Mode::report;
    (reports ? finding.tolerated : finding.faults).push_back(*pins.fault);
    if (!finding.detail.empty()) finding.detail += "; ";
    finding.detail += pins.detail;
    finding.alternate_path = *pins.fault != Reason::pin_rejected_key && alternate_path_exists(context, entry);
    if (finding.alternate_path) finding.detail += "; a path to another anchor holds a pin (cross-signed?)";
}

int error_to_leave(const Finding& finding) {
    if (finding.faults.empty()) return X509_V_OK;
    for (int code : finding.codes)
        if (reason_of_x509(code) == finding.faults.front()) return code;
    return finding.codes.empty() ? X509_V_ERR_CERT_REJECTED : finding.codes.front();
}

}  // namespace

Finding examine(X509_STORE_CTX* context, const HostPolicy& entry, std::time_t now) {
    Faults faults = verify_all(context);
    Finding finding;
    finding.path_built = is_path(faults);
    finding.detail = describe(faults);
    for (const Fault& fault : faults) {
        finding.codes.push_back(fault.code);
        finding.faults.push_back(reason_of_x509(fault.code));
    }
    finding.evidence = gather(context, entry, finding.path_built, now);
    apply_pins(context, entry, finding);
    finding.faults = in_report_order(std::move(finding.faults));
    X509_STORE_CTX_set_error(context, error_to_leave(finding));
    return finding;
}

void Verifier::attach(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, &Verifier::on_chain, this);
}

int Verifier::on_chain(X509_STORE_CTX* context, void* self) noexcept {
    auto* verifier = static_cast<Verifier*>(self);
    try {
        verifier->finding_ = examine(context, verifier->entry_, verifier->now());
        return verifier->finding_->faults.empty() ? 1 : 0;
    } catch (const std::exception& error) {
        verifier->finding_.emplace();
        verifier->finding_->faults = {Reason::internal};
        verifier->finding_->detail = error.what();
        X509_STORE_CTX_set_error(context, X509_V_ERR_CERT_REJECTED);
        return 0;
    }
}

// The faults are those of the old path under today's rules; that a session was resumed at all is the reason.
void Verifier::recall(EvidencePtr evidence) {
    Again again = judge_again(*evidence, entry_, now());
    Finding finding;
    finding.faults = std::move(again.faults);
    finding.tolerated = std::move(again.tolerated);
    finding.matched = again.matched;
    finding.detail = std::move(again.detail);
    finding.path_built = true;
    finding.evidence = std::move(evidence);
    finding_ = std::move(finding);
}

std::variant<Verified, Refusal> Verifier::conclude(const SSL* connection) {
    if (SSL_session_reused(connection) == 1) {
        if (!remembered_)
            return Refusal{Phase::handshake,
                           {Reason::session_policy_mismatch},
                           "resumed a session that was never offered"};
        recall(remembered_);
        if (!finding_->faults.empty()) {
            finding_->faults.insert(finding_->faults.begin(), Reason::session_policy_mismatch);
            finding_->detail += "; resumed a session that the policy no longer accepts";
        }
    }
    if (!finding_)
        return Refusal{Phase::handshake, {Reason::handshake_failed}, "the peer has shown no certificate"};
    if (!finding_->faults.empty()) return Refusal{Phase::handshake, finding_->faults, finding_->detail};
    return Verified(connection, finding_->matched);
}

std::variant<Verified, Refusal> Verifier::conclude_again(const SSL* connection, HostPolicy entry) {
    if (!finding_ || !finding_->evidence || !finding_->faults.empty())
        return Refusal{Phase::handshake, {Reason::internal}, "the connection was never accepted"};
    entry_ = std::move(entry);
    recall(finding_->evidence);
    if (!finding_->faults.empty()) return Refusal{Phase::request, finding_->faults, finding_->detail};
    return Verified(connection, finding_->matched);
}

}  // namespace pinlab::reference
