// Worlds: what a recipe says is in the files, a folder appears as a whole or not at all, lasting worlds are
// reused.
#include "servers/mint/world.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <boost/json/serialize.hpp>
#include <fstream>
#include <set>

#include "servers/json/strict_json.h"
#include "servers/pki/pin.h"
#include "servers/tests/pki_support.h"

namespace pinlab::mint {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class Worlds : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "pinlab.XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { fs::remove_all(folder); }

    /// Makes and writes a world, as the program does; gives its description.
    json::object mint(const std::string& name, const std::string& members,
                      const std::string& reuse = "") const {
        const std::string reused = reuse.empty() ? "null" : "\"" + (folder / reuse).string() + "\"";
        const Recipe recipe =
            read_recipe(R"({"schema":"pinlab.recipe/1","now":1790000000,"out":")" + (folder / name).string() +
                        R"(","reuse":)" + reused + "," + members + "}");
        AtomicFolder out(recipe.out);
        const World world = make_world(recipe);
        write_world(world, recipe, out);
        out.publish();
        return describe(recipe, world);
    }

    std::string complaint(const std::string& members, const std::string& reuse = "") const {
        try {
            mint("refused", members, reuse);
            return "none";
        } catch (const wire::DocumentError& error) {
            return error.what();
        }
    }

    pki::Identity identity(const std::string& world, const std::string& name) const {
        const fs::path base = folder / world / "identities";
        return pki::Identity::load(base / (name + ".chain.pem"), base / (name + ".key.pem"));
    }

    pki::Certificate authority(const std::string& world, const std::string& name) const {
        return pki::chain_from_file(folder / world / "authorities" / (name + ".pem")).front();
    }

    int verdict(const std::string& world, const std::string& name) const {
        const pki::Identity shown = identity(world, name);
        return test::verify(shown.leaf, shown.chain, authority(world, "root"));
    }

    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

    fs::path folder;
    const std::string cas = R"("authorities":{"root":{},"issuing":{"issuer":"root","path_length":0}},)";
};

TEST_F(Worlds, HoldWhatTheRecipeSays) {
    const json::object world =
        mint("w", cas + R"("keys":{"next":{"kind":"ed25519"}},"identities":{"a":{"names":["shop.test"]}})");
    EXPECT_EQ(verdict("w", "a"), X509_V_OK);
    const pki::Identity shown = identity("w", "a");
    const json::value& listed = world.at("identities").at("a");
    EXPECT_EQ(listed.at("pin").as_string(), pki::Pin::of(shown.leaf).to_string());
    EXPECT_EQ(listed.at("pin"), world.at("keys").at("a").at("pin"));
    EXPECT_EQ(listed.at("cert_sha256").as_string(), shown.leaf.sha256_hex());
    EXPECT_EQ(listed.at("not_after").as_int64(), 1790000000 + 7776000);
    EXPECT_EQ(listed.at("chain_length").to_number<int>(), 2);
    EXPECT_EQ(listed.at("names").as_array(), json::array({"shop.test"}));
    EXPECT_EQ(world.at("keys").at("next").at("kind").as_string(), "ed25519");
    EXPECT_TRUE(world.at("authorities").at("root").at("issuer").is_null());
    EXPECT_EQ(world.at("authorities").at("issuing").at("issuer").as_string(), "root");
    std::ifstream file(folder / "w" / "world.json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(text, json::serialize(world) + "\n");
}

TEST_F(Worlds, EveryFileThatTheyListIsThereAndPrivate) {
    const json::object world = mint("w", cas + R"("identities":{"a":{}})");
    const auto mode = [&](const fs::path& path) {
        struct stat found {};
        EXPECT_EQ(stat((folder / "w" / path).c_str(), &found), 0) << path;
        return found.st_mode & 0777;
    };
    for (const char* sub : {"", "keys", "authorities", "identities"}) EXPECT_EQ(mode(sub), 0700U) << sub;
    for (const auto& [name, key] : world.at("keys").as_object()) {
        EXPECT_EQ(mode(key.at("file").as_string().c_str()), 0600U);
        EXPECT_EQ(mode(key.at("public_file").as_string().c_str()), 0600U);
    }
    for (const auto& [name, authority] : world.at("authorities").as_object()) {
        EXPECT_EQ(mode(authority.at("certificate").as_string().c_str()), 0600U);
        EXPECT_EQ(mode(authority.at("key").as_string().c_str()), 0600U);
    }
    EXPECT_EQ(mode(world.at("identities").at("a").at("key").as_string().c_str()), 0600U);
    EXPECT_EQ(mode(world.at("identities").at("a").at("chain").as_string().c_str()), 0600U);
}

TEST_F(Worlds, BentIdentitiesAreLoadableAndBentAsAsked) {
    mint("w", cas + R"("keys":{"attacker":{},"active":{}},"identities":{
        "broken":{"key":"active","signature":"broken"},
        "replaced":{"key":"active","replace_public_key":"attacker"},
        "stolen":{"key":"active","presented_key":"attacker"},
        "leaf_as_ca":{"key":"attacker","issuer":"plain"},
        "plain":{"key":"active"},
        "alone":{"issuer":"self"},
        "misordered":{"key":"active","chain":["issuing","self","root"]},
        "extra":{"key":"active","chain":["self","issuing","broken","issuing"]}})");
    EXPECT_EQ(verdict("w", "broken"), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict("w", "replaced"), X509_V_ERR_CERT_SIGNATURE_FAILURE);
    EXPECT_EQ(verdict("w", "stolen"), X509_V_OK);
    EXPECT_EQ(verdict("w", "leaf_as_ca"), X509_V_ERR_INVALID_CA);
    EXPECT_EQ(verdict("w", "extra"), X509_V_OK);
    EXPECT_EQ(identity("w", "leaf_as_ca").shown().size(), 3U);
    EXPECT_EQ(identity("w", "alone").shown().size(), 1U);
    EXPECT_EQ(identity("w", "extra").shown().size(), 4U);
    EXPECT_EQ(identity("w", "misordered").leaf.to_der(), authority("w", "issuing").to_der());
}

