// A world in memory for the tests of the attacks: a genuine chain, and an attacker who holds all that a kind
// may ask for.
#pragma once

#include "attacks/forge.h"

namespace pinlab::mitm::test {

struct Workshop {
    static constexpr std::int64_t now = 1'764'000'000;

    static pki::Key key() { return pki::Key::generate(pki::KeyKind::p256); }
    static pki::Authority root(const std::string& name) {
        return pki::Authority::root({.common_name = "pinlab, do not trust: " + name}, key(), now);
    }

    pki::Key active = key();
    pki::Key attacker = key();
    pki::Authority genuine_root = root("root");
    pki::Authority issuing =
        genuine_root.child({.common_name = "pinlab, do not trust: issuing", .path_length = 0}, key(), now);
    pki::Identity genuine = issuing.issue({.names = {"shop.test"}}, active, now);
    pki::Identity attackers_own = issuing.issue({.names = {"attacker.test"}}, attacker, now);
    Forge forge{
        Cast{.authorities = {{"rogue", root("rogue")}, {"stranger", root("stranger")}, {"issuing", issuing}},
             .keys = {{"active", active}, {"attacker", attacker}},
             .identities = {{"attackers_own", attackers_own}}},
        now};
};

}  // namespace pinlab::mitm::test
