// Policy files: what is read, and every error that must stop the client.
#include <gtest/gtest.h>

#include "client_under_test/tests/vectors.h"
#include "pinlab/client/policy.h"

namespace pinlab::reference::testing {

using namespace protocol::testing;
namespace {

using namespace pinlab::client;

const std::string pin_texts = R"([{"pin": ")" + std::string(pin_vectors[0].pin) + R"("}, {"pin": ")" +
                              std::string(pin_vectors[1].pin) + R"(", "backup": true}])";

// A document with one entry; `more` goes into the entry, `top` into the document.
std::string document(const std::string& host, const std::string& more = "", const std::string& top = "",
                     const std::string& pins = pin_texts) {
    return R"({"schema": "pinlab.policy/1", "trust": {"file": "store.pem"}, )" + top +
           R"("hosts": [{"host": ")" + host + R"(", )" + more + R"("pins": )" + pins + "}]}";
}

std::string refusal(const std::string& text) {
    try {
        Policy::parse(text, "p.json");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(PolicyFile, ReadsWhatItSays) {
    Policy policy = Policy::parse(
        document("Shop.TEST.",
                 R"("match": "any_depth_and_self", "mode": "report", "expires": "2027-06-30T00:00:00Z",
                    "on_expiry": "open", "redirect": "same_policy", "resumption": "same_policy",
                    "max_session_age_s": 60, "min_tls": "1.3", )",
                 R"("version": "7", "unlisted_hosts": "allow", "proxy": "socks5://127.0.0.1:1080", )",
                 R"([{"pin": "sha256/WAlqRsnGqbvHABUnImfjQXwF1yP4IbyzO8AshIHMEEc=", "kind": "certificate",
                      "role": "leaf", "label": "this year's"}])"),
        "p.json", "/etc/pins");
    EXPECT_EQ(policy.version, "7");
    EXPECT_EQ(policy.trust_file, "/etc/pins/store.pem");
    EXPECT_TRUE(policy.allow_unlisted);
    EXPECT_EQ(policy.proxy, "socks5://127.0.0.1:1080");
    const HostPolicy& entry = policy.hosts.at(0);
    EXPECT_EQ(entry.host, "shop.test");
    EXPECT_EQ(entry.match, HostMatch::any_depth_and_self);
    EXPECT_EQ(entry.mode, Mode::report);
    EXPECT_EQ(entry.expires->time_since_epoch().count(), 1814313600);
    EXPECT_EQ(entry.on_expiry, OnExpiry::open);
    EXPECT_EQ(entry.redirect, RedirectRule::same_policy);
    EXPECT_EQ(entry.resumption, Resumption::same_policy);
    EXPECT_EQ(entry.max_session_age.count(), 60);
    EXPECT_EQ(entry.min_tls, TlsVersion::v1_3);
    EXPECT_EQ(entry.pins.at(0).kind, PinKind::certificate);
    EXPECT_EQ(entry.pins.at(0).role, PinRole::leaf);
    EXPECT_EQ(entry.pins.at(0).label, "this year's");
}

TEST(PolicyFile, TheDefaultsAreTheStrictOnes) {
    Policy policy = Policy::parse(document("shop.test"));
    const HostPolicy& entry = policy.hosts.at(0);
    EXPECT_FALSE(policy.allow_unlisted);
    EXPECT_EQ(entry.match, HostMatch::exact);
    EXPECT_EQ(entry.mode, Mode::enforce);
    EXPECT_EQ(entry.on_expiry, OnExpiry::closed);
    EXPECT_EQ(entry.redirect, RedirectRule::deny);
    EXPECT_EQ(entry.resumption, Resumption::off);
    EXPECT_EQ(entry.pins.at(0).kind, PinKind::spki);
    EXPECT_TRUE(entry.pins.at(1).backup);
}

struct Wrong {
    std::string name, text, message;
};
class WrongPolicy : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongPolicy, IsRefusedByName) {
    std::string why = refusal(GetParam().text);
    EXPECT_NE(why.find(GetParam().message), std::string::npos) << "message: " << why;
    EXPECT_TRUE(why.starts_with("p.json: ")) << why;
}

