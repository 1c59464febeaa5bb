// An old certificate for the right name, found again after it ran out, with its still pinned key.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class ExpiredCopy : public CopyAttack {
  public:
    using CopyAttack::CopyAttack;

  private:
    pki::CopyChanges changes(const Forge& forge) const override {
        constexpr std::int64_t day = std::int64_t{24} * 3600;
        return {.not_before = forge.now() - 40 * day, .not_after = forge.now() - 10 * day};
    }
};

PINLAB_ATTACK(ExpiredCopy, {.name = "expired_copy",
                            .summary = "a copy whose time is over",
                            .source = "RFC 5280 4.1.2.5, 6.1.3 (a)(2)",
                            .parameters = CopyAttack::parameters("issuing", "active")});

}  // namespace
}  // namespace pinlab::mitm