TEST_F(Worlds, AReplacedKeyIsHeldByWhoShowsIt) {
    const json::object world =
        mint("w", cas + R"("keys":{"attacker":{}},"identities":{"a":{"replace_public_key":"attacker"}})");
    EXPECT_EQ(world.at("identities").at("a").at("pin"), world.at("keys").at("attacker").at("pin"));
    const pki::Key attacker = pki::Key::from_file(folder / "w" / "keys" / "attacker.pem");
    EXPECT_EQ(identity("w", "a").key.to_pem(), attacker.to_pem());
}

TEST_F(Worlds, CertificatesOfTheUsersOwnAreShownAsTheyAre) {
    mint("theirs", cas + R"("identities":{"a":{"names":["own.test"]}})");
    const fs::path base = folder / "theirs" / "identities";
    const json::object world =
        mint("w", R"("authorities":{"root":{}},"identities":{"own":{"chain_file":")" +
                      (base / "a.chain.pem").string() + R"(","key_file":")" + (base / "a.key.pem").string() +
                      R"("},"under":{"issuer":"own"}})");
    EXPECT_EQ(identity("w", "own").leaf.to_der(), identity("theirs", "a").leaf.to_der());
    EXPECT_EQ(world.at("identities").at("own").at("names").as_array(), json::array({"own.test"}));
    EXPECT_EQ(identity("w", "under").shown().size(), 3U);
    EXPECT_EQ(complaint(R"("identities":{"own":{"chain_file":"/nowhere/c","key_file":"/nowhere/k"}})")
                  .find("identities.own: "),
              0U);
}

TEST_F(Worlds, LastingKeysAndAuthoritiesAreReusedAndLeavesAreNot) {
    const std::string members =
        cas + R"("keys":{"active":{}},"identities":{"active":{"names":["shop.test"]}})";
    const json::object first = mint("first", members);
    const json::object second =
        mint("second", cas + R"("keys":{"active":{},"extra":{}},"identities":{"active":{}})", "first");
    for (const char* name : {"root", "issuing"}) {
        EXPECT_EQ(first.at("authorities").at(name), second.at("authorities").at(name)) << name;
        EXPECT_EQ(first.at("keys").at(name), second.at("keys").at(name)) << name;
    }
    EXPECT_EQ(first.at("keys").at("active"), second.at("keys").at("active"));
    EXPECT_TRUE(second.at("keys").as_object().contains("extra"));
    EXPECT_NE(first.at("identities").at("active").at("cert_sha256"),
              second.at("identities").at("active").at("cert_sha256"));
    EXPECT_EQ(verdict("second", "active"), X509_V_OK);
}

TEST_F(Worlds, ReuseThatDoesNotHoldTogetherIsRefused) {
    mint("first", cas + R"("identities":{})");
    EXPECT_EQ(complaint(cas + R"("identities":{})", "nowhere").find("reuse: "), 0U);
    fs::remove(folder / "first" / "keys" / "issuing.pem");
    EXPECT_EQ(complaint(cas + R"("identities":{})", "first").find("authorities.issuing: "), 0U);
    fs::remove(folder / "first" / "authorities" / "issuing.pem");
    EXPECT_EQ(complaint(cas + R"("identities":{})", "first"), "none");
    fs::remove_all(folder / "refused");  // that one was made
    mint("other", cas + R"("identities":{})");
    fs::remove(folder / "other" / "authorities" / "root.pem");
    EXPECT_EQ(complaint(cas + R"("identities":{"a":{}})", "other").find("authorities.issuing.issuer: "), 0U);
}