const std::string one_pin = std::string(pin_vectors[0].pin);
std::string pins_of(const std::string& first) {
    return R"([{"pin": ")" + first + R"("}, {"pin": ")" + std::string(pin_vectors[1].pin) +
           R"(", "backup": true}])";
}

const Wrong wrong_lines[] = {
    {"not_json", "{", "not JSON"},
    {"no_object", "[]", "an object was expected"},
    {"other_schema", R"({"schema": "pinlab.policy/2"})", "schema"},
    {"unknown_key", document("shop.test", R"("pin_set": 1, )"), "hosts[0].pin_set: unknown key"},
    {"unknown_top_key", document("shop.test", "", R"("retries": 1, )"), "retries: unknown key"},
    {"twice", document("shop.test", R"("mode": "enforce", "mode": "report", )"), "\"mode\" stands twice"},
    {"no_hosts", R"({"schema": "pinlab.policy/1", "trust": {"system": true}, "hosts": []})", "hosts"},
    {"both_stores", R"({"schema": "pinlab.policy/1", "trust": {"system": true, "file": "x"}, "hosts": []})",
     "never both"},
    {"no_store", R"({"schema": "pinlab.policy/1", "hosts": []})", "trust: missing"},
    {"wildcard", document("*.shop.test"), "wildcard"},
    {"scheme", document("https://shop.test"), "hosts[0].host"},
    {"tld", document("test", R"("match": "any_depth", )"), "one label"},
    {"below_an_address", document("127.0.0.1", R"("match": "one_label", )"), "IP address"},
    {"bad_word", document("shop.test", R"("mode": "enforced", )"), "none of enforce, report"},
    {"bad_day", document("shop.test", R"("expires": "2027-06-31T00:00:00Z", )"), "expires"},
    {"offset", document("shop.test", R"("expires": "2027-06-30T00:00:00+02:00", )"), "UTC"},
    {"no_pins", document("shop.test", "", "", "[]"), "an empty list"},
    {"null_pins", document("shop.test", "", "", "null"), "a list was expected"},
    {"empty_pin", document("shop.test", "", "", pins_of("")), "hosts[0].pins[0].pin"},
    {"curl_pin", document("shop.test", "", "", pins_of("sha256//" + one_pin.substr(7))), "curl"},
    {"hex_pin", document("shop.test", "", "", pins_of("sha256/" + std::string(64, 'a'))), "hex"},
    {"url_pin", document("shop.test", "", "", pins_of("sha256/" + std::string(42, '_') + "A=")), "base64url"},
    {"unpadded", document("shop.test", "", "", pins_of(one_pin.substr(0, 50))), "padding"},
    {"twice_a_pin", document("shop.test", "", "", pins_of(std::string(pin_vectors[1].pin))), "stands twice"},
    {"no_backup", document("shop.test", "", "", R"([{"pin": ")" + one_pin + R"("}])"), "backup"},
    {"only_backup", document("shop.test", "", "", R"([{"pin": ")" + one_pin + R"(", "backup": true}])"),
     "every pin is a backup"},
    {"pinned_and_rejected", document("shop.test", R"("rejected": [{"pin": ")" + one_pin + R"("}], )"),
     "also among the pins"},
    {"rejected_backup",
     document("shop.test", R"("rejected": [{"pin": ")" + one_pin + R"(", "backup": true}], )"),
     "unknown key"},
    {"proxy_scheme", document("shop.test", "", R"("proxy": "ftp://x:1", )"), "proxy"},
    {"session_age", document("shop.test", R"("max_session_age_s": 0, )"), "max_session_age_s"},
};

INSTANTIATE_TEST_SUITE_P(Wrongs, WrongPolicy, ::testing::ValuesIn(wrong_lines),
                         [](const auto& test) { return test.param.name; });

TEST(PolicyFile, TwoEntriesForTheSameAreRefused) {
    std::string text = document("shop.test");
    text.insert(text.size() - 2, R"(, {"host": "SHOP.test", "pins": )" + pin_texts + "}");
    EXPECT_NE(refusal(text).find("a second entry for shop.test"), std::string::npos) << refusal(text);
}

TEST(PolicyFile, AFileThatIsNoneIsNamed) {
    try {
        Policy::load("/nonexistent/p.json");
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(), "/nonexistent/p.json: cannot be read");
    }
    EXPECT_THROW(Policy::load("/tmp"), ConfigError);
}

struct Cover {
    HostMatch match;
    bool itself, child, grandchild;
};

TEST(PolicyFind, EachRuleCoversWhatItSays) {
    for (const Cover& rule :
         {Cover{HostMatch::exact, true, false, false}, Cover{HostMatch::one_label, false, true, false},
          Cover{HostMatch::any_depth, false, true, true},
          Cover{HostMatch::any_depth_and_self, true, true, true}}) {
        HostPolicy entry{.host = "shop.test", .match = rule.match};
        EXPECT_EQ(entry.covers("shop.test"), rule.itself);
        EXPECT_EQ(entry.covers("a.shop.test"), rule.child);
        EXPECT_EQ(entry.covers("a.b.shop.test"), rule.grandchild);
        EXPECT_FALSE(entry.covers("evilshop.test"));
        EXPECT_FALSE(entry.covers(".shop.test"));
        EXPECT_FALSE(entry.covers("shop.test.evil.test"));
    }
}

TEST(PolicyFind, ExactBeatsLongestBeatsShorter) {
    Policy policy;
    policy.hosts = {{.host = "test.example", .match = HostMatch::any_depth},
                    {.host = "shop.test.example", .match = HostMatch::any_depth_and_self},
                    {.host = "a.shop.test.example", .match = HostMatch::exact}};
    EXPECT_EQ(policy.find("a.shop.test.example"), &policy.hosts[2]);
    EXPECT_EQ(policy.find("b.shop.test.example"), &policy.hosts[1]);
    EXPECT_EQ(policy.find("other.test.example"), &policy.hosts[0]);
    EXPECT_EQ(policy.find("test.example"), nullptr);
}

TEST(PolicyDigest, EverythingThatDecidesIsInIt) {
    HostPolicy entry{.host = "shop.test", .pins = {{.digest = {1}}}};
    auto differs = [&](auto change) {
        HostPolicy other = entry;
        change(other);
        return other.digest() != entry.digest();
    };
    EXPECT_EQ(HostPolicy(entry).digest(), entry.digest());
    EXPECT_TRUE(differs([](auto& e) { e.host = "shop.tesu"; }));
    EXPECT_TRUE(differs([](auto& e) { e.match = HostMatch::any_depth; }));
    EXPECT_TRUE(differs([](auto& e) { e.pinned = false; }));
    EXPECT_TRUE(differs([](auto& e) { e.pins[0].digest[31] = 1; }));
    EXPECT_TRUE(differs([](auto& e) { e.pins[0].kind = PinKind::certificate; }));
    EXPECT_TRUE(differs([](auto& e) { e.pins[0].role = PinRole::ca; }));
    EXPECT_TRUE(differs([](auto& e) { std::swap(e.pins, e.rejected); }));
    EXPECT_TRUE(differs([](auto& e) { e.mode = Mode::report; }));
    EXPECT_TRUE(differs([](auto& e) { e.expires.emplace(); }));
    EXPECT_TRUE(differs([](auto& e) { e.on_expiry = OnExpiry::open; }));
    EXPECT_TRUE(differs([](auto& e) { e.redirect = RedirectRule::same_policy; }));
    EXPECT_TRUE(differs([](auto& e) { e.resumption = Resumption::same_policy; }));
    EXPECT_TRUE(differs([](auto& e) { e.max_session_age = std::chrono::seconds(1); }));
    EXPECT_TRUE(differs([](auto& e) { e.min_tls = TlsVersion::v1_3; }));
}

}  // namespace
}  // namespace pinlab::reference::testing
