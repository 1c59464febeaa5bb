// Which session the flawed client offers for a visit: each rule of resumption, on one session of TLS 1.2. No
// sockets: the catalogue proves that an offer is taken.
#include "client_under_test/flawed/session_cache.h"

#include <gtest/gtest.h>

#include <set>

#include "client_under_test/flawed/verifier.h"
#include "client_under_test/tests/test_pki.h"

namespace pinlab::flawed::testing {
namespace {

using namespace pinlab::protocol::testing;
using pinlab::protocol::Brief;

class Resumption : public ::testing::Test {
  protected:
    Issued root_ = issue({.common_name = "Root, do not trust", .extensions = ca_extensions()});
    Issued rogue_ = issue({.common_name = "Rogue, do not trust", .extensions = ca_extensions()});
    Issued active_ = issue({.extensions = leaf_extensions("DNS:shop.test")}, &root_);
    PemFile trust_{{&root_}};
    PemFile other_trust_{{&rogue_}};
    Brief brief_ = brief_for(trust_, {active_.pin()});

    /// Whether a session of `brief_` is offered for `next` under the rule.
    bool offers(Sessions rule, const Brief& next) {
        Behaviour behaviour;
        behaviour.sessions = rule;
        Memory memory(behaviour);
        Verifier verifier(brief_, behaviour, read_pins(brief_, behaviour), true);
        const auto context = verifier.context();
        const pinlab::protocol::SslPtr client(SSL_new(context.get()));
        EXPECT_TRUE(shake_hands(client.get(), active_, {}, TLS1_2_VERSION).client_finished_well);
        EXPECT_EQ(verifier.finding()->path.keys.size(), 2U) << "the leaf and the root";
        memory.keep(brief_, client.get(), verifier.finding()->path);
        return memory.offer(next, read_pins(next, behaviour)) != nullptr;
    }

    /// The rules under which a session is offered for `next`.
    std::set<Sessions> offering(const Brief& next) {
        std::set<Sessions> found;
        for (const Sessions rule : {Sessions::never, Sessions::bound, Sessions::without_pins,
                                    Sessions::any_host, Sessions::believed, Sessions::expired_too,
                                    Sessions::before_verdict, Sessions::with_early_data, Sessions::pooled})
            if (offers(rule, next)) found.insert(rule);
        return found;
    }
};

TEST_F(Resumption, OfTheSameVisitIsOfferedByAllWhoResume) {
    EXPECT_EQ(offering(brief_),
              (std::set{Sessions::bound, Sessions::without_pins, Sessions::any_host, Sessions::believed,
                        Sessions::expired_too, Sessions::before_verdict, Sessions::with_early_data}));
}

TEST_F(Resumption, UnderOtherPins) {
    Brief next = brief_;
    next.pins = {rogue_.pin()};
    EXPECT_EQ(offering(next), (std::set{Sessions::without_pins, Sessions::before_verdict}));
}

TEST_F(Resumption, ForAnotherHost) {
    Brief next = brief_;
    next.host = "other.test";
    EXPECT_EQ(offering(next), std::set{Sessions::any_host});
}

TEST_F(Resumption, UnderAnotherTrustStore) {
    Brief next = brief_;
    next.ca_file = other_trust_.path();
    EXPECT_EQ(offering(next), (std::set{Sessions::believed, Sessions::before_verdict}));
}

TEST_F(Resumption, AfterTheCertificateHasExpired) {
    Brief next = brief_;
    next.clock_ahead = std::chrono::hours(24 * 30);
    EXPECT_EQ(offering(next),
              (std::set{Sessions::believed, Sessions::expired_too, Sessions::before_verdict}));
}

}  // namespace
}  // namespace pinlab::flawed::testing
