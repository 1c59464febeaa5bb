// A recipe: the keys, CAs and identities of one world, as data. Read strictly from JSON (schema
// pinlab.recipe/1). Makes no key and touches no file; every name that it refers to has been found to exist.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servers/pki/key.h"
#include "servers/pki/profile.h"
#include "servers/pki/weak_keys.h"

namespace pinlab::mint {

/// The word for "signs itself" as an issuer, and for the entry's own certificate in a chain.
inline constexpr std::string_view self = "self";

/// One key to make: a fresh one of a kind, or the numbers of another key in another encoding.
struct KeyEntry {
    pki::KeyKind kind = pki::KeyKind::p256;
    std::string same_as = {};  ///< a key that is no re-encoding itself; empty: a fresh key
    pki::KeyEncoding encoding = pki::KeyEncoding::compressed;  ///< only with `same_as`
};

/// One certificate to make. Names of keys and entries are still names; `profile` holds all the rest.
struct CertificateEntry {
    std::string path;  ///< where it stands in the recipe, for messages: "identities.active"
    pki::Profile profile = {};
    bool no_digest = false;  ///< the recipe says "none": right for Ed25519 alone
    std::string key = {};
    int ladder = 1;  ///< CAs: how many CAs of the same key stand under the issuer, one below the other
    std::string issuer = {};  ///< a CA, an identity, or `self`
    std::optional<std::string> signing_key = {};
    std::optional<std::string> replace_public_key = {};
    std::optional<std::string> presented_key =
        {};  ///< identities: the private part that the server really has
    std::optional<std::vector<std::string>> chain =
        {};  ///< identities: entry names and `self`, in the order shown
};

/// An identity that is not made but brought along.
struct CertificateFiles {
    std::string path;  ///< where it stands in the recipe
    std::filesystem::path chain_file;
    std::filesystem::path key_file;
};

struct Recipe {
    std::filesystem::path out;
    std::optional<std::filesystem::path> reuse;
    std::optional<std::filesystem::path> key_pool;  ///< a folder of keys that worlds share
    std::int64_t now = 0;                           ///< Unix seconds
    std::map<std::string, KeyEntry> keys;  ///< those written down and those that entries make on demand
    std::map<std::string, CertificateEntry> authorities;
    std::map<std::string, CertificateEntry> identities;
    std::map<std::string, CertificateFiles> own;  ///< also identities
};

/// Throws wire::DocumentError, its message beginning with the JSON path: an unknown key, a wrong type, a name
/// that nothing has, issuers in a circle.
Recipe read_recipe(std::string_view json);

/// Names of all made entries, each after its issuer. Throws wire::DocumentError where issuers form a circle.
std::vector<std::string> issuing_order(const Recipe& recipe);

/// The made entry of this name, CA or identity; null for `self`, for own files and for unknown names.
const CertificateEntry* find_entry(const Recipe& recipe, const std::string& name);

}  // namespace pinlab::mint
