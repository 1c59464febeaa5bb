// A leaf that signs itself, a copy of the real one in all else: nothing vouches for it.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class SelfSigned : public Impersonator {
  public:
    explicit SelfSigned(const Arguments& arguments) : key_(arguments["key"]) {}

  private:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        const pki::Key& key = forge.key(key_);
        return {pki::self_sign_copy(chain.front(), key), key, {}};
    }

    std::string key_;
};

PINLAB_ATTACK(SelfSigned, {.name = "self_signed",
                           .summary = "a copy of the real leaf that signs itself",
                           .source = "RFC 5280 6.1: no path to a trust anchor",
                           .parameters = {{"key", "attacker", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::mitm
