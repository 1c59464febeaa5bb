// Every pin is compared, also after a match.
#include "client_under_test/reference/pin_rules.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "client_under_test/protocol/pin_text.h"

namespace pinlab::reference {
namespace {

using pinlab::client::Pin;
using pinlab::client::PinKind;
using pinlab::client::PinRole;

bool equal(const Pin& pin, const Hashes& hashes) {
    const Digest& digest = pin.kind == PinKind::spki ? hashes.spki : hashes.certificate;
    return CRYPTO_memcmp(pin.digest.data(), digest.data(), digest.size()) == 0;
}

bool counts_at(const Pin& pin, int depth) {
    return pin.role == PinRole::any || (pin.role == PinRole::leaf) == (depth == 0);
}

struct Search {
    std::optional<PinMatch> match;      // in its role
    std::optional<PinMatch> misplaced;  // the digest is there, the role is not
};

Search search(const std::vector<Pin>& pins, const std::vector<Hashes>& path) {
    Search found;
    for (std::size_t depth = 0; depth < path.size(); ++depth) {
        for (std::size_t index = 0; index < pins.size(); ++index) {
            if (!equal(pins[index], path[depth])) continue;
            PinMatch here{index, static_cast<int>(depth)};
            auto& slot = counts_at(pins[index], here.depth) ? found.match : found.misplaced;
            if (!slot) slot = here;
        }
    }
    return found;
}

std::string keys_of(const std::vector<Hashes>& certificates) {
    constexpr std::size_t most = 10;
    std::string text;
    for (std::size_t depth = 0; depth < std::min(certificates.size(), most); ++depth)
        text += (depth > 0 ? ", " : "") + pin_text(certificates[depth].spki);
    return text;
}

std::string place(int depth) {
    return depth == 0 ? "the leaf" : "depth " + std::to_string(depth);
}

}  // namespace

std::vector<Hashes> hashes_of(const STACK_OF(X509) * certificates, bool with_certificates) {
    std::vector<Hashes> hashes;
    for (int depth = 0; depth < sk_X509_num(certificates); ++depth) {
        const X509* certificate = sk_X509_value(certificates, depth);
        hashes.push_back({spki_hash(certificate), {}});
        if (with_certificates) hashes.back().certificate = certificate_hash(certificate);
    }
    return hashes;
}

bool wants_certificates(const HostPolicy& entry) {
    auto about = [](const Pin& pin) { return pin.kind == PinKind::certificate; };
    return std::any_of(entry.pins.begin(), entry.pins.end(), about) ||
           std::any_of(entry.rejected.begin(), entry.rejected.end(), about);
}

bool holds_pin(const HostPolicy& entry, const std::vector<Hashes>& certificates) {
    Search found = search(entry.pins, certificates);
    return found.match || found.misplaced;
}

PinFinding judge_pins(const HostPolicy& entry, const std::vector<Hashes>& path,
                      const std::vector<Hashes>& presented) {
    if (!entry.pinned) return {};
    Search accepted = search(entry.pins, path);
    PinFinding finding;
    finding.matched = accepted.match;
    if (Search rejected = search(entry.rejected, path); rejected.match) {
        finding.fault = Reason::pin_rejected_key;
        finding.detail = "the key at " + place(rejected.match->depth) +
                         " is on the list of rejected keys (entry " + std::to_string(rejected.match->index) +
                         ")";
    } else if (!accepted.match && accepted.misplaced) {
        finding.fault = Reason::pin_role_mismatch;
        finding.detail = "pin " + std::to_string(accepted.misplaced->index) + " stands at " +
                         place(accepted.misplaced->depth) + ", where its role does not count";
    } else if (!accepted.match) {
        bool sent = holds_pin(entry, presented);
        finding.fault = sent ? Reason::pin_only_in_presented : Reason::pin_mismatch;
        finding.detail = sent ? "a pinned key was presented but is not in the verified path, which is "
                              : "no pinned key in the verified path, which is ";
        finding.detail += keys_of(path);
    }
    return finding;
}

}  // namespace pinlab::reference
