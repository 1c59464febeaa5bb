// The genuine chain, copied off the wire without its key: every certificate is right, the proof of
// possession is not.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class StolenChain : public Impersonator {
  public:
    explicit StolenChain(const Arguments& arguments) : key_(arguments["key"]) {}

  private:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        // OpenSSL would refuse a key that does not belong to the leaf, hence the mismatched key.
        const pki::Key mismatched = pki::Key::mismatched(chain.front().public_key(), forge.key(key_));
        return {chain.front(), mismatched, {chain.begin() + 1, chain.end()}};
    }

    std::string key_;
};

PINLAB_ATTACK(
    StolenChain,
    {.name = "stolen_chain",
     .summary = "the genuine chain without its key: the pin matches, the handshake signature does not",
     .source = "RFC 8446 4.4.3, RFC 5246 7.4.3; CVE-2014-1266",
     .parameters = {{"key", "attacker", "the key that signs the handshake (of the leaf's kind)"}}});

}  // namespace
}  // namespace pinlab::mitm
