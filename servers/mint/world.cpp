// Describing and writing a world is in world_files.cpp.
#include "servers/mint/world.h"

#include "servers/json/strict_json.h"
#include "servers/mint/key_pool.h"
#include "servers/pki/issue.h"

namespace pinlab::mint {
namespace {

namespace fs = std::filesystem;
using wire::DocumentError;

/// Runs `work`; what the PKI refuses is the fault of the recipe at `path`.
template <class Work>
auto blame(const std::string& path, Work work) {
    try {
        return work();
    } catch (const pki::Error& error) {
        throw DocumentError(path + ": " + error.what());
    }
}

/// The file of a persistent world, if it is there.
std::optional<fs::path> reused(const Recipe& recipe, const char* folder, const std::string& name) {
    if (!recipe.reuse) return std::nullopt;
    fs::path file = *recipe.reuse / folder / (name + ".pem");
    return fs::exists(file) ? std::optional(std::move(file)) : std::nullopt;
}

void make_keys(const Recipe& recipe, World& world) {
    KeyPool* const pool = recipe.key_pool ? &KeyPool::at(*recipe.key_pool) : nullptr;
    for (const auto& [name, entry] : recipe.keys) {
        if (!entry.same_as.empty()) continue;
        const std::optional<fs::path> file = reused(recipe, "keys", name);
        const pki::Key key = blame("keys." + name, [&, &name = name, kind = entry.kind] {  // clang below 16
            if (file) return pki::Key::from_file(*file);
            return pool ? pool->get(name, kind) : pki::Key::generate(kind);
        });
        if (!key.has_private())
            throw DocumentError("keys." + name + ": " + file->string() + " has no private key");
        world.keys.emplace(name, key);
    }
    for (const auto& [name, entry] : recipe.keys) {
        if (entry.same_as.empty()) continue;
        world.keys.emplace(name, blame("keys." + name, [&, entry] {
                               return pki::with_encoding(world.keys.at(entry.same_as), entry.encoding);
                           }));
    }
}

pki::Profile resolve(const CertificateEntry& entry, const World& world) {
    pki::Profile profile = entry.profile;
    if (entry.signing_key) profile.signing_key = world.keys.at(*entry.signing_key);
    if (entry.replace_public_key) profile.replace_public_key = world.keys.at(*entry.replace_public_key);
    return profile;
}

struct Issuer {
    pki::Certificate certificate;
    pki::Key key;
};

std::optional<Issuer> issuer_of(const CertificateEntry& entry, const World& world) {
    if (entry.issuer == self) return std::nullopt;
    if (const auto own = world.own.find(entry.issuer); own != world.own.end()) {
        return Issuer{own->second.leaf, own->second.key};
    }
    const Made& made = world.made.at(entry.issuer);
    return Issuer{made.certificate, made.key};
}

pki::Certificate issue(const Recipe& recipe, const std::string& name, const CertificateEntry& entry,
                       const World& world) {
    const pki::Key& key = world.keys.at(entry.key);
    const std::optional<Issuer> issuer = issuer_of(entry, world);
    const pki::Profile profile = resolve(entry, world);
    const pki::Key& signer = issuer ? issuer->key : key;
    if (entry.no_digest && profile.signing_key.value_or(signer).kind() != pki::KeyKind::ed25519) {
        throw DocumentError(entry.path + ".digest: only an Ed25519 key signs without one");
    }
    return blame(entry.path, [&] {
        return pki::make_certificate(profile, key, issuer ? &issuer->certificate : nullptr, signer,
                                     recipe.authorities.contains(name), recipe.now);
    });
}

/// A CA of a persistent world must come with its key and, unless it is a root, with its issuer.
pki::Certificate take(const Recipe& recipe, const CertificateEntry& entry, const World& world,
                      const fs::path& file) {
    pki::Certificate taken = blame(entry.path, [&] { return pki::chain_from_file(file).front(); });
    if (taken.spki_der() != world.keys.at(entry.replace_public_key.value_or(entry.key)).spki_der()) {
        throw DocumentError(entry.path + ": " + file.string() + " is not for the key \"" + entry.key + "\"");
    }
    if (entry.issuer != self && recipe.authorities.contains(entry.issuer) &&
        !reused(recipe, "authorities", entry.issuer)) {
        throw DocumentError(entry.path + ".issuer: " + file.string() + " is reused, but not \"" +
                            entry.issuer + "\"");
    }
    return taken;
}

void make_certificates(const Recipe& recipe, World& world) {
    for (const std::string& name : issuing_order(recipe)) {
        const CertificateEntry* const entry = find_entry(recipe, name);
        if (!entry) continue;
        const bool authority = recipe.authorities.contains(name);
        const std::optional<fs::path> file = authority ? reused(recipe, "authorities", name) : std::nullopt;
        const pki::Certificate certificate =
            file ? take(recipe, *entry, world, *file) : issue(recipe, name, *entry, world);
        // The server with a certificate with a replaced key holds that key.
        const pki::Key& key = world.keys.at(entry->replace_public_key.value_or(entry->key));
        world.made.emplace(name, Made{certificate, key, entry->issuer});
    }
}

/// The certificate itself and those above it, without the root.
std::vector<pki::Certificate> usual_chain(const World& world, const std::string& name) {
    std::vector<pki::Certificate> chain{world.made.at(name).certificate};
    for (std::string above = world.made.at(name).issuer; above != self;) {
        if (const auto own = world.own.find(above); own != world.own.end()) {
            const std::vector<pki::Certificate> rest = own->second.shown();
            chain.insert(chain.end(), rest.begin(), rest.end());
            break;
        }
        const Made& made = world.made.at(above);
        if (made.issuer == self) break;
        chain.push_back(made.certificate);
        above = made.issuer;
    }
    return chain;
}

std::vector<pki::Certificate> chain_of(const World& world, const std::string& name,
                                       const CertificateEntry& entry) {
    if (!entry.chain) return usual_chain(world, name);
    std::vector<pki::Certificate> chain;
    for (const std::string& link : *entry.chain) {
        const auto own = world.own.find(link);
        chain.push_back(own != world.own.end() ? own->second.leaf
                                               : world.made.at(link == self ? name : link).certificate);
    }
    return chain;
}

/// A server's TLS library insists that its key fits the first certificate that it shows. Where it does not
/// (a stolen chain, a misordered one), a mismatched key is made for it.
pki::Key key_to_show(const World& world, const std::string& name, const CertificateEntry& entry,
                     const pki::Certificate& first) {
    const pki::Key& held =
        entry.presented_key ? world.keys.at(*entry.presented_key) : world.made.at(name).key;
    return blame(entry.path + (entry.presented_key ? ".presented_key" : ".chain"), [&] {
        if (first.spki_der() == held.spki_der()) return held;
        pki::Key mismatched = pki::Key::mismatched(first.public_key(), held);
        mismatched.to_pem();  // throws for Ed25519, which cannot be written: here the entry is known
        return mismatched;
    });
}

}  // namespace

World make_world(const Recipe& recipe) {
    if (recipe.reuse && !fs::is_directory(*recipe.reuse)) {
        throw DocumentError("reuse: there is no folder " + recipe.reuse->string());
    }
    World world;
    for (const auto& [name, files] : recipe.own) {
        pki::Identity identity =
            blame(files.path, [&, own = files] { return pki::Identity::load(own.chain_file, own.key_file); });
        world.own.emplace(name, identity);
        world.shown.emplace(name, std::move(identity));
    }
    make_keys(recipe, world);
    make_certificates(recipe, world);
    for (const auto& [name, entry] : recipe.identities) {
        std::vector<pki::Certificate> chain = chain_of(world, name, entry);
        const pki::Certificate first = chain.front();
        chain.erase(chain.begin());
        world.shown.emplace(name,
                            pki::Identity{first, key_to_show(world, name, entry, first), std::move(chain)});
    }
    return world;
}

}  // namespace pinlab::mint
