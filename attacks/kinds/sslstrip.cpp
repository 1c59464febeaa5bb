// Lets no TLS through, and serves a client that tries again in clear: the real shop's pages, read and
// relayed by the attacker.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class Sslstrip : public Attack {
  public:
    explicit Sslstrip(const Arguments&) {}
    Decision on_client_hello(const wire::ClientHello&) override { return Drop{Drop::How::reset}; }
    bool carries_clear_requests() override { return true; }
};

PINLAB_ATTACK(Sslstrip, {.name = "sslstrip",
                         .summary = "tears TLS down and carries clear requests to the real origin",
                         .source = "CWE-319; RFC 6797 2.3.1.3; Marlinspike, sslstrip, 2009",
                         .parameters = {}});

}  // namespace
}  // namespace pinlab::mitm
