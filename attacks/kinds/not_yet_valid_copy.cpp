// A certificate shown before its validity begins, with the pinned key.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class NotYetValidCopy : public Impersonator {
  public:
    explicit NotYetValidCopy(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_,
                          {.not_before = forge.now() + 10 * day, .not_after = forge.now() + 40 * day});
    }

    std::string authority_;
    std::string key_;
    static constexpr std::int64_t day = 24 * 3600;
};

PINLAB_ATTACK(NotYetValidCopy, {.name = "not_yet_valid_copy",
                                .summary = "a copy whose time has not begun",
                                .source = "RFC 5280 4.1.2.5, 6.1.3 (a)(2)",
                                .parameters = {{"authority", "issuing", "the authority that signs the copy"},
                                               {"key", "active", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::attacks
