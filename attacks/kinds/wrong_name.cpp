// A leaf that is valid for another host of the same owner, pinned key and all: a pin is no name check.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class WrongName : public CopyAttack {
  public:
    explicit WrongName(const Arguments& arguments) : CopyAttack(arguments), name_(arguments["name"]) {}

  private:
    pki::CopyChanges changes(const Forge&) const override { return {.names = std::vector{name_}}; }

    std::string name_;
};

PINLAB_ATTACK(WrongName, {.name = "wrong_name",
                          .summary = "a valid leaf for another host, with the pinned key",
                          .source = "RFC 9525 6.3; CVE-2015-3996",
                          .parameters = CopyAttack::parameters("issuing", "active",
                                                               {{"name", "other.test",
                                                                 "the host that the copy is for"}})});

}  // namespace
}  // namespace pinlab::mitm
