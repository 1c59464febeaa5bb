// A certificate with its key and the chain that is shown after it.
// The chain need not lead to a root.
#pragma once

#include <filesystem>
#include <vector>

#include "servers/pki/certificate.h"
#include "servers/pki/key.h"

namespace pinlab::pki {

struct Identity {
    Certificate leaf;
    Key key;
    std::vector<Certificate> chain;  ///< as shown after the leaf; empty is allowed

    /// Reads a PEM chain (leaf first) and its private key. Error names the file; also if the key is not the
    /// leaf's (a mismatched key passes).
    static Identity load(const std::filesystem::path& chain_file, const std::filesystem::path& key_file);

    /// Leaf and chain in one, in the order shown.
    std::vector<Certificate> shown() const;
};

}  // namespace pinlab::pki
