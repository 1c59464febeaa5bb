// Shows the damage when interception succeeds: a rogue copy, then one text for another in what the client
// reads.
#include "attacks/copy_attack.h"
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class TamperResponse : public CopyAttack {
  public:
    explicit TamperResponse(const Arguments& arguments)
        : CopyAttack(arguments), find_(arguments["find"]), replace_(arguments["replace"]) {
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
    std::string find_;
    std::string replace_;
};

PINLAB_ATTACK(TamperResponse,
              {.name = "tamper_response",
               .summary = "a rogue copy that rewrites what the client reads; changes response bytes",
               .source = "CWE-300; RFC 8446 E.1: integrity ends with authentication",
               .parameters = CopyAttack::parameters(
                   "rogue", "attacker",
                   {{"find", "pinlab", "the text to look for in the response"},
                    {"replace", "pwned!", "what stands there instead, cut or padded to the same length"}}),
               .changes_response = true});

}  // namespace
}  // namespace pinlab::mitm
