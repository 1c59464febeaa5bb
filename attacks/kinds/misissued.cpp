// The client's own CA was tricked into signing the attacker's key for the right name.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class Misissued : public Impersonator {
  public:
    explicit Misissued(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_);
    }

    std::string authority_;
    std::string key_;
};

PINLAB_ATTACK(Misissued, {.name = "misissued",
                          .summary = "same CA, same name, another key: only a pin can notice",
                          .source = "RFC 6962 1; the DigiNotar and Comodo incidents of 2011",
                          .parameters = {{"authority", "issuing", "the authority that signs the copy"},
                                         {"key", "attacker", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::attacks
