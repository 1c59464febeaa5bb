// The table of flaws is sound, and the engine behind it is right without a flaw and wrong with one. No
// sockets: the catalogue proves which scenario catches which flaw.
#include "client_under_test/flawed/flaws.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <boost/json/parse.hpp>
#include <set>

#include "client_under_test/flawed/names.h"
#include "client_under_test/flawed/verifier.h"
#include "client_under_test/tests/test_pki.h"

namespace pinlab::flawed::testing {
namespace {

using namespace pinlab::protocol::testing;
using pinlab::protocol::Reason;

template <std::size_t... I>
int differing(const auto& a, const auto& b, std::index_sequence<I...>) {
    return (static_cast<int>(std::get<I>(a) != std::get<I>(b)) + ...);
}

int differing_fields(const Behaviour& a, const Behaviour& b) {
    auto left = a.fields();
    auto right = b.fields();
    return differing(left, right, std::make_index_sequence<std::tuple_size_v<decltype(left)>>());
}

Behaviour behaviour_of(std::string_view name) {
    Behaviour behaviour;
    if (name != "none") find_flaw(name)->deviate(behaviour);
    return behaviour;
}

TEST(Flaws, EachIsOneDeviationOfItsOwn) {
    std::set<std::string_view> names;
    for (const Flaw& flaw : flaws()) {
        EXPECT_EQ(differing_fields(Behaviour{}, behaviour_of(flaw.name)), 1) << flaw.name;
        EXPECT_TRUE(names.insert(flaw.name).second) << flaw.name << " stands twice";
        EXPECT_FALSE(flaw.summary.empty() || flaw.source.empty()) << flaw.name;
        for (const Flaw& other : flaws()) {
            if (&other == &flaw) continue;
            EXPECT_NE(differing_fields(behaviour_of(other.name), behaviour_of(flaw.name)), 0)
                << flaw.name << " is " << other.name;
        }
    }
    EXPECT_EQ(find_flaw("none"), nullptr) << "the name of the right behaviour";
}

TEST(Flaws, TheListIsJson) {
    auto list = boost::json::parse(list_json());
    ASSERT_EQ(list.as_array().size(), flaws().size());
    EXPECT_EQ(std::string_view(list.as_array().at(0).at("name").as_string()), flaws().front().name);
}

class Engine : public ::testing::TestWithParam<int> {
  protected:
    Issued root_ = issue({.common_name = "Root, do not trust", .extensions = ca_extensions()});
    Issued rogue_ = issue({.common_name = "Rogue, do not trust", .extensions = ca_extensions()});
    Issued active_ = issue({.extensions = leaf_extensions("DNS:shop.test")}, &root_);
    PemFile trust_{{&root_, &rogue_}};

    // The first fault that ends the handshake, or nullopt.
    std::optional<Reason> run(std::string_view flaw, const Issued& leaf,
                              const std::vector<const Issued*>& further, std::vector<std::string> pins,
                              pinlab::protocol::Brief* own = nullptr) {
        pinlab::protocol::Brief brief = own != nullptr ? *own : brief_for(trust_, std::move(pins));
        Behaviour behaviour = behaviour_of(flaw);
        Verifier verifier(brief, behaviour, read_pins(brief, behaviour), true);
        auto context = verifier.context();
        pinlab::protocol::SslPtr client(SSL_new(context.get()));
        ServerView seen = shake_hands(client.get(), leaf, further, GetParam());
        EXPECT_TRUE(verifier.finding());
        auto faults = verifier.stopping();
        EXPECT_EQ(seen.server_finished, faults.empty());
        return faults.empty() ? std::nullopt : std::optional(faults.front());
    }

