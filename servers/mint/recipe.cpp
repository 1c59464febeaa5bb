#include "servers/mint/recipe.h"

#include <algorithm>
#include <functional>
#include <set>

#include "servers/json/strict_json.h"
#include "servers/mint/certificate_entry.h"
#include "servers/wire/brief.h"

namespace pinlab::mint {
namespace {

namespace json = boost::json;
using wire::DocumentError;
using wire::Fields;

constexpr std::string_view schema = "pinlab.recipe/1";

/// Names become file names, so they are kept to what is one everywhere.
void check_name(const std::string& name, const std::string& path) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    if (name.empty() || name.size() > 100 || name.front() == '.' || name.front() == '-' ||
        name.find_first_not_of(letters) != std::string::npos) {
        throw DocumentError(path +
                            ": a name is up to 100 of a-z A-Z 0-9 _ - . and begins with neither - nor .");
    }
    if (name == self) throw DocumentError(path + ": \"self\" is not free: it means the entry itself");
}

std::filesystem::path absolute(Fields& fields, std::string_view key) {
    std::filesystem::path path = std::filesystem::path(fields.text(key)).lexically_normal();
    if (!path.is_absolute()) fields.fail(key, "expected an absolute path");
    return path.has_filename() ? path : path.parent_path();
}

KeyEntry read_key(const json::value& value, const std::string& path) {
    Fields fields(value, path);
    if (fields.member("same_as")) {
        const auto encoding = pki::key_encoding_from(fields.text("encoding"));
        if (!encoding) fields.fail("encoding", "expected compressed, explicit_curve or rsa_pss");
        KeyEntry entry{.same_as = fields.text("same_as"), .encoding = *encoding};
        fields.done();
        return entry;
    }
    const std::optional<pki::KeyKind> kind = pki::key_kind_from(fields.text_or("kind", "p256"));
    if (!kind)
        fields.fail(
            "kind",
            "expected p192, p256, p384, rsa512, rsa1024, rsa2048, rsa3072, rsa4096, rsa8192 or ed25519");
    fields.done();
    return KeyEntry{.kind = *kind};
}

void read_identity(Recipe& recipe, const std::string& name, const json::value& value,
                   const std::string& path) {
    if (recipe.authorities.contains(name)) throw DocumentError(path + ": a CA has the same name");
    const json::object* object = value.if_object();
    if (!object || !(object->contains("chain_file") || object->contains("key_file"))) {
        recipe.identities.emplace(name, read_certificate_entry(Role::identity, name, value, path));
        return;
    }
    Fields fields(value, path);
    recipe.own.emplace(name,
                       CertificateFiles{path, absolute(fields, "chain_file"), absolute(fields, "key_file")});
    fields.done();
}

void read_members(Fields& fields, Recipe& recipe) {
    fields.each_member("keys",
                       [&](const std::string& name, const json::value& value, const std::string& path) {
                           check_name(name, path);
                           recipe.keys.emplace(name, read_key(value, path));
                       });
    fields.each_member(
        "authorities", [&](const std::string& name, const json::value& value, const std::string& path) {
            check_name(name, path);
            recipe.authorities.emplace(name, read_certificate_entry(Role::authority, name, value, path));
        });
    fields.each_member("identities",
                       [&](const std::string& name, const json::value& value, const std::string& path) {
                           check_name(name, path);
                           read_identity(recipe, name, value, path);
                       });
}

using Visit = std::function<void(const std::string& name, const CertificateEntry& entry)>;

void each_entry(const Recipe& recipe, const Visit& visit) {
    for (const auto& [name, entry] : recipe.authorities) visit(name, entry);
    for (const auto& [name, entry] : recipe.identities) visit(name, entry);
}

void check_key(const Recipe& recipe, const CertificateEntry& entry, std::string_view field,
               const std::optional<std::string>& name) {
    if (name && !recipe.keys.contains(*name)) {
        throw DocumentError(entry.path + "." + std::string(field) + ": no key is named \"" + *name + "\"");
    }
}

bool has_entry(const Recipe& recipe, const std::string& name) {
    return name == self || find_entry(recipe, name) || recipe.own.contains(name);
}

void check_entry(const Recipe& recipe, const CertificateEntry& entry) {
    check_key(recipe, entry, "key", entry.key);
    check_key(recipe, entry, "signing_key", entry.signing_key);
    check_key(recipe, entry, "replace_public_key", entry.replace_public_key);
    check_key(recipe, entry, "presented_key", entry.presented_key);
    const std::string unknown = ": no CA or identity is named ";
    if (!has_entry(recipe, entry.issuer)) {
        throw DocumentError(entry.path + ".issuer" + unknown + "\"" + entry.issuer + "\"");
    }
    if (!entry.chain) return;
    for (std::size_t i = 0; i < entry.chain->size(); ++i) {
        if (has_entry(recipe, (*entry.chain)[i])) continue;
        throw DocumentError(entry.path + ".chain[" + std::to_string(i) + "]" + unknown + "\"" +
                            (*entry.chain)[i] + "\"");
    }
}

void check_keys(const Recipe& recipe) {
    for (const auto& [name, entry] : recipe.keys) {
        const auto original = recipe.keys.find(entry.same_as);
        if (entry.same_as.empty() || (original != recipe.keys.end() && original->second.same_as.empty()))
            continue;
        throw DocumentError("keys." + name + ".same_as: no fresh key is named \"" + entry.same_as + "\"");
    }
}

/// "deep" with a ladder of three becomes deep.1 under its issuer, deep.2 under that, and itself under deep.2.
void build_ladders(Recipe& recipe) {
    std::map<std::string, CertificateEntry> rungs;
    for (auto& [name, entry] : recipe.authorities) {
        for (int step = 1; step < entry.ladder; ++step) {
            const std::string rung = name + "." + std::to_string(step);
            if (recipe.authorities.contains(rung) || recipe.identities.contains(rung)) {
                throw DocumentError(entry.path + ".ladder: the name \"" + rung + "\" is taken");
            }
            CertificateEntry made = entry;
            made.profile.common_name = "pinlab, do not trust: " + rung;
            rungs.emplace(rung, std::move(made));
            entry.issuer = rung;
        }
    }
    recipe.authorities.merge(rungs);
}

/// A key that only bears its entry's name is made on demand; any other name must be written down.
void add_keys_on_demand(Recipe& recipe) {
    each_entry(recipe, [&](const std::string& name, const CertificateEntry& entry) {
        if (entry.key == name) recipe.keys.emplace(name, KeyEntry{});
    });
}

}  // namespace

