// A perfect copy of the real leaf under another root that is in the client's store: only a pin can notice.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class RogueCa : public Impersonator {
  public:
    explicit RogueCa(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_);
    }

    std::string authority_;
    std::string key_;
};

PINLAB_ATTACK(RogueCa, {.name = "rogue_ca",
                        .summary = "a perfect copy under another root that the client trusts",
                        .source = "CWE-295; RFC 7469 1: the trusted CA that should not have signed",
                        .parameters = {{"authority", "rogue", "the authority that signs the copy"},
                                       {"key", "attacker", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::attacks