    void expect_only(std::string_view flaw, const Issued& leaf, const std::vector<const Issued*>& further,
                     Reason right) {
        EXPECT_EQ(run("none", leaf, further, {leaf.pin()}), right);
        EXPECT_EQ(run(flaw, leaf, further, {leaf.pin()}), std::nullopt) << flaw;
    }
};

TEST_P(Engine, WithoutAFlawIsRight) {
    EXPECT_EQ(run("none", active_, {}, {active_.pin()}), std::nullopt);
    EXPECT_EQ(run("none", active_, {}, {root_.pin()}), std::nullopt);
    EXPECT_EQ(run("none", active_, {}, {rogue_.pin()}), Reason::pin_mismatch);
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test")}, &rogue_);
    EXPECT_EQ(run("none", copy, {&active_}, {active_.pin()}), Reason::pin_only_in_presented);
}

TEST_P(Engine, PinFlaws) {
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test")}, &rogue_);
    EXPECT_EQ(run("pin_on_presented", copy, {&active_}, {active_.pin()}), std::nullopt);
    EXPECT_EQ(run("no_pin_check", copy, {}, {active_.pin()}), std::nullopt);
    EXPECT_EQ(run("trust_everything", copy, {}, {active_.pin()}), std::nullopt);
    EXPECT_EQ(run("pin_by_name", active_, {}, {rogue_.pin()}), std::nullopt);
    EXPECT_EQ(run("leaf_only", active_, {}, {root_.pin()}), Reason::pin_mismatch);
    EXPECT_EQ(run("first_pin_only", active_, {}, {rogue_.pin(), active_.pin()}), Reason::pin_mismatch);
    EXPECT_EQ(run("first_ca_only", copy, {}, {copy.pin()}), Reason::chain_untrusted);
    Issued nobodys = issue({.extensions = leaf_extensions("DNS:shop.test")}, nullptr);
    EXPECT_EQ(run("none", nobodys, {}, {active_.pin()}), Reason::chain_untrusted);
    EXPECT_EQ(run("override_of_unknown_issuer", nobodys, {}, {active_.pin()}), std::nullopt);
    EXPECT_EQ(run("override_of_unknown_issuer", copy, {}, {active_.pin()}), Reason::pin_mismatch);
    EXPECT_EQ(run("malformed_pin_ignored", copy, {}, {"sha256/AAAA"}), std::nullopt);
    EXPECT_THROW(run("none", copy, {}, {"sha256/AAAA"}), pinlab::protocol::ConfigError);
    EXPECT_EQ(run("check_after_request", copy, {}, {active_.pin()}), std::nullopt);
}

TEST_P(Engine, ForgottenPins) {
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test,IP:127.0.0.1")}, &rogue_);
    auto brief = brief_for(trust_, {active_.pin()});
    brief.proxy = pinlab::protocol::Endpoint{"127.0.0.1", 1};
    EXPECT_EQ(run("none", copy, {}, {}, &brief), Reason::pin_mismatch);
    EXPECT_EQ(run("no_pins_behind_proxy", copy, {}, {}, &brief), std::nullopt);
    brief.written_host = "shop.test.";
    EXPECT_EQ(run("trailing_dot_unpinned", copy, {}, {}, &brief), std::nullopt);
    brief.host = "127.0.0.1";
    brief.host_is_ip = true;
    EXPECT_EQ(run("none", copy, {}, {}, &brief), Reason::pin_mismatch);
    EXPECT_EQ(run("no_check_on_ip", copy, {}, {}, &brief), std::nullopt);
    brief.pins.emplace();
    EXPECT_THROW(run("none", copy, {}, {}, &brief), pinlab::protocol::ConfigError);
    EXPECT_EQ(run("empty_set_accepts_all", copy, {}, {}, &brief), std::nullopt);
}

TEST_P(Engine, TimeFlaws) {
    auto names = leaf_extensions("DNS:shop.test");
    Issued lately = issue({.not_before = -7200, .not_after = -3600, .extensions = names}, &root_);
    for (auto flaw : {"no_time_check", "grace_day", "pin_instead_of_pki", "believes_result_while_collecting",
                      "override_drops_pins"})
        expect_only(flaw, lately, {}, Reason::cert_expired);
    Issued long_ago = issue({.not_before = -400000, .not_after = -100000, .extensions = names}, &root_);
    EXPECT_EQ(run("grace_day", long_ago, {}, {long_ago.pin()}), Reason::cert_expired);
    EXPECT_EQ(run("no_time_check", lately, {}, {active_.pin()}), Reason::pin_mismatch);
    EXPECT_EQ(run("override_drops_pins", lately, {}, {active_.pin()}), std::nullopt);
    Issued old = issue({.common_name = "Old", .not_after = -3600, .extensions = ca_extensions()}, &root_);
    expect_only("ignores_intermediate_expiry", issue({.extensions = names}, &old), {&old},
                Reason::cert_expired);
    EXPECT_EQ(run("ignores_intermediate_expiry", lately, {}, {lately.pin()}), Reason::cert_expired);
}

TEST_P(Engine, ChainFlaws) {
    auto names = leaf_extensions("DNS:shop.test");
    Issued narrow =
        issue({.common_name = "Narrow", .extensions = ca_extensions("critical,CA:TRUE,pathlen:0")}, &root_);
    Issued owned =
        issue({.common_name = "attacker.test", .extensions = leaf_extensions("DNS:attacker.test")}, &narrow);
    expect_only("accepts_leaf_as_ca", issue({.extensions = names}, &owned), {&owned, &narrow},
                Reason::chain_malformed);
    Issued below = issue({.common_name = "Below", .extensions = ca_extensions()}, &narrow);
    Issued deep = issue({.extensions = names}, &below);
    expect_only("ignores_path_length", deep, {&below, &narrow}, Reason::chain_malformed);
    EXPECT_EQ(run("accepts_leaf_as_ca", deep, {&below, &narrow}, {deep.pin()}), Reason::chain_malformed);
    auto constrained = ca_extensions();
    constrained.emplace_back(NID_name_constraints, "critical,permitted;DNS:example.test");
    Issued fenced = issue({.common_name = "Fenced", .extensions = constrained}, &root_);
    expect_only("ignores_name_constraints", issue({.extensions = names}, &fenced), {&fenced},
                Reason::chain_malformed);
    auto purpose = names;
    purpose[2].second = "codeSigning";
    expect_only("ignores_purpose", issue({.extensions = purpose}, &root_), {}, Reason::chain_malformed);
    Issued namesake = issue({.common_name = "Root, do not trust", .extensions = ca_extensions()});
    expect_only("ignores_signature", issue({.extensions = names}, &namesake), {}, Reason::chain_malformed);
    expect_only("accepts_weak", issue({.extensions = names, .sha1 = true}, &root_), {}, Reason::cert_weak);
}

TEST_P(Engine, PathFlaws) {
    auto names = leaf_extensions("DNS:shop.test");
    Issued ancient = issue({.common_name = "Ancient", .extensions = ca_extensions()});
    Issued middle = issue({.common_name = "Middle", .extensions = ca_extensions()}, &root_);
    Issued leaf = issue({.extensions = names}, &middle);
    EXPECT_EQ(run("no_alternate_paths", leaf, {&middle}, {leaf.pin()}), std::nullopt);
    // The root's own key and name, certified by an untrusted root.
    pinlab::protocol::X509Ptr cross(X509_dup(root_.certificate.get()));
    X509_set_issuer_name(cross.get(), X509_get_subject_name(ancient.certificate.get()));
    X509_sign(cross.get(), ancient.key.get(), EVP_sha256());
    Issued crossed{std::move(cross), nullptr};
    EXPECT_EQ(run("none", leaf, {&middle, &crossed}, {leaf.pin()}), std::nullopt);
    EXPECT_EQ(run("no_alternate_paths", leaf, {&middle, &crossed}, {leaf.pin()}), Reason::chain_untrusted);
}

TEST_P(Engine, FlawsOfThePinsOnAuthorities) {
    auto names = leaf_extensions("DNS:shop.test");
    Issued copy = issue({.extensions = names}, &rogue_);
    EXPECT_EQ(run("no_pins_for_added_anchors", copy, {}, {active_.pin()}), std::nullopt);
    EXPECT_EQ(run("no_pins_for_added_anchors", active_, {}, {copy.pin()}), Reason::pin_mismatch);
    EXPECT_EQ(run("pin_on_certificate", active_, {}, {active_.pin()}), Reason::pin_mismatch);
    unsigned char hash[32];
    X509_digest(active_.certificate.get(), EVP_sha256(), hash, nullptr);
    pinlab::protocol::SpkiHash whole;
    std::copy(std::begin(hash), std::end(hash), whole.begin());
    EXPECT_EQ(run("none", active_, {}, {pinlab::protocol::pin_text(whole)}), Reason::pin_mismatch);
    EXPECT_EQ(run("pin_on_certificate", active_, {}, {pinlab::protocol::pin_text(whole)}), std::nullopt);
    long century = 30L * 365 * 86400;
    Issued antique = issue({.not_before = -2 * century, .not_after = -century, .extensions = names}, &root_);
    expect_only("two_digit_years", antique, {}, Reason::cert_expired);
    Issued lately = issue({.not_before = -7200, .not_after = -3600, .extensions = names}, &root_);
    EXPECT_EQ(run("two_digit_years", lately, {}, {lately.pin()}), Reason::cert_expired);
}

INSTANTIATE_TEST_SUITE_P(Versions, Engine, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& test) { return test.param == TLS1_2_VERSION ? "tls12" : "tls13"; });

bool names(NameRule rule, const std::string& host, const std::string& san,
           const std::string& common_name = "x") {
    Issued leaf = issue({.common_name = common_name, .extensions = leaf_extensions(san)});
    pinlab::protocol::Brief brief;
    brief.host = host;
    return names_host(leaf.certificate.get(), brief, rule);
}

TEST(Names, RightAndWrongRules) {
    EXPECT_TRUE(names(NameRule::exact, "shop.test", "DNS:shop.test"));
    EXPECT_TRUE(names(NameRule::exact, "a.shop.test", "DNS:*.shop.test"));
    EXPECT_TRUE(names(NameRule::none, "shop.test", "DNS:other.test"));
    struct Case {
        NameRule rule;
        const char *host, *san;
    };
    for (auto [rule, host, san] : {Case{NameRule::suffix, "shop.test", "DNS:test"},
                                   Case{NameRule::suffix, "shop.test", "DNS:a.shop.test"},
                                   Case{NameRule::suffix, "shop.test", "DNS:evilshop.test"},
                                   Case{NameRule::common_name_too, "shop.test", "DNS:other.test"},
                                   Case{NameRule::wildcard_any_depth, "a.b.shop.test", "DNS:*.shop.test"},
                                   Case{NameRule::wildcard_too_wide, "shop.test", "DNS:*"},
                                   Case{NameRule::wildcard_too_wide, "shop.test", "DNS:*.test"},
                                   Case{NameRule::wildcard_partial, "www.shop.test", "DNS:w*.shop.test"}}) {
        EXPECT_FALSE(names(NameRule::exact, host, san, "shop.test")) << san;
        EXPECT_TRUE(names(rule, host, san, "shop.test")) << san;
    }
}

}  // namespace
}  // namespace pinlab::flawed::testing