TEST_F(Worlds, WhatCannotBeMadeNamesItsEntryAndLeavesNothing) {
    const std::string keys = R"("keys":{"ed":{"kind":"ed25519"},"ed2":{"kind":"ed25519"},"ec":{}},)" + cas;
    EXPECT_EQ(complaint(keys + R"("identities":{"a":{"key":"ec","presented_key":"ed"}})")
                  .find("identities.a.presented_key: "),
              0U);
    EXPECT_EQ(complaint(keys + R"("identities":{"a":{"key":"ed","presented_key":"ed2"}})")
                  .find("identities.a.presented_key: "),
              0U);
    EXPECT_EQ(complaint(keys + R"("identities":{"a":{"key":"ed","chain":["issuing"]}})")
                  .find("identities.a.chain: "),
              0U);
    EXPECT_EQ(complaint(keys + R"("identities":{"a":{"digest":"none"}})").find("identities.a.digest: "), 0U);
    EXPECT_EQ(
        complaint(keys + R"("identities":{"a":{"not_after":900000000000}})").find("identities.a: not_after"),
        0U);
    EXPECT_EQ(entries(), 0U);
}

TEST_F(Worlds, AnExistingTargetLosesNothing) {
    fs::create_directory(folder / "refused");
    EXPECT_EQ(complaint(cas + R"("identities":{})").find("out: "), 0U);
    EXPECT_TRUE(fs::is_empty(folder / "refused"));
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Worlds, ATargetThatAppearsMeanwhileLosesNothing) {
    AtomicFolder late(folder / "w");
    late.write("file", "mine");
    fs::create_directory(folder / "w");
    EXPECT_THROW(late.publish(), wire::DocumentError);
    EXPECT_TRUE(fs::is_empty(folder / "w"));
}

TEST_F(Worlds, AnUnpublishedFolderIsRemoved) {
    {
        AtomicFolder abandoned(folder / "w");
        abandoned.write("sub/file", "text");
        EXPECT_EQ(entries(), 1U);
    }
    EXPECT_EQ(entries(), 0U);
    EXPECT_THROW(AtomicFolder(folder / "nowhere" / "w"), wire::DocumentError);
}

TEST_F(Worlds, ALadderIsSoManyAuthoritiesOfOneKey) {
    const json::object world = mint(
        "w",
        R"("authorities":{"root":{},"deep":{"issuer":"root","ladder":3}},"identities":{"a":{"issuer":"deep"}})");
    EXPECT_EQ(world.at("identities").at("a").at("chain_length"), 4);
    const json::object& authorities = world.at("authorities").as_object();
    EXPECT_EQ(authorities.at("deep.1").at("issuer"), "root");
    EXPECT_EQ(authorities.at("deep.2").at("issuer"), "deep.1");
    EXPECT_EQ(authorities.at("deep").at("issuer"), "deep.2");
    EXPECT_EQ(authorities.at("deep").at("pin"), authorities.at("deep.1").at("pin"));
    EXPECT_EQ(test::verify(identity("w", "a").leaf, identity("w", "a").chain, authority("w", "root")),
              X509_V_OK);
    EXPECT_EQ(complaint(R"("authorities":{"root":{},"deep":{"issuer":"root","ladder":2},"deep.1":{}})"),
              "authorities.deep.ladder: the name \"deep.1\" is taken");
}

TEST_F(Worlds, AKeyInAnotherEncodingHasAnotherPin) {
    const json::object world = mint(
        "w", R"("keys":{"a":{},"b":{"same_as":"a","encoding":"compressed"}},"authorities":{"issuing":{}},)"
             R"("identities":{"b":{"names":["b.test"]}})");
    EXPECT_NE(world.at("keys").at("a").at("pin"), world.at("keys").at("b").at("pin"));
    EXPECT_EQ(world.at("identities").at("b").at("pin"), world.at("keys").at("b").at("pin"));
    EXPECT_EQ(complaint(R"("keys":{"a":{},"b":{"same_as":"a","encoding":"rsa_pss"}})").find("keys.b: "), 0U);
}

TEST_F(Worlds, FillerNamesComeBeforeOnesOwn) {
    mint("w", R"("authorities":{"issuing":{}},"identities":{"a":{"names":["a.test"],"filler_names":10000}})");
    const std::vector<std::string> names = identity("w", "a").leaf.names();
    EXPECT_EQ(names.size(), 10001U);
    EXPECT_EQ(names.back(), "a.test");
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
}

TEST_F(Worlds, KeysOfOnePoolAreSharedByNameAndKind) {
    const std::string pool = R"("key_pool":")" + (folder / "pool").string() + R"(",)";
    const std::string keys = R"("keys":{"a":{"kind":"rsa1024"},"b":{"kind":"rsa1024"},"c":{"kind":"p256"}})";
    const auto pins = [&](const std::string& world) {
        const json::object made = mint(world, pool + keys).at("keys").as_object();
        std::map<std::string, std::string> all;
        for (const auto& [name, key] : made) all[name] = key.at("pin").as_string();
        return all;
    };
    auto first = pins("w1"), second = pins("w2");
    EXPECT_EQ(first["a"], second["a"]);
    EXPECT_EQ(first["b"], second["b"]);
    EXPECT_NE(first["a"], first["b"]) << "two keys of one world stay two";
    EXPECT_EQ(first["c"], second["c"]) << "this process remembers it";
    EXPECT_FALSE(fs::exists(folder / "pool" / "c.p256.pem")) << "a file costs as much as a new key";
    EXPECT_EQ(fs::status(folder / "pool").permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(folder / "pool" / "a.rsa1024.pem").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace pinlab::mint
