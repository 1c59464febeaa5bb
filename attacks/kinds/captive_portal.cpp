// One portal for every name: a copy of whatever was asked for, and an answer of its own that asks to log in.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class CaptivePortal : public Impersonator {
  public:
    explicit CaptivePortal(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]), location_(arguments["location"]) {}

    std::optional<std::string> answer(const std::string&) override {
        const std::string body = "<a href=\"" + location_ + "\">Please log in.</a>\n";
        return "HTTP/1.1 511 Network Authentication Required\r\nContent-Type: text/html\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
    }

  private:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_);
    }

    std::string authority_;
    std::string key_;
    std::string location_;
};

PINLAB_ATTACK(CaptivePortal,
              {.name = "captive_portal",
               .summary = "a rogue copy that answers by itself and asks the client to log in",
               .source = "RFC 8952; RFC 6585 6: such networks intercept what was meant for others",
               .parameters = {{"authority", "rogue", "the CA that signs the copy"},
                              {"key", "attacker", "the key of the copy"},
                              {"location", "https://portal.test/", "where the answer leads"}}});

}  // namespace
}  // namespace pinlab::mitm
