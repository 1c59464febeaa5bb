// The control: relays every byte between the client and the real origin and changes nothing.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class PassThrough : public Attack {
  public:
    explicit PassThrough(const Arguments&) {}
};

PINLAB_ATTACK(PassThrough, {.name = "pass_through",
                            .summary = "relays to the real origin and changes nothing: the control",
                            .source = "RFC 8446",
                            .parameters = {}});

}  // namespace
}  // namespace pinlab::mitm
