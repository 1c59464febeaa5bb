#include "servers/pki/authority.h"

#include "servers/pki/copy.h"
#include "servers/pki/issue.h"

namespace pinlab::pki {

Authority Authority::root(const Profile& profile, const Key& key, std::int64_t now) {
    return {make_certificate(profile, key, nullptr, key, true, now), key, {}};
}

Authority Authority::from_identity(const Identity& identity) {
    return {identity.leaf, identity.key, identity.shown()};
}

Authority Authority::child(const Profile& profile, const Key& child_key, std::int64_t now) const {
    Authority made{make_certificate(profile, child_key, &certificate, key, true, now), child_key, {}};
    made.chain.push_back(made.certificate);
    made.chain.insert(made.chain.end(), chain.begin(), chain.end());
    return made;
}

Identity Authority::issue(const Profile& profile, const Key& leaf_key, std::int64_t now) const {
    return {make_certificate(profile, leaf_key, &certificate, key, false, now), leaf_key, chain};
}

Certificate Authority::sign_copy(const Certificate& original, const Key& leaf_key,
                                 const CopyChanges& changes) const {
    return copy_certificate(original, leaf_key, changes, &certificate, key);
}

Certificate self_sign_copy(const Certificate& original, const Key& key, const CopyChanges& changes) {
    return copy_certificate(original, key, changes, nullptr, key);
}

Identity self_signed(const Profile& profile, const Key& key, std::int64_t now) {
    return {make_certificate(profile, key, nullptr, key, false, now), key, {}};
}

}  // namespace pinlab::pki
