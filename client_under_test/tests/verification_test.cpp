// The decision procedure over a handshake in memory, in both TLS versions: reasons, alerts, and that a
// refused server never finishes. No sockets.
#include "client_under_test/reference/verification.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/reference/tls_context.h"
#include "client_under_test/tests/test_pki.h"

namespace pinlab::reference::testing {

using namespace protocol;
using namespace protocol::testing;
namespace {

constexpr int bad_certificate = 42;
constexpr int certificate_expired = 45;
constexpr int unknown_ca = 48;

struct Result {
    ServerView seen;
    std::optional<Finding> finding;
    std::optional<Reason> refused;  // of conclude()
};

class Verification : public ::testing::TestWithParam<int> {
  protected:
    Issued root_ = issue({.common_name = "Root, do not trust", .extensions = ca_extensions()});
    Issued rogue_ = issue({.common_name = "Rogue, do not trust", .extensions = ca_extensions()});
    Issued stranger_ = issue({.common_name = "Stranger, do not trust", .extensions = ca_extensions()});
    Issued issuing_ = issue(
        {.common_name = "Issuing, do not trust", .extensions = ca_extensions("critical,CA:TRUE,pathlen:0")},
        &root_);
    Issued active_ = issue({.extensions = leaf_extensions("DNS:shop.test")}, &issuing_);
    PemFile trust_{{&root_, &rogue_}};

    Result run(const Issued& leaf, const std::vector<const Issued*>& further, std::vector<std::string> pins) {
        Brief brief = brief_for(trust_, std::move(pins));
        Verifier verifier(PinPolicy::parse(brief.pins).entry());
        SslCtxPtr context = make_context(brief, verifier);
        SslPtr client(SSL_new(context.get()));
        expect_peer(client.get(), brief);
        Result result;
        result.seen = shake_hands(client.get(), leaf, further, GetParam());
        result.finding = verifier.finding();
        auto concluded = verifier.conclude(client.get());
        if (auto* refusal = std::get_if<Refusal>(&concluded)) result.refused = refusal->faults.front();
        return result;
    }

