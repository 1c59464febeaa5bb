// Identities that are forged before the first connection. A client that pins a whole certificate needs its
// fingerprint beforehand, and a copy that is made for a connection has none until then.
#pragma once

#include <boost/json/array.hpp>
#include <map>
#include <utility>
#include <vector>

#include "attacks/attack.h"
#include "attacks/mitm/brief.h"

namespace pinlab::mitm {

class Prebuilt {
  public:
    /// Asks the attack of each step what it would show after each of the `foreseen` chains of the origin.
    /// Throws what `on_upstream` throws.
    Prebuilt(const std::vector<ScriptStep>& script,
             const std::vector<std::vector<pki::Certificate>>& foreseen, const Forge& forge);

    /// `decision` with the identity that was forged for this step and this chain, if there is one.
    Decision with_prebuilt(std::size_t step, const std::vector<pki::Certificate>& chain,
                           Decision decision) const;

    /// The leaves, for `listening`: [{step, pin, cert_sha256}]. Empty where nothing was foreseen.
    boost::json::array announced() const;

  private:
    std::map<std::pair<std::size_t, std::string>, pki::Identity> made_;  ///< by step and upstream fingerprint
};

}  // namespace pinlab::mitm
