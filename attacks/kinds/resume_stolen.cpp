// The attacker holds the key that seals the shop's session tickets and takes up the victim's session: nothing
// is shown, so no pin is checked. A client that offers no session is shown a rogue copy.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class ResumeStolen : public Attack {
  public:
    explicit ResumeStolen(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

    Decision on_client_hello(const wire::ClientHello&) override { return AskUpstream{}; }
    Decision on_upstream(const std::vector<pki::Certificate>& chain, const Forge& forge) override {
        return Impersonate{forge.copy(chain.front(), authority_, key_), wire::Tickets::shared};
    }

  private:
    std::string authority_;
    std::string key_;
};

PINLAB_ATTACK(ResumeStolen,
              {.name = "resume_stolen",
               .summary = "resumes the victim's session with a stolen ticket key and shows no certificate",
               .source = "RFC 5077 5.5, RFC 8446 4.6.1 and 8.1; CWE-522",
               .parameters = {{"authority", "rogue", "the CA that signs the copy for other clients"},
                              {"key", "attacker", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::mitm
