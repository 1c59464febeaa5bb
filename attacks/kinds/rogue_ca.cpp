// A perfect copy of the real leaf under another root that is in the client's store: only a pin can notice.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

PINLAB_ATTACK(CopyAttack, {.name = "rogue_ca",
                           .summary = "a perfect copy under another root that the client trusts",
                           .source = "CWE-295; RFC 7469 1: the trusted CA that should not have signed",
                           .parameters = CopyAttack::parameters("rogue", "attacker")});

}  // namespace
}  // namespace pinlab::mitm
