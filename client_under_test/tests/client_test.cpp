// The public client over real sockets: pool, resumption, reload, tokens. In both TLS versions. The server's
// own counts are checked, not only the client's.
#include "pinlab/client/client.h"

#include <gtest/gtest.h>

#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/tests/loopback_server.h"

namespace pinlab::reference::testing {

using namespace protocol;
using namespace protocol::testing;
namespace {

namespace face = pinlab::client;
using face::Client;
using face::ConnectionReport;
using face::Policy;
using face::Reason;
using face::Response;

class PublicClient : public ::testing::TestWithParam<int> {
  protected:
    Issued root_ = issue({.common_name = "Root, do not trust", .extensions = ca_extensions()});
    Issued other_root_ = issue({.common_name = "Other, do not trust", .extensions = ca_extensions()});
    Issued active_ = issue({.extensions = leaf_extensions("DNS:shop.test")}, &root_);
    Issued backup_ = issue({.extensions = leaf_extensions("DNS:shop.test")}, &root_);
    Issued unknown_ = issue({.extensions = leaf_extensions("DNS:shop.test")}, &root_);
    PemFile trust_{{&root_}};
    PemFile wider_trust_{{&root_, &other_root_}};
    LoopbackServer server_{{&active_}, GetParam()};
    std::vector<ConnectionReport> reports_;

    Policy policy(const std::vector<const Issued*>& pinned) const {
        Policy made;
        made.trust_file = trust_.path();
        face::HostPolicy entry{.host = "shop.test"};
        for (const Issued* leaf : pinned) entry.pins.push_back({.digest = parse_pin(leaf->pin())});
        made.hosts.push_back(entry);
        return made;
    }
    Policy resuming() const {
        Policy made = policy({&active_, &backup_});
        made.hosts[0].resumption = face::Resumption::same_policy;
        return made;
    }
    Client client(Policy made, std::size_t most_idle) {
        return Client(std::move(made),
                      {.address = "127.0.0.1",
                       .loopback_only = true,
                       .most_idle = most_idle,
                       .on_report = [this](const auto& report) { reports_.push_back(report); }});
    }
    std::string url() const { return "https://shop.test:" + std::to_string(server_.port()) + "/"; }
    bool visit(Client& client) { return std::holds_alternative<Response>(client.get(url())); }
};

TEST_P(PublicClient, KeepsConnectionsAndJudgesThemEachTime) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(visit(client));
    EXPECT_EQ(server_.connections(), 1);
    EXPECT_EQ(server_.requests(), 3);
    EXPECT_EQ(client.idle(), 1U);
    EXPECT_FALSE(reports_[0].reused);
    EXPECT_TRUE(reports_[2].reused && reports_[2].matched);
}

TEST_P(PublicClient, AConnectionThatTheServerHasLeftIsNoRefusal) {
    server_.close_after_answer();
    Client client = this->client(policy({&active_, &backup_}), 4);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(visit(client));
    EXPECT_EQ(server_.requests(), 5);
}

TEST_P(PublicClient, ResumesOnlyWhereTheEntrySaysSo) {
    Client never = client(policy({&active_, &backup_}), 0);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(visit(never));
    EXPECT_EQ(server_.resumed(), 0);
    EXPECT_EQ(never.sessions(), 0U);

    Client resumes = client(resuming(), 0);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(visit(resumes));
    EXPECT_EQ(server_.resumed(), 2);
    EXPECT_TRUE(reports_.back().resumed);
    EXPECT_EQ(reports_.back().acceptance, face::Acceptance::pinned);
    EXPECT_EQ(reports_.back().matched->index, 0U);
    EXPECT_FALSE(reports_.back().verified.empty());
}

TEST_P(PublicClient, AReloadForgetsSessions) {
    Client client = this->client(resuming(), 0);
    EXPECT_TRUE(visit(client));
    EXPECT_GT(client.sessions(), 0U);
    client.reload(resuming());
    EXPECT_EQ(client.sessions(), 0U);
    EXPECT_TRUE(visit(client));
    EXPECT_EQ(server_.resumed(), 0);
}

TEST_P(PublicClient, AReloadClosesWhatIsNoLongerAllowed) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    EXPECT_TRUE(visit(client));
    client.reload(policy({&backup_, &unknown_}));
    EXPECT_EQ(client.idle(), 0U);
    EXPECT_FALSE(visit(client));
    EXPECT_EQ(reports_.back().faults, std::vector{Reason::pin_mismatch});
    EXPECT_EQ(server_.requests(), 1);
}