const CertificateEntry* find_entry(const Recipe& recipe, const std::string& name) {
    if (const auto found = recipe.authorities.find(name); found != recipe.authorities.end())
        return &found->second;
    if (const auto found = recipe.identities.find(name); found != recipe.identities.end())
        return &found->second;
    return nullptr;
}

std::vector<std::string> issuing_order(const Recipe& recipe) {
    std::vector<std::string> order;
    std::set<std::string> placed;
    each_entry(recipe, [&](const std::string& start, const CertificateEntry& first) {
        std::vector<std::string> climb;
        std::string name = start;
        for (const CertificateEntry* entry = &first; entry && !placed.contains(name);
             entry = find_entry(recipe, name)) {
            if (std::find(climb.begin(), climb.end(), name) != climb.end()) {
                throw DocumentError(entry->path + ".issuer: issuers form a circle");
            }
            climb.push_back(name);
            name = entry->issuer;
        }
        order.insert(order.end(), climb.rbegin(), climb.rend());
        placed.insert(climb.begin(), climb.end());
    });
    return order;
}

Recipe read_recipe(std::string_view text) {
    const json::value document = wire::parse_document(text);
    Fields fields(document, "");
    if (fields.text("schema") != schema) fields.fail("schema", "expected \"" + std::string(schema) + "\"");
    Recipe recipe;
    recipe.out = absolute(fields, "out");
    if (fields.member("reuse")) recipe.reuse = absolute(fields, "reuse");
    if (fields.member("key_pool")) recipe.key_pool = absolute(fields, "key_pool");
    recipe.now = wire::read_now(fields);
    read_members(fields, recipe);
    fields.done();
    build_ladders(recipe);
    add_keys_on_demand(recipe);
    check_keys(recipe);
    each_entry(recipe,
               [&](const std::string&, const CertificateEntry& entry) { check_entry(recipe, entry); });
    issuing_order(recipe);
    return recipe;
}

}  // namespace pinlab::mint
