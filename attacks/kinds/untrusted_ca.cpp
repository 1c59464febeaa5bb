// A copy of the real leaf under a root that is not in the client's store: ordinary validation must stop it.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

PINLAB_ATTACK(CopyAttack, {.name = "untrusted_ca",
                           .summary = "a perfect copy under a root that the client does not have",
                           .source = "RFC 5280 6.1.1 (d): no trust anchor",
                           .parameters = CopyAttack::parameters("stranger", "attacker")});

}  // namespace
}  // namespace pinlab::mitm