TEST_P(PublicClient, AReloadLeavesOpenWhatIsStillAllowed) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    EXPECT_TRUE(visit(client));
    client.reload(policy({&backup_, &active_, &unknown_}));
    EXPECT_EQ(client.idle(), 1U);
    EXPECT_TRUE(visit(client));
    EXPECT_EQ(server_.connections(), 1);
    EXPECT_EQ(reports_.back().matched->index, 1U) << "judged by the pins of now";
}

TEST_P(PublicClient, AReloadWithAnotherTrustStoreVerifiesAnew) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    EXPECT_TRUE(visit(client));
    Policy wider = policy({&active_, &backup_});
    wider.trust_file = wider_trust_.path();
    client.reload(wider);
    EXPECT_EQ(client.idle(), 0U);
    EXPECT_TRUE(visit(client));
    EXPECT_EQ(server_.connections(), 2);
}

TEST_P(PublicClient, AReloadCanRaiseTheVersion) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    EXPECT_TRUE(visit(client));
    Policy strict = policy({&active_, &backup_});
    strict.hosts[0].min_tls = face::TlsVersion::v1_3;
    client.reload(strict);
    EXPECT_EQ(client.idle(), GetParam() == TLS1_3_VERSION ? 1U : 0U);
    EXPECT_EQ(visit(client), GetParam() == TLS1_3_VERSION);
}

TEST_P(PublicClient, ABrokenReloadChangesNothing) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    EXPECT_TRUE(visit(client));
    Policy broken = policy({&unknown_});
    broken.trust_file = "/nonexistent";
    EXPECT_THROW(client.reload(broken), face::ConfigError);
    EXPECT_TRUE(visit(client));
    EXPECT_EQ(server_.connections(), 1);
}

TEST_P(PublicClient, ATokenIsJudgedAgainWhenItIsUsed) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    auto connected = client.connect(url());
    ASSERT_TRUE(std::holds_alternative<face::Verified>(connected));
    client.reload(policy({&backup_, &unknown_}));
    auto sent = client.send(std::get<face::Verified>(std::move(connected)));
    ASSERT_TRUE(std::holds_alternative<face::Refusal>(sent));
    EXPECT_EQ(reports_.back().faults, std::vector{Reason::pin_mismatch});
    EXPECT_EQ(reports_.back().bytes_written, 0U);
    EXPECT_EQ(server_.requests(), 0);
}

TEST_P(PublicClient, ATokenIsUsedOnce) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    auto connected = client.connect(url());
    face::Verified token = std::get<face::Verified>(std::move(connected));
    EXPECT_TRUE(std::holds_alternative<Response>(client.send(std::move(token))));
    EXPECT_TRUE(std::holds_alternative<face::Refusal>(client.send(std::move(token))));  // NOLINT: on purpose
    EXPECT_EQ(server_.requests(), 1);
}

TEST_P(PublicClient, RotatesToTheBackupAndNoFurther) {
    Client client = this->client(policy({&active_, &backup_}), 0);
    EXPECT_TRUE(visit(client));
    server_.show({&backup_});
    EXPECT_TRUE(visit(client));
    EXPECT_EQ(reports_.back().matched->index, 1U);
    server_.show({&unknown_});
    EXPECT_FALSE(visit(client));
    EXPECT_EQ(reports_.back().alert_sent, "bad certificate");
    EXPECT_EQ(server_.requests(), 2);
}

TEST_P(PublicClient, AnEntryThatExpiredWhileTheConnectionWasIdleStopsIt) {
    Client client = this->client(policy({&active_, &backup_}), 4);
    EXPECT_TRUE(visit(client));
    Policy expired = policy({&active_, &backup_});
    expired.hosts[0].expires = std::chrono::sys_seconds{};
    client.reload(expired);
    EXPECT_EQ(client.idle(), 0U);
    EXPECT_FALSE(visit(client));
    EXPECT_EQ(reports_.back().faults, std::vector{Reason::policy_expired});
    EXPECT_EQ(server_.connections(), 1);
}

INSTANTIATE_TEST_SUITE_P(Versions, PublicClient, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& test) { return test.param == TLS1_2_VERSION ? "tls12" : "tls13"; });

}  // namespace
}  // namespace pinlab::reference::testing
