#include "servers/pki/identity.h"

namespace pinlab::pki {

Identity Identity::load(const std::filesystem::path& chain_file, const std::filesystem::path& key_file) {
    std::vector<Certificate> shown = chain_from_file(chain_file);
    Identity identity{shown.front(), Key::from_file(key_file), {shown.begin() + 1, shown.end()}};
    if (!identity.key.has_private()) throw Error(key_file.string() + ": no private key");
    if (identity.leaf.spki_der() != identity.key.spki_der()) {
        throw Error(key_file.string() + ": not the key of the first certificate in " + chain_file.string());
    }
    return identity;
}

std::vector<Certificate> Identity::shown() const {
    std::vector<Certificate> all{leaf};
    all.insert(all.end(), chain.begin(), chain.end());
    return all;
}

}  // namespace pinlab::pki
