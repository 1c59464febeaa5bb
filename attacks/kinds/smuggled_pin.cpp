// A rogue chain with the genuine, pinned chain appended: a client that looks for its pin in what was sent
// finds it.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class SmuggledPin : public CopyAttack {
  public:
    using CopyAttack::CopyAttack;

  private:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        pki::Identity shown = CopyAttack::make_identity(chain, forge);
        // RFC 8446 4.4.2 lets a server send extra certificates: path building must leave them aside, and so
        // must pins.
        shown.chain.insert(shown.chain.end(), chain.begin(), chain.end());
        return shown;
    }
};

PINLAB_ATTACK(
    SmuggledPin,
    {.name = "smuggled_pin",
     .summary = "a rogue chain with the genuine pinned certificates appended, which no signature connects",
     .source = "CVE-2016-2402; RFC 7469 2.6: pins are matched on the validated chain",
     .parameters = CopyAttack::parameters("rogue", "attacker")});

}  // namespace
}  // namespace pinlab::mitm
