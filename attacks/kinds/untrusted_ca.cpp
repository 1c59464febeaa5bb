// A copy of the real leaf under a root that is not in the client's store: ordinary validation must stop it.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class UntrustedCa : public Impersonator {
  public:
    explicit UntrustedCa(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_);
    }

    std::string authority_;
    std::string key_;
};

PINLAB_ATTACK(UntrustedCa, {.name = "untrusted_ca",
                            .summary = "a perfect copy under a root that the client does not have",
                            .source = "RFC 5280 6.1.1 (d): no trust anchor",
                            .parameters = {{"authority", "stranger", "the authority that signs the copy"},
                                           {"key", "attacker", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::attacks
