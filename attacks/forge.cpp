#include "attacks/forge.h"

#include <stdexcept>

namespace pinlab::mitm {
namespace {

template <typename Map>
const typename Map::mapped_type& held(const Map& map, std::string_view name, const char* what) {
    const auto found = map.find(name);
    if (found == map.end()) {
        throw std::invalid_argument(std::string("the attacker holds no ") + what + " \"" + std::string(name) +
                                    "\"");
    }
    return found->second;
}

}  // namespace

const pki::Authority& Forge::authority(std::string_view name) const {
    return held(cast_.authorities, name, "CA");
}

const pki::Key& Forge::key(std::string_view name) const {
    return held(cast_.keys, name, "key");
}

const pki::Identity& Forge::identity(std::string_view name) const {
    return held(cast_.identities, name, "identity");
}

pki::Identity Forge::copy(const pki::Certificate& original, std::string_view issuer,
                          std::string_view key_name, const pki::CopyChanges& changes) const {
    const pki::Authority& signer = authority(issuer);
    const pki::Key& leaf_key = key(key_name);
    return {signer.sign_copy(original, leaf_key, changes), leaf_key, signer.chain};
}

}  // namespace pinlab::mitm
