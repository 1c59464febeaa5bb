// A certificate shown before its validity begins, with the pinned key.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class NotYetValidCopy : public CopyAttack {
  public:
    using CopyAttack::CopyAttack;

  private:
    pki::CopyChanges changes(const Forge& forge) const override {
        constexpr std::int64_t day = std::int64_t{24} * 3600;
        return {.not_before = forge.now() + 10 * day, .not_after = forge.now() + 40 * day};
    }
};

PINLAB_ATTACK(NotYetValidCopy, {.name = "not_yet_valid_copy",
                                .summary = "a copy whose time has not begun",
                                .source = "RFC 5280 4.1.2.5, 6.1.3 (a)(2)",
                                .parameters = CopyAttack::parameters("issuing", "active")});

}  // namespace
}  // namespace pinlab::mitm
