// The attacker's own, genuine leaf signs a certificate for the victim's name: basicConstraints says that it
// may not.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class LeafAsCa : public Impersonator {
  public:
    explicit LeafAsCa(const Arguments& arguments)
        : identity_(arguments["identity"]), key_(arguments["key"]) {}

  private:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        const pki::Authority signer = pki::Authority::from_identity(forge.identity(identity_));
        const pki::Key& key = forge.key(key_);
        return {signer.sign_copy(chain.front(), key), key, signer.chain};
    }

    std::string identity_;
    std::string key_;
};

PINLAB_ATTACK(LeafAsCa, {.name = "leaf_as_ca",
                         .summary = "a genuine leaf for another name, abused as an issuer",
                         .source = "RFC 5280 4.2.1.9; CVE-2002-0862, CVE-2011-0228",
                         .parameters = {{"identity", "attackers_own", "the leaf that signs"},
                                        {"key", "active", "the key of the forged certificate"}}});

}  // namespace
}  // namespace pinlab::mitm
