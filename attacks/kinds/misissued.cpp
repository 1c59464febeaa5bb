// The client's own CA was tricked into signing the attacker's key for the right name.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

PINLAB_ATTACK(CopyAttack, {.name = "misissued",
                           .summary = "same CA, same name, another key: only a pin can notice",
                           .source = "RFC 6962 1; the DigiNotar and Comodo incidents of 2011",
                           .parameters = CopyAttack::parameters("issuing", "attacker")});

}  // namespace
}  // namespace pinlab::mitm
