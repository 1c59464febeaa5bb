// A handshake that no TLS library would write: one thing in it is changed. What is shown is a copy for the
// pinned key, so that nothing but the change can be the reason.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class Surgery : public Impersonator {
  public:
    explicit Surgery(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {
        const boost::json::value step = {{"surgery", arguments["what"]}};
        wire::Fields fields(step, "params");
        disturbance_ = wire::read_disturbance(fields);
    }

  private:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_);
    }
    wire::Disturbance disturbance() const override { return disturbance_; }

    std::string authority_;
    std::string key_;
    wire::Disturbance disturbance_;
};

PINLAB_ATTACK(Surgery,
              {.name = "surgery",
               .summary = "a copy for the pinned key in a handshake that breaks the protocol",
               .source = "RFC 8446 4.1.3, RFC 5246 7.4; CVE-2014-0224, CVE-2015-0204",
               .parameters = {{"what", "hide_tls13", "the change: see servers/tls/handshake_edit.cpp"},
                              {"authority", "issuing", "the CA that signs the copy"},
                              {"key", "active", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::mitm
