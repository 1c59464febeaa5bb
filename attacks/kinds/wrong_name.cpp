// A leaf that is valid for another host of the same owner, pinned key and all: a pin is no name check.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class WrongName : public Impersonator {
  public:
    explicit WrongName(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]), name_(arguments["name"]) {}

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_, {.names = std::vector{name_}});
    }

    std::string authority_;
    std::string key_;
    std::string name_;
};

PINLAB_ATTACK(WrongName, {.name = "wrong_name",
                          .summary = "a valid leaf for another host, with the pinned key",
                          .source = "RFC 9525 6.3; CVE-2015-3996",
                          .parameters = {{"authority", "issuing", "the authority that signs the copy"},
                                         {"key", "active", "the key of the copy"},
                                         {"name", "other.test", "the host that the copy is for"}}});

}  // namespace
}  // namespace pinlab::attacks
