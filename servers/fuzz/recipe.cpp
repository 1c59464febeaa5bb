// Recipes, and the worlds that small ones make. Only DocumentError comes out, and it says where the fault
// stands.
#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "cmake/fuzz/property.h"
#include "servers/json/strict_json.h"
#include "servers/mint/recipe.h"
#include "servers/mint/world.h"

namespace {

namespace json = boost::json;
using namespace pinlab;
using fuzz::must;

std::optional<mint::Recipe> read(std::string_view text) {
    try {
        return mint::read_recipe(text);
    } catch (const wire::DocumentError& error) {
        must(std::string_view(error.what()).find(": ") != std::string_view::npos,
             "a refusal says where and what");
        return std::nullopt;
    }
}

void check_order(const mint::Recipe& recipe, const std::vector<std::string>& order) {
    const auto place = [&](const std::string& name) { return std::find(order.begin(), order.end(), name); };
    for (const std::string& name : order) {
        must(std::count(order.begin(), order.end(), name) == 1, "each is issued once");
        const mint::CertificateEntry* entry = mint::find_entry(recipe, name);
        if (entry && mint::find_entry(recipe, entry->issuer))
            must(place(entry->issuer) < place(name), "an issuer comes before what it issues");
    }
    must(order.size() >= recipe.authorities.size() + recipe.identities.size(), "all are issued");
}

/// RSA keys take seconds, and own files are the business of another target.
bool is_cheap(const mint::Recipe& recipe) {
    return recipe.own.empty() && !recipe.reuse && recipe.authorities.size() + recipe.identities.size() <= 6 &&
           std::all_of(recipe.keys.begin(), recipe.keys.end(), [](const auto& key) {
               return key.second.kind == pki::KeyKind::p256 || key.second.kind == pki::KeyKind::ed25519;
           });
}

void make(const mint::Recipe& recipe) {
    try {
        const mint::World world = mint::make_world(recipe);
        must(world.shown.size() == recipe.identities.size(), "every identity can be shown");
        for (const auto& [name, identity] : world.shown)
            must(identity.leaf.spki_der() == identity.key.spki_der(), "a server's key fits what it shows");
        must(!mint::describe(recipe, world).empty(), "a world can be described");
    } catch (const wire::DocumentError& error) {
        must(std::string_view(error.what()).find(": ") != std::string_view::npos,
             "a refusal says where and what");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto recipe = read(text);
    if (!recipe) return 0;
    must(recipe->out.is_absolute() && recipe->now >= 0, "a world has a place and a time");
    check_order(*recipe, mint::issuing_order(*recipe));
    json::value document = json::parse(text);
    must(read(json::serialize(document)).has_value(), "printed and read again, it is a recipe");
    document.as_object()["no_such_key"] = 1;
    must(!read(json::serialize(document)), "an unknown key is refused");
    if (is_cheap(*recipe)) make(*recipe);
    return 0;
}