    void expect_refusal(const Result& result, std::vector<Reason> faults, int alert) {
        ASSERT_TRUE(result.finding);
        EXPECT_EQ(result.finding->faults, faults) << result.finding->detail;
        EXPECT_EQ(result.refused, faults.front());
        EXPECT_FALSE(result.seen.client_finished_well);
        EXPECT_FALSE(result.seen.server_finished) << "the refusal came late";
        EXPECT_EQ(result.seen.application_bytes, 0);
        EXPECT_EQ(result.seen.alert_from_client, alert);
    }
};

TEST_P(Verification, AcceptsAPinnedLeaf) {
    Result result = run(active_, {&issuing_}, {stranger_.pin(), active_.pin()});
    ASSERT_TRUE(result.finding);
    EXPECT_TRUE(result.finding->faults.empty()) << result.finding->detail;
    EXPECT_FALSE(result.refused);
    EXPECT_TRUE(result.seen.server_finished);
    EXPECT_EQ(result.finding->matched->index, 1U);
    EXPECT_EQ(result.finding->matched->depth, 0);
}

TEST_P(Verification, AcceptsAPinnedRootThatWasNotSent) {
    Result result = run(active_, {&issuing_}, {root_.pin()});
    EXPECT_FALSE(result.refused);
    EXPECT_EQ(result.finding->matched->depth, 2);
}

TEST_P(Verification, AcceptsWithoutPinsWhatPkiAccepts) {
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test")}, &rogue_);
    EXPECT_FALSE(run(copy, {}, {}).refused);
}

TEST_P(Verification, RefusesATrustedRogue) {
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test")}, &rogue_);
    expect_refusal(run(copy, {}, {active_.pin()}), {Reason::pin_mismatch}, bad_certificate);
}

TEST_P(Verification, TellsAnAppendedPinFromAMismatch) {
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test")}, &rogue_);
    expect_refusal(run(copy, {&active_, &issuing_}, {active_.pin()}), {Reason::pin_only_in_presented},
                   bad_certificate);
}

TEST_P(Verification, DoesNotEvaluatePinsWithoutAPath) {
    Issued copy = issue({.extensions = leaf_extensions("DNS:shop.test")}, &stranger_);
    Result result = run(copy, {&stranger_}, {active_.pin()});
    expect_refusal(result, {Reason::chain_untrusted}, unknown_ca);
    EXPECT_FALSE(result.finding->path_built);
    EXPECT_NE(result.finding->detail.find("not evaluated"), std::string::npos);
}

TEST_P(Verification, APinDoesNotExcuseASelfSignedLeaf) {
    Issued own = issue({.extensions = leaf_extensions("DNS:shop.test")});
    expect_refusal(run(own, {}, {own.pin()}), {Reason::chain_untrusted}, unknown_ca);
}

TEST_P(Verification, APinDoesNotExcuseTime) {
    Issued old = issue(
        {.not_before = -7200, .not_after = -3600, .extensions = leaf_extensions("DNS:shop.test")}, &issuing_);
    expect_refusal(run(old, {&issuing_}, {old.pin()}), {Reason::cert_expired}, certificate_expired);
    Issued young = issue({.not_before = 3600, .extensions = leaf_extensions("DNS:shop.test")}, &issuing_);
    expect_refusal(run(young, {&issuing_}, {young.pin()}), {Reason::cert_not_yet_valid}, bad_certificate);
}

TEST_P(Verification, SeesTimeAboveTheLeaf) {
    Issued old = issue({.common_name = "Old", .not_after = -3600, .extensions = ca_extensions()}, &root_);
    Issued leaf = issue({.extensions = leaf_extensions("DNS:shop.test")}, &old);
    expect_refusal(run(leaf, {&old}, {leaf.pin()}), {Reason::cert_expired}, certificate_expired);
}

TEST_P(Verification, APinDoesNotExcuseTheName) {
    for (auto san : {"DNS:other.test", "DNS:test", "DNS:a.shop.test", "DNS:shop.test.evil.test",
                     "URI:https://shop.test"}) {
        Issued leaf = issue({.extensions = leaf_extensions(san)}, &issuing_);  // its common name is shop.test
        expect_refusal(run(leaf, {&issuing_}, {leaf.pin()}), {Reason::name_mismatch}, bad_certificate);
    }
}

TEST_P(Verification, ReportsEveryFaultInOrder) {
    Issued leaf = issue(
        {.not_before = -7200, .not_after = -3600, .extensions = leaf_extensions("DNS:other.test")}, &rogue_);
    expect_refusal(run(leaf, {}, {active_.pin()}),
                   {Reason::cert_expired, Reason::name_mismatch, Reason::pin_mismatch}, certificate_expired);
}

TEST_P(Verification, ALeafIsNoCa) {
    Issued owned = issue({.common_name = "attacker.test", .extensions = leaf_extensions("DNS:attacker.test")},
                         &issuing_);
    Issued forged = issue({.extensions = leaf_extensions("DNS:shop.test")}, &owned);
    Result result = run(forged, {&owned, &issuing_}, {issuing_.pin()});
    ASSERT_TRUE(result.finding);
    EXPECT_EQ(result.refused, Reason::chain_malformed) << result.finding->detail;
    EXPECT_TRUE(result.finding->path_built);
    EXPECT_FALSE(result.seen.server_finished);
}

TEST_P(Verification, TheWrongPurposeIsMalformed) {
    auto extensions = leaf_extensions("DNS:shop.test");
    extensions[2].second = "codeSigning";
    Issued leaf = issue({.extensions = extensions}, &issuing_);
    EXPECT_EQ(run(leaf, {&issuing_}, {leaf.pin()}).refused, Reason::chain_malformed);
}

TEST_P(Verification, ASignatureThatDoesNotHoldBuildsNoPath) {
    Issued impostor = issue({.common_name = "Issuing, do not trust", .extensions = ca_extensions()}, &root_);
    Issued leaf = issue({.extensions = leaf_extensions("DNS:shop.test")}, &impostor);
    Result result = run(leaf, {&issuing_}, {issuing_.pin()});  // same name, other key
    EXPECT_EQ(result.refused, Reason::chain_malformed) << result.finding->detail;
    EXPECT_FALSE(result.finding->path_built);
}

TEST_P(Verification, ABrokenDigestIsWeak) {
    Issued leaf = issue({.extensions = leaf_extensions("DNS:shop.test"), .sha1 = true}, &issuing_);
    EXPECT_EQ(run(leaf, {&issuing_}, {leaf.pin()}).refused, Reason::cert_weak);
}

// The issuing CA is signed by two roots and both certificates are sent; OpenSSL takes the first.
TEST_P(Verification, DiagnosesAnotherPathAndRefusesAllTheSame) {
    Issued crossed = issue({.common_name = "Issuing, do not trust",
                            .extensions = ca_extensions("critical,CA:TRUE,pathlen:0"),
                            .same_key = &issuing_},
                           &rogue_);
    Result result = run(active_, {&issuing_, &crossed}, {rogue_.pin()});
    expect_refusal(result, {Reason::pin_mismatch}, bad_certificate);
    EXPECT_TRUE(result.finding->alternate_path);
    EXPECT_FALSE(run(active_, {&issuing_}, {rogue_.pin()}).finding->alternate_path);
}

TEST_P(Verification, ReportModeToleratesThePinsAndNothingElse) {
    HostPolicy entry = PinPolicy::parse(std::vector{stranger_.pin()}).entry();
    entry.mode = pinlab::client::Mode::report;
    auto tolerated_and_faults = [&](const Issued& leaf) {
        Verifier verifier(entry);
        Brief brief = brief_for(trust_, {});
        SslCtxPtr context = make_context(brief, verifier);
        SslPtr client(SSL_new(context.get()));
        expect_peer(client.get(), brief);
        shake_hands(client.get(), leaf, {&issuing_}, GetParam());
        return std::pair{std::move(*verifier.finding()).tolerated, verifier.finding()->faults};
    };
    EXPECT_EQ(tolerated_and_faults(active_),
              std::pair(std::vector{Reason::pin_mismatch}, std::vector<Reason>{}));
    Issued old = issue(
        {.not_before = -7200, .not_after = -3600, .extensions = leaf_extensions("DNS:shop.test")}, &issuing_);
    EXPECT_EQ(tolerated_and_faults(old),
              std::pair(std::vector{Reason::pin_mismatch}, std::vector{Reason::cert_expired}));
}

// The evidence that a session or an idle connection is verified by, long after its handshake.
TEST_P(Verification, OldEvidenceIsJudgedByTheClockAndTheEntryOfNow) {
    Result result = run(active_, {&issuing_}, {active_.pin()});
    ASSERT_TRUE(result.finding && result.finding->evidence);
    const Evidence& evidence = *result.finding->evidence;
    HostPolicy entry = PinPolicy::parse(std::vector{active_.pin()}).entry();
    std::time_t now = std::time(nullptr);
    EXPECT_TRUE(judge_again(evidence, entry, now).faults.empty());
    EXPECT_EQ(judge_again(evidence, entry, now + 2 * 86400).faults, std::vector{Reason::cert_expired});
    EXPECT_EQ(judge_again(evidence, entry, now - 2 * 86400).faults, std::vector{Reason::cert_not_yet_valid});
    entry.rejected = {{.digest = spki_hash(issuing_.certificate.get())}};
    EXPECT_EQ(judge_again(evidence, entry, now).faults, std::vector{Reason::pin_rejected_key});
    entry = PinPolicy::parse(std::vector{stranger_.pin()}).entry();
    EXPECT_EQ(judge_again(evidence, entry, now).faults, std::vector{Reason::pin_mismatch});
    entry.pins = {
        {.digest = certificate_hash(root_.certificate.get()), .kind = pinlab::client::PinKind::certificate}};
    EXPECT_TRUE(judge_again(evidence, entry, now).faults.empty()) << "though no such hash was taken then";
    EXPECT_FALSE(judge_again(Evidence{}, entry, now).faults.empty());
}

TEST_P(Verification, ConcludesNothingFromNothing) {
    Verifier verifier(PinPolicy::unpinned().entry());
    Brief brief = brief_for(trust_, {});
    SslCtxPtr context = make_context(brief, verifier);
    SslPtr fresh(SSL_new(context.get()));
    auto concluded = verifier.conclude(fresh.get());
    ASSERT_TRUE(std::holds_alternative<Refusal>(concluded));
    EXPECT_EQ(std::get<Refusal>(concluded).faults.front(), Reason::handshake_failed);
}

INSTANTIATE_TEST_SUITE_P(Versions, Verification, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& test) { return test.param == TLS1_2_VERSION ? "tls12" : "tls13"; });

TEST(TrustStore, MustHoldACertificate) {
    Brief brief;
    Verifier verifier(PinPolicy::unpinned().entry());
    brief.ca_file = "/dev/null";
    EXPECT_THROW(make_context(brief, verifier), ConfigError);
    brief.ca_file = "/nonexistent";
    EXPECT_THROW(make_context(brief, verifier), ConfigError);
}

}  // namespace
}  // namespace pinlab::reference::testing
