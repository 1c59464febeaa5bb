// A world: all keys, CAs and identities of a recipe, made in memory, then described and written.
// Nothing touches the disk before everything has been made.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "servers/mint/atomic_folder.h"
#include "servers/mint/recipe.h"
#include "servers/pki/certificate.h"
#include "servers/pki/identity.h"
#include "servers/pki/key.h"

namespace pinlab::mint {

/// One certificate with what it was made from.
struct Made {
    pki::Certificate certificate;
    pki::Key key;
    std::string issuer;  ///< the name of its issuer's entry, or `self`
};

struct World {
    std::map<std::string, pki::Key> keys;
    std::map<std::string, Made> made;          ///< CAs and identities that were issued or reused
    std::map<std::string, pki::Identity> own;  ///< identities that were brought along
    std::map<std::string, pki::Identity>
        shown;  ///< every identity as a server shows it: its chain and its key file
};

/// Makes everything. Keys and CAs found in the folder `reuse` are taken as they are.
/// Throws wire::DocumentError naming the entry that cannot be made.
World make_world(const Recipe& recipe);

/// The content of world.json (schema pinlab.world/1); file names are relative to the folder.
boost::json::object describe(const Recipe& recipe, const World& world);

/// Writes all files of the world, world.json last; gives its content, one line.
std::string write_world(const World& world, const Recipe& recipe, AtomicFolder& folder);

}  // namespace pinlab::mint
