#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "servers/mint/world.h"
#include "servers/pki/pin.h"

namespace pinlab::mint {
namespace {

namespace json = boost::json;

std::string key_file(const std::string& name) {
    return "keys/" + name + ".pem";
}
std::string public_file(const std::string& name) {
    return "keys/" + name + ".pub.pem";
}
std::string authority_file(const std::string& name) {
    return "authorities/" + name + ".pem";
}
std::string chain_file(const std::string& name) {
    return "identities/" + name + ".chain.pem";
}
std::string shown_key_file(const std::string& name) {
    return "identities/" + name + ".key.pem";
}

/// Bytes of a foreign certificate as text that JSON can hold: those over 127 become the characters of that
/// number.
std::string as_text(const std::string& bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xc0 | (byte >> 6));
            text += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return text;
}

json::object describe_keys(const World& world) {
    json::object all;
    for (const auto& [name, key] : world.keys) {
        all[name] = {{"file", key_file(name)},
                     {"public_file", public_file(name)},
                     {"kind", key.kind_name()},
                     {"pin", pki::Pin::of(key).to_string()}};
    }
    return all;
}

json::object describe_certificate(const pki::Certificate& certificate) {
    return {{"pin", pki::Pin::of(certificate).to_string()},
            {"cert_sha256", certificate.sha256_hex()},
            {"subject", certificate.subject()},
            {"not_before", certificate.not_before()},
            {"not_after", certificate.not_after()}};
}

json::object describe_authorities(const Recipe& recipe, const World& world) {
    json::object all;
    for (const auto& [name, entry] : recipe.authorities) {
        json::object description = describe_certificate(world.made.at(name).certificate);
        description["certificate"] = authority_file(name);
        description["key"] = key_file(entry.replace_public_key.value_or(entry.key));
        description["issuer"] = entry.issuer == self ? json::value(nullptr) : json::value(entry.issuer);
        all[name] = std::move(description);
    }
    return all;
}

json::object describe_identities(const World& world) {
    json::object all;
    for (const auto& [name, shown] : world.shown) {
        const auto made = world.made.find(name);
        const pki::Certificate& certificate =
            made == world.made.end() ? shown.leaf : made->second.certificate;
        json::object description = describe_certificate(certificate);
        json::array names;
        for (const std::string& dns : certificate.names()) names.emplace_back(as_text(dns));
        description["names"] = std::move(names);
        description["chain"] = chain_file(name);
        description["key"] = shown_key_file(name);
        description["chain_length"] = shown.chain.size() + 1;
        all[name] = std::move(description);
    }
    return all;
}

}  // namespace

json::object describe(const Recipe& recipe, const World& world) {
    return {{"schema", "pinlab.world/1"},
            {"now", recipe.now},
            {"keys", describe_keys(world)},
            {"authorities", describe_authorities(recipe, world)},
            {"identities", describe_identities(world)}};
}

std::string write_world(const World& world, const Recipe& recipe, AtomicFolder& folder) {
    for (const auto& [name, key] : world.keys) {
        folder.write(key_file(name), key.to_pem());
        folder.write(public_file(name), key.public_pem());
    }
    for (const auto& [name, entry] : recipe.authorities) {
        folder.write(authority_file(name), world.made.at(name).certificate.to_pem());
    }
    for (const auto& [name, shown] : world.shown) {
        folder.write(chain_file(name), pki::to_pem(shown.shown()));
        folder.write(shown_key_file(name), shown.key.to_pem());
    }
    std::string description = json::serialize(describe(recipe, world));
    folder.write("world.json", description + "\n");
    return description;
}

}  // namespace pinlab::mint
