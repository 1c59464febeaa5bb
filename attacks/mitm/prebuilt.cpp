#include "attacks/mitm/prebuilt.h"

#include "servers/pki/pin.h"

namespace pinlab::mitm {

Prebuilt::Prebuilt(const std::vector<ScriptStep>& script,
                   const std::vector<std::vector<pki::Certificate>>& foreseen, const Forge& forge) {
    for (const auto& chain : foreseen) {
        for (std::size_t number = 0; number < script.size(); ++number) {
            const Decision would =
                script[number].kind->make(script[number].arguments)->on_upstream(chain, forge);
            if (const auto* impersonation = std::get_if<Impersonate>(&would))
                made_.emplace(std::pair(number, chain.front().sha256_hex()), impersonation->identity);
        }
    }
}

Decision Prebuilt::with_prebuilt(std::size_t step, const std::vector<pki::Certificate>& chain,
                                 Decision decision) const {
    auto* const impersonation = std::get_if<Impersonate>(&decision);
    if (made_.empty() || !impersonation) return decision;
    if (const auto made = made_.find({step, chain.front().sha256_hex()}); made != made_.end())
        impersonation->identity = made->second;
    return decision;
}

boost::json::array Prebuilt::announced() const {
    boost::json::array leaves;
    for (const auto& [key, identity] : made_) {
        leaves.push_back(boost::json::object{{"step", key.first},
                                             {"pin", pki::Pin::of(identity.leaf).to_string()},
                                             {"cert_sha256", identity.leaf.sha256_hex()}});
    }
    return leaves;
}

}  // namespace pinlab::mitm
