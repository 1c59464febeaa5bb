// The same as a reset, but quiet: FIN instead of RST, as a filter that answers for the server does.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class Close : public Attack {
  public:
    explicit Close(const Arguments&) {}
    Decision on_client_hello(const wire::ClientHello&) override { return Drop{Drop::How::close}; }
};

PINLAB_ATTACK(Close, {.name = "close",
                      .summary = "closes the connection politely after the ClientHello",
                      .source = "RFC 8446 6.1: truncation; CWE-757",
                      .parameters = {}});

}  // namespace
}  // namespace pinlab::mitm
