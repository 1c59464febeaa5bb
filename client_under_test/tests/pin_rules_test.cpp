// Pins against paths: kind, role, rejected keys, and the text of the detail. A path is a list of hashes
// here, without certificates.
#include "client_under_test/reference/pin_rules.h"

#include <gtest/gtest.h>

#include "client_under_test/reference/redirects.h"
#include "client_under_test/reference/rfc3339.h"
#include "client_under_test/reference/session_store.h"

namespace pinlab::reference::testing {
namespace {

using pinlab::client::Pin;
using pinlab::client::PinKind;
using pinlab::client::PinRole;
using pinlab::client::RedirectRule;

Digest digest(unsigned char value) {
    Digest made{};
    made.fill(value);
    return made;
}

// Leaf 1, issuing 2, root 3; the certificates' own hashes are 11, 12, 13.
std::vector<Hashes> path() {
    return {{digest(1), digest(11)}, {digest(2), digest(12)}, {digest(3), digest(13)}};
}

PinFinding judge(std::vector<Pin> pins, std::vector<Pin> rejected = {},
                 const std::vector<Hashes>& presented = path()) {
    HostPolicy entry{.pins = std::move(pins), .rejected = std::move(rejected)};
    return judge_pins(entry, path(), presented);
}

TEST(PinRules, AnyOneWillDo) {
    PinFinding finding = judge({{.digest = digest(9)}, {.digest = digest(3)}});
    EXPECT_FALSE(finding.fault);
    EXPECT_EQ(finding.matched->index, 1U);
    EXPECT_EQ(finding.matched->depth, 2);
}

TEST(PinRules, NoPinsAcceptNoServerAndNoPinningAcceptsAll) {
    EXPECT_EQ(judge({}).fault, Reason::pin_mismatch);
    EXPECT_FALSE(judge_pins({.pinned = false}, path(), path()).fault);
}

TEST(PinRules, ACertificatePinIsNoKeyPin) {
    EXPECT_FALSE(judge({{.digest = digest(11), .kind = PinKind::certificate}}).fault);
    EXPECT_EQ(judge({{.digest = digest(11)}}).fault, Reason::pin_mismatch);
    EXPECT_EQ(judge({{.digest = digest(1), .kind = PinKind::certificate}}).fault, Reason::pin_mismatch);
}

TEST(PinRules, ACertificateThatWasNotHashedMatchesNothing) {
    HostPolicy entry{.pins = {{.digest = digest(11), .kind = PinKind::certificate}}};
    EXPECT_EQ(judge_pins(entry, {{digest(1), {}}}, {}).fault, Reason::pin_mismatch);
}

TEST(PinRules, TheRoleCounts) {
    EXPECT_FALSE(judge({{.digest = digest(1), .role = PinRole::leaf}}).fault);
    EXPECT_FALSE(judge({{.digest = digest(2), .role = PinRole::ca}}).fault);
    EXPECT_EQ(judge({{.digest = digest(1), .role = PinRole::ca}}).fault, Reason::pin_role_mismatch);
    EXPECT_EQ(judge({{.digest = digest(2), .role = PinRole::leaf}}).fault, Reason::pin_role_mismatch);
    EXPECT_FALSE(judge({{.digest = digest(2), .role = PinRole::leaf}, {.digest = digest(1)}}).fault);
}

TEST(PinRules, ARejectedKeyBeatsEveryPin) {
    PinFinding finding = judge({{.digest = digest(1)}}, {{.digest = digest(2)}});
    EXPECT_EQ(finding.fault, Reason::pin_rejected_key);
    EXPECT_NE(finding.detail.find("depth 1"), std::string::npos) << finding.detail;
    EXPECT_FALSE(judge({{.digest = digest(1)}}, {{.digest = digest(1), .role = PinRole::ca}}).fault);
}

TEST(PinRules, WhatWasOnlyPresentedIsAnAttacksMark) {
    EXPECT_EQ(judge({{.digest = digest(7)}}, {}, {{digest(1), {}}, {digest(7), {}}}).fault,
              Reason::pin_only_in_presented);
    EXPECT_EQ(judge({{.digest = digest(7)}}, {}, {{digest(1), {}}}).fault, Reason::pin_mismatch);
}

StoredSession session_of(std::time_t verified_at) {
    auto evidence = std::make_shared<Evidence>();
    evidence->verified_at = verified_at;
    return {SessionPtr(SSL_SESSION_new()), evidence};
}

TEST(SessionStore, GivesTheNewestOnceAndOnlyForItsKey) {
    SessionStore store(4);
    store.put("a", session_of(100));
    store.put("a", session_of(110));
    store.put("b", session_of(105));
    EXPECT_EQ(store.take("a", 120, 60)->evidence->verified_at, 110);
    EXPECT_EQ(store.take("a", 120, 60)->evidence->verified_at, 100);
    EXPECT_FALSE(store.take("a", 120, 60));
    EXPECT_FALSE(store.take("c", 120, 60));
    EXPECT_EQ(store.size(), 1U);
}

TEST(SessionStore, ForgetsWhatIsTooOldOrFromTheFuture) {
    SessionStore store(4);
    store.put("a", session_of(100));
    EXPECT_FALSE(store.take("a", 161, 60));
    store.put("a", session_of(100));
    EXPECT_FALSE(store.take("a", 99, 60));
    EXPECT_EQ(store.size(), 0U);
}

TEST(SessionStore, TheOldestMakesRoom) {
    SessionStore store(2);
    for (const char* key : {"a", "b", "c"}) store.put(key, session_of(100));
    EXPECT_EQ(store.size(), 2U);
    EXPECT_FALSE(store.take("a", 100, 60));
}

TEST(Redirects, ALocationIsResolvedOrRefused) {
    const std::string base = "https://shop.test:8443/a/b?q=1";
    EXPECT_EQ(resolve_location(base, "/c"), "https://shop.test:8443/c");
    EXPECT_EQ(resolve_location(base, "c?d#e"), "https://shop.test:8443/a/c?d");
    EXPECT_EQ(resolve_location(base, "?d"), "https://shop.test:8443/a/b?d");
    EXPECT_EQ(resolve_location(base, "//other.test/c"), "https://other.test/c");
    EXPECT_EQ(resolve_location(base, "HTTPS://other.test/c"), "https://other.test/c");
    EXPECT_EQ(resolve_location("https://shop.test", "c"), "https://shop.test/c");
    for (auto bad : {"http://shop.test/c", "ftp://x/", "javascript:alert(1)", ""})
        EXPECT_EQ(resolve_location(base, bad), std::nullopt) << bad;
}

TEST(Redirects, TheRuleOfTheFirstHostDecides) {
    HostPolicy entry, other;
    EXPECT_FALSE(may_follow(RedirectRule::deny, &entry, &entry));
    EXPECT_TRUE(may_follow(RedirectRule::same_policy, &entry, &entry));
    EXPECT_FALSE(may_follow(RedirectRule::same_policy, &entry, &other));
    EXPECT_FALSE(may_follow(RedirectRule::same_policy, nullptr, nullptr));
    EXPECT_TRUE(may_follow(RedirectRule::deny_unpinned_target, &entry, &other));
    EXPECT_FALSE(may_follow(RedirectRule::deny_unpinned_target, &entry, nullptr));
    EXPECT_TRUE(may_follow(RedirectRule::policy_of_target, &entry, nullptr));
}

TEST(Redirects, CredentialsStayWithTheirHost) {
    pinlab::client::Request request{
        "POST", {{"authorization", "x"}, {"Cookie", "y"}, {"Accept", "z"}}, "body"};
    auto next = next_request(request, 302, false);
    EXPECT_EQ(next.method, "GET");
    EXPECT_EQ(next.headers.size(), 1U);
    EXPECT_TRUE(next.body.empty());
    EXPECT_EQ(next_request(request, 307, true).headers.size(), 3U);
    EXPECT_EQ(next_request(request, 307, true).body, "body");
}

TEST(Requests, ALineEndInAHeaderIsRefused) {
    EXPECT_FALSE(request_fault({"GET", {{"Accept", "text/html; q=1"}}, ""}));
    EXPECT_TRUE(request_fault({"GET", {{"Accept", "x\r\nHost: evil"}}, ""}));
    EXPECT_TRUE(request_fault({"GET", {{"Acc ept", "x"}}, ""}));
    EXPECT_TRUE(request_fault({"GET", {{"HOST", "evil"}}, ""}));
    EXPECT_TRUE(request_fault({"GET / HTTP/1.1\r\nX:", {}, ""}));
}

TEST(Utc, OneTimeOneSpelling) {
    for (auto text : {"1970-01-01T00:00:00Z", "2027-02-28T23:59:59Z", "2028-02-29T00:00:00Z"})
        EXPECT_EQ(utc_text(parse_utc(text).value()), text);
    for (auto text : {"2027-02-29T00:00:00Z", "2027-1-1T00:00:00Z", "2027-01-01T00:00:00", "2027-01-01", ""})
        EXPECT_FALSE(parse_utc(text)) << text;
}

}  // namespace
}  // namespace pinlab::reference::testing
