// Breaks the connection at a chosen message and hopes that the client comes back weaker. What is shown is a
// copy for the pinned key, so that nothing but the break can be the reason.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class Fault : public Impersonator {
  public:
    explicit Fault(const Arguments& arguments) : authority_(arguments["authority"]), key_(arguments["key"]) {
        const boost::json::value plan = {
            {"after", arguments["after"]}, {"do", arguments["do"]}, {"detail", arguments["detail"]}};
        const wire::Fields fields(plan, "params");
        disturbance_.fault = wire::read_fault(fields);
        if (disturbance_.fault->after == wire::After::accept)
            fields.fail("after",
                        "an attack begins at the ClientHello; only the origin's queue breaks an accept");
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

PINLAB_ATTACK(Fault,
              {.name = "fault",
               .summary = "a copy for the pinned key whose connection breaks at a chosen message",
               .source = "CWE-636, CWE-757; RFC 9293 3.5.2",
               .parameters = {{"after", "certificate", "the message after which it happens"},
                              {"do", "reset", "what happens: reset, close, stall, garbage, alert, cut …"},
                              {"detail", "", "the name of the alert"},
                              {"authority", "issuing", "the CA that signs the copy"},
                              {"key", "active", "the key of the copy"}}});

}  // namespace
}  // namespace pinlab::mitm
