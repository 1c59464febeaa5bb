// One test over the whole registry: the rules for every attack, without a socket. A new attack needs no
// test of its own.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "attacks/registry.h"
#include "attacks/tests/workshop.h"
#include "servers/tls/presentation.h"

namespace pinlab::mitm {
namespace {

class Laws : public testing::TestWithParam<const Kind*> {
  protected:
    std::unique_ptr<Attack> fresh() const {
        return GetParam()->make(Arguments(GetParam()->parameters, {}, "params"));
    }
    test::Workshop workshop_;
};

TEST_P(Laws, IsDescribed) {
    EXPECT_FALSE(GetParam()->summary.empty());
    EXPECT_FALSE(GetParam()->source.empty());
    for (const Parameter& parameter : GetParam()->parameters)
        EXPECT_FALSE(parameter.doc.empty()) << parameter.name;
}

TEST_P(Laws, EveryHookMayComeInAnyOrder) {
    const auto attack = fresh();
    attack->on_close();
    attack->on_response("HTTP/1.1 200 OK\r\n\r\n");
    attack->on_request("GET / HTTP/1.1\r\n\r\n");
    attack->on_upstream(workshop_.genuine.shown(), workshop_.forge);
    attack->on_client_hello({});
    attack->on_close();
}

TEST_P(Laws, DecidesWithoutAskingTwice) {
    const Decision decision = fresh()->on_upstream(workshop_.genuine.shown(), workshop_.forge);
    EXPECT_FALSE(std::holds_alternative<AskUpstream>(decision));
}

TEST_P(Laws, WhatItShowsCanBeShown) {
    const Decision decision = fresh()->on_upstream(workshop_.genuine.shown(), workshop_.forge);
    const auto* impersonation = std::get_if<Impersonate>(&decision);
    if (!impersonation) return;
    const auto context = wire::server_context({TLS1_2_VERSION, TLS1_3_VERSION}, {}, true);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    EXPECT_NO_THROW(wire::apply({impersonation->identity, "forged"}, ssl.get()));
}

TEST_P(Laws, ForgesTheSameAgainForTheNextConnection) {
    // State is per connection: two fresh attacks see the same world and take the same kind of decision.
    const auto shown = workshop_.genuine.shown();
    EXPECT_EQ(fresh()->on_upstream(shown, workshop_.forge).index(),
              fresh()->on_upstream(shown, workshop_.forge).index());
    EXPECT_EQ(fresh()->on_client_hello({}).index(), fresh()->on_client_hello({}).index());
}

TEST_P(Laws, BytesPassUnchangedUnlessTheKindSaysSo) {
    const std::string request = "POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\npinlab";
    EXPECT_EQ(fresh()->on_request(request), request);
    const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npinlab";
    EXPECT_EQ(fresh()->on_response(response) != response, GetParam()->changes_response);
    EXPECT_EQ(fresh()->on_response(response).size() != response.size(), GetParam()->changes_length);
}

TEST_P(Laws, RefusesAParameterThatItDoesNotHave) {
    const boost::json::value given = {{"no_such_parameter", "x"}};
    EXPECT_THROW(Arguments(GetParam()->parameters, given, "params"), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Registry, Laws, testing::ValuesIn([] {
                             std::vector<const Kind*> all;
                             for (const Kind& kind : kinds()) all.push_back(&kind);
                             return all;
                         }()),
                         [](const auto& kind) { return kind.param->name; });

TEST(Registry, KnowsItsKindsByName) {
    EXPECT_GE(kinds().size(), 12U);
    EXPECT_EQ(find_kind("rogue_ca")->name, "rogue_ca");
    EXPECT_EQ(find_kind("no_such_kind"), nullptr);
    EXPECT_EQ(describe_kinds().size(), kinds().size());
}

}  // namespace
}  // namespace pinlab::mitm
