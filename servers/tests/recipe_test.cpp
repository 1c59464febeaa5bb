// Recipes: each way to be wrong is an error whose message begins with the JSON path of the fault.
#include "servers/mint/recipe.h"

#include <gtest/gtest.h>

#include "servers/json/strict_json.h"

namespace pinlab::mint {
namespace {

/// A whole recipe around these members.
std::string recipe(const std::string& members) {
    return R"({"schema":"pinlab.recipe/1","out":"/tmp/w","now":1790000000)" +
           (members.empty() ? "" : "," + members) + "}";
}

/// A recipe whose only identity, under a proper CA, has these fields.
std::string identity(const std::string& fields) {
    return recipe(
        R"("keys":{"attacker":{}},"authorities":{"root":{},"issuing":{"issuer":"root"}},"identities":{"a":{)" +
        fields + "}}");
}

std::string complaint(const std::string& text) {
    try {
        read_recipe(text);
        return "none";
    } catch (const wire::DocumentError& error) {
        return error.what();
    }
}

struct Wrong {
    std::string text;
    std::string complaint;  ///< how the message begins
};

/// How googletest shows a case.
void PrintTo(const Wrong& wrong, std::ostream* out) {
    *out << wrong.complaint;
}

class EveryFault : public testing::TestWithParam<Wrong> {};

TEST_P(EveryFault, NamesItsPath) {
    const std::string message = complaint(GetParam().text);
    EXPECT_EQ(message.find(GetParam().complaint), 0U)
        << "message: " << message << "\nfor:     " << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Document, EveryFault,
    testing::Values(
        Wrong{"[]", "document: expected an object"}, Wrong{"{", "offset "}, Wrong{"{}", "schema: missing"},
        Wrong{R"({"schema":"pinlab.recipe/2"})", "schema: expected"},
        Wrong{R"({"schema":"pinlab.recipe/1","out":"w"})", "out: expected an absolute path"},
        Wrong{R"({"schema":"pinlab.recipe/1","out":"/w"})", "now: missing"},
        Wrong{R"({"schema":"pinlab.recipe/1","out":"/w","now":"today"})", "now: expected a whole number"},
        Wrong{R"({"schema":"pinlab.recipe/1","out":"/w","now":-1})", "now: "},
        Wrong{recipe(R"("reuse":"w")"), "reuse: expected an absolute path"},
        Wrong{recipe(R"("identity":{})"), "identity: unknown key"},
        Wrong{recipe(R"("keys":[])"), "keys: expected an object"},
        Wrong{recipe(R"("keys":{"a":"p256"})"), "keys.a: expected an object"},
        Wrong{recipe(R"("keys":{"a":{"kind":"p521"}})"), "keys.a.kind: expected p192, p256"},
        Wrong{recipe(R"("keys":{"a":{"same_as":"b"}})"), "keys.a.encoding: missing"},
        Wrong{recipe(R"("keys":{"a":{"same_as":"b","encoding":"pem"}})"), "keys.a.encoding: expected"},
        Wrong{recipe(R"("keys":{"a":{"same_as":"b","encoding":"rsa_pss"}})"), "keys.a.same_as: no fresh key"},
        Wrong{recipe(R"("keys":{"a":{"kind":"p256","same_as":"b","encoding":"rsa_pss"}})"),
              "keys.a.kind: unknown key"},
        Wrong{recipe(R"("keys":{"a":{"bits":256}})"), "keys.a.bits: unknown key"},
        Wrong{recipe(R"("keys":{"../a":{}})"), "keys.../a: a name is"},
        Wrong{recipe(R"("keys":{"":{}})"), "keys.: a name is"},
        Wrong{recipe(R"("authorities":{".a":{}})"), "authorities..a: a name is"},
        Wrong{recipe(R"("identities":{"self":{}})"), "identities.self: "},
        Wrong{recipe(R"("authorities":{"a":{}},"identities":{"a":{}})"), "identities.a: a CA"}));

INSTANTIATE_TEST_SUITE_P(
    Names, EveryFault,
    testing::Values(
        Wrong{recipe(R"("identities":{"a":{}})"), "identities.a.issuer: no CA"},
        Wrong{identity(R"("key":"b")"), "identities.a.key: no key is named \"b\""},
        Wrong{identity(R"("signing_key":"b")"), "identities.a.signing_key: no key"},
        Wrong{identity(R"("presented_key":"b")"), "identities.a.presented_key: no key"},
        Wrong{identity(R"("replace_public_key":"b")"), "identities.a.replace_public_key: no key"},
        Wrong{identity(R"("chain":["self","b"])"), "identities.a.chain[1]: no CA"},
        Wrong{identity(R"("chain":[])"), "identities.a.chain: "},
        Wrong{identity(R"("issuer":"a")"), "identities.a.issuer: issuers form a circle"},
        Wrong{recipe(R"("authorities":{"a":{"issuer":"b"},"b":{"issuer":"c"},"c":{"issuer":"b"}})"),
              "authorities.b.issuer: issuers form a circle"},
        Wrong{recipe(R"("authorities":{"a":{"chain":["self"]}})"), "authorities.a.chain: unknown key"},
        Wrong{recipe(R"("authorities":{"a":{"presented_key":"a"}})"), "authorities.a.presented_key: unknown"},
        Wrong{recipe(R"("identities":{"a":{"chain_file":"/c"}})"), "identities.a.key_file: missing"},
        Wrong{recipe(R"("identities":{"a":{"chain_file":"c","key_file":"/k"}})"),
              "identities.a.chain_file: "},
        Wrong{recipe(R"("identities":{"a":{"chain_file":"/c","key_file":"/k","names":[]}})"),
              "identities.a.names: unknown key"}));

INSTANTIATE_TEST_SUITE_P(
    Fields, EveryFault,
    testing::Values(
        Wrong{identity(R"("name":"b")"), "identities.a.name: unknown key"},
        Wrong{identity(R"("names":"b")"), "identities.a.names: expected an array"},
        Wrong{identity(R"("names":["b",3])"), "identities.a.names[1]: expected a string"},
        Wrong{identity(R"("names":["bücher.test"])"), "identities.a.names[0]: not ASCII"},
        Wrong{identity(R"("ips":["127.0.0.1","b.test"])"), "identities.a.ips[1]: not an IP address"},
        Wrong{identity(R"("not_before":"-30d")"), "identities.a.not_before: expected a whole number"},
        Wrong{identity(R"("not_after":1.5)"), "identities.a.not_after: expected a whole number"},
        Wrong{identity(R"("not_after":9000000000000)"), "identities.a.not_after: not between"},
        Wrong{identity(R"("is_ca":1)"), "identities.a.is_ca: expected true or false"},
        Wrong{identity(R"("path_length":-1)"), "identities.a.path_length: not between"},
        Wrong{identity(R"("version":4)"), "identities.a.version: not between"},
        Wrong{identity(R"("key_usage":["sign"])"), "identities.a.key_usage[0]: no such key usage"},
        Wrong{identity(R"("ext_key_usage":["serverAuth"])"), "identities.a.ext_key_usage[0]: no such"},
        Wrong{identity(R"("omit":["serial"])"), "identities.a.omit[0]: no such part"},
        Wrong{identity(R"("serial":"abc")"), "identities.a.serial: expected pairs of hex"},
        Wrong{identity(R"("serial":"0g")"), "identities.a.serial: expected pairs of hex"},
        Wrong{identity(R"("digest":"md4")"), "identities.a.digest: expected sha256"},
        Wrong{identity(R"("inner_digest":"none")"), "identities.a.inner_digest: expected sha256"},
        Wrong{identity(R"("flip_byte":-1)"), "identities.a.flip_byte: not between"},
        Wrong{identity(R"("filler_names":1000000)"), "identities.a.filler_names: not between"},
        Wrong{identity(R"("ladder":2)"), "identities.a.ladder: unknown key"},
        Wrong{identity(R"("serial":"--1")"), "identities.a.serial: expected pairs"},
        Wrong{identity(R"("signature":"none")"), "identities.a.signature: expected valid or broken"},
        Wrong{identity(R"("extensions":[{"oid":"x","hex":""}])"),
              "identities.a.extensions[0].oid: not an object"},
        Wrong{identity(R"("extensions":[{"oid":"1.2.3"}])"), "identities.a.extensions[0].hex: missing"},
        Wrong{identity(R"("extensions":[{"oid":"1.2.3","hex":"","x":1}])"),
              "identities.a.extensions[0].x: unknown"}));

TEST(Recipe, DefaultsAreThoseOfTheContract) {
    const Recipe read = read_recipe(identity(R"("names":["shop.test"])"));
    EXPECT_EQ(read.now, 1790000000);
    EXPECT_EQ(read.out, "/tmp/w");
    EXPECT_FALSE(read.reuse);
    const CertificateEntry& leaf = read.identities.at("a");
    EXPECT_EQ(leaf.key, "a");
    EXPECT_EQ(leaf.issuer, "issuing");
    EXPECT_EQ(leaf.profile.is_ca, false);
    EXPECT_EQ(read.authorities.at("root").issuer, self);
    EXPECT_EQ(read.authorities.at("root").profile.common_name, "pinlab, do not trust: root");
    EXPECT_EQ(read.keys.size(), 4U);  // attacker, and on demand a, root, issuing
    EXPECT_EQ(read.keys.at("a").kind, pki::KeyKind::p256);
}

TEST(Recipe, NullMeansAbsent) {
    const Recipe read =
        read_recipe(recipe(R"("reuse":null,"authorities":{"r":{"issuer":null,"path_length":null}})"));
    EXPECT_FALSE(read.reuse);
    EXPECT_EQ(read.authorities.at("r").issuer, self);
}

TEST(Recipe, TargetsMayEndInASlash) {
    EXPECT_EQ(read_recipe(R"({"schema":"pinlab.recipe/1","out":"/tmp/./x/","now":0})").out, "/tmp/x");
}

TEST(Recipe, NamesKeepTheirNul) {
    const Recipe read = read_recipe(identity(R"("names":["shop.test\u0000.evil.test"])"));
    EXPECT_EQ(read.identities.at("a").profile.names.at(0), std::string("shop.test\0.evil.test", 20));
}

TEST(Recipe, EveryFieldArrives) {
    const Recipe read = read_recipe(identity(
        R"("key":"attacker","issuer":"root","common_name":"c","ips":["::1"],"uris":["u:x"],"not_before":-5,"not_after":7,)"
        R"("is_ca":true,"path_length":0,"key_usage":["crl_sign"],"ext_key_usage":["1.2.3","any"],"omit":["san"],)"
        R"("permitted_names":["p"],"excluded_names":["e"],"extensions":[{"oid":"1.2.3","critical":true,"hex":"0aFF"}],)"
        R"("serial":"01","digest":"sha384","version":2,"signing_key":"attacker","signature":"broken",)"
        R"("replace_public_key":"attacker","presented_key":"attacker","chain":["self","root"])"));
    const CertificateEntry& entry = read.identities.at("a");
    const pki::Profile& profile = entry.profile;
    EXPECT_EQ(entry.key, "attacker");
    EXPECT_EQ(entry.issuer, "root");
    EXPECT_EQ(profile.common_name, "c");
    EXPECT_EQ(profile.not_before, -5);
    EXPECT_EQ(profile.not_after, 7);
    EXPECT_EQ(profile.path_length, 0);
    EXPECT_EQ(profile.key_usage, (std::vector{pki::KeyUsage::crl_sign}));
    EXPECT_EQ(profile.ext_key_usage, (std::vector<std::string>{"1.2.3", "any"}));
    EXPECT_EQ(profile.omit, (std::vector{pki::Field::san}));
    EXPECT_EQ(profile.extensions.at(0).der, (pki::Bytes{0x0a, 0xff}));
    EXPECT_TRUE(profile.extensions.at(0).critical);
    EXPECT_EQ(profile.serial, (pki::Bytes{1}));
    EXPECT_EQ(profile.digest, pki::Digest::sha384);
    EXPECT_EQ(profile.version, 2);
    EXPECT_EQ(profile.signature, pki::SignatureState::broken);
    EXPECT_EQ(entry.chain, (std::vector<std::string>{"self", "root"}));
}

TEST(Recipe, IssuersComeFirst) {
    const Recipe read = read_recipe(recipe(
        R"("authorities":{"a":{"issuer":"z"},"m":{"issuer":"leaf"},"z":{}},"identities":{"leaf":{"issuer":"a"}})"));
    EXPECT_EQ(issuing_order(read), (std::vector<std::string>{"z", "a", "leaf", "m"}));
}

}  // namespace
}  // namespace pinlab::mint
