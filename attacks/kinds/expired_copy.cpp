// An old certificate for the right name, found again after it ran out, with its still pinned key.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class ExpiredCopy : public Impersonator {
  public:
    explicit ExpiredCopy(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_,
                          {.not_before = forge.now() - 40 * day, .not_after = forge.now() - 10 * day});
    }

    std::string authority_;
    std::string key_;
    static constexpr std::int64_t day = 24 * 3600;
};

PINLAB_ATTACK(ExpiredCopy, {.name = "expired_copy",
                            .summary = "a copy whose time is over",
                            .source = "RFC 5280 4.1.2.5, 6.1.3 (a)(2)",
                            .parameters = {{"authority", "issuing", "the authority that signs the copy"},
                                           {"key", "active", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::attacks
