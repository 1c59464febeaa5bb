// Cuts the connection to drive the client to something weaker: a retry in clear, or without its checks.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class Reset : public Attack {
  public:
    explicit Reset(const Arguments&) {}
    Decision on_client_hello(const wire::ClientHello&) override { return Drop{Drop::How::reset}; }
};

PINLAB_ATTACK(Reset, {.name = "reset",
                      .summary = "tears the connection down with RST after the ClientHello",
                      .source = "RFC 9293 3.5.2; CWE-757",
                      .parameters = {}});

}  // namespace
}  // namespace pinlab::mitm
