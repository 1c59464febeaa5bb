// Session rules on an SSL in memory: who may resume whose session, and early data before the handshake.
// No sockets: client and server are two SSLs and four BIOs.
#include "servers/tls/sessions.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/json/parse.hpp>

#include "servers/tests/pki_support.h"
#include "servers/tests/tls_in_memory.h"
#include "servers/tls/early_data.h"
#include "servers/tls/presentation.h"

namespace pinlab::wire {
namespace {

using test::drained;
using test::endpoint;
using test::give;
using test::SessionPtr;
using test::SslPtr;

class Sessions : public testing::TestWithParam<int> {
  protected:
    /// One handshake; the session that the client holds afterwards.
    SessionPtr shake_hands(const SessionRule& rule, SSL_SESSION* offered, bool* resumed) {
        SslPtr server = endpoint(server_.get());
        SslPtr client = endpoint(client_.get());
        apply(Presentation{identity_, "shown", rule}, server.get());
        if (offered) SSL_set_session(client.get(), offered);
        test::handshake(client.get(), server.get());
        char none = 0;
        SSL_read(client.get(), &none, 1);  // takes in the tickets of TLS 1.3
        EXPECT_TRUE(SSL_is_init_finished(client.get()));
        // Sessions of a connection that ends without close_notify are forgotten.
        SSL_set_shutdown(server.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        *resumed = SSL_session_reused(client.get()) == 1;
        return SessionPtr(SSL_SESSION_dup(SSL_get0_session(client.get())));
    }

    bool resumes(const SessionRule& first, const SessionRule& second) {
        bool resumed = true;
        const SessionPtr session = shake_hands(first, nullptr, &resumed);
        EXPECT_FALSE(resumed);
        shake_hands(second, session.get(), &resumed);
        return resumed;
    }

    test::Cas cas_;
    pki::Identity identity_ =
        cas_.issuing.issue({.names = {"shop.test"}}, pki::Key::generate(pki::KeyKind::p256), test::now);
    ContextPtr server_ = server_context({GetParam(), GetParam()}, {}, true);
    ContextPtr client_ = trust_anything_context({});
};

TEST_P(Sessions, AreTakenBackAsTheRuleSays) {
    EXPECT_TRUE(resumes({}, {}));
    EXPECT_TRUE(resumes({Tickets::shared}, {Tickets::shared}));
    EXPECT_TRUE(resumes({Tickets::ids}, {Tickets::ids}));
    EXPECT_FALSE(resumes({Tickets::none}, {Tickets::none}));
    EXPECT_FALSE(resumes({Tickets::bound}, {Tickets::shared}));
}

INSTANTIATE_TEST_SUITE_P(Versions, Sessions, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

class Early : public Sessions {};

TEST_P(Early, DataIsReadBeforeTheHandshakeAndTheRestIsLeft) {
    bool resumed = false;
    const SessionRule rule{Tickets::shared, true};
    const SessionPtr session = shake_hands(rule, nullptr, &resumed);
    ASSERT_GT(SSL_SESSION_get_max_early_data(session.get()), 0U);
    SslPtr server = endpoint(server_.get());
    SslPtr client = endpoint(client_.get());
    apply(Presentation{identity_, "shown", rule}, server.get());
    SSL_set_accept_state(server.get());
    SSL_set_session(client.get(), session.get());
    std::size_t written = 0;
    SSL_write_early_data(client.get(), "pinlab", 6, &written);
    ASSERT_EQ(written, 6U);
    std::string rest;
    {
        EarlyData early(server.get());
        EXPECT_TRUE(early.feed(drained(SSL_get_wbio(client.get()))));
        EXPECT_EQ(early.data(), "pinlab");
        give(SSL_get_rbio(client.get()), early.take_output());
        EXPECT_EQ(SSL_connect(client.get()), 1);
        EXPECT_FALSE(early.feed(drained(SSL_get_wbio(client.get()))));
        rest = early.unread();
    }
    give(SSL_get_rbio(server.get()), rest);
    EXPECT_EQ(SSL_accept(server.get()), 1);
    EXPECT_EQ(SSL_get_early_data_status(client.get()), SSL_EARLY_DATA_ACCEPTED);
}

INSTANTIATE_TEST_SUITE_P(Versions, Early, testing::Values(TLS1_3_VERSION));

TEST(SessionRules, AreReadStrictly) {
    const auto read = [](const char* text) {
        const auto document = boost::json::parse(text);
        Fields fields(document, "queue[0]");
        const SessionRule rule = read_session_rule(fields);
        fields.done();
        return rule;
    };
    EXPECT_EQ(read("{}").tickets, Tickets::bound);
    EXPECT_EQ(read(R"({"tickets":"none"})").tickets, Tickets::none);
    EXPECT_TRUE(read(R"({"tickets":"shared","early_data":true})").early_data);
    EXPECT_THROW(read(R"({"tickets":"all"})"), DocumentError);
    EXPECT_THROW(read(R"({"early_data":1})"), DocumentError);
}

}  // namespace
}  // namespace pinlab::wire
