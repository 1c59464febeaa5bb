// The brief: strict in form and content; and the names of hosts.
#include "client_under_test/protocol/brief.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sstream>

#include "client_under_test/protocol/host.h"

namespace pinlab::protocol::testing {
namespace {

constexpr std::string_view accepted_json =
    R"({"schema":"pinlab.brief/1","url":"https://shop.test:4433/pinlab/aa","host":"shop.test",
 "port":4433,"address":"127.0.0.1","ca_file":"/ca.pem","pins":["x"],"canary":"aa","tls":{"min":"1.2","max":"1.3"},
 "timeout_ms":8000,"proxy":null})";

std::string with(std::string_view key, std::string_view value) {
    boost::json::value document = boost::json::parse(accepted_json);
    document.as_object()[key] = boost::json::parse(value);
    return boost::json::serialize(document);
}

std::string without(std::string_view key) {
    boost::json::value document = boost::json::parse(accepted_json);
    document.as_object().erase(key);
    return boost::json::serialize(document);
}

TEST(Brief, ReadsEverything) {
    Brief brief = parse_brief(accepted_json);
    EXPECT_EQ(brief.host, "shop.test");
    EXPECT_EQ(brief.port, 4433);
    EXPECT_EQ(brief.target, "/pinlab/aa");
    EXPECT_EQ(brief.connect_to.address, "127.0.0.1");
    EXPECT_EQ(brief.pins->size(), 1U);
    EXPECT_EQ(brief.tls_min, TlsVersion::v1_2);
    EXPECT_EQ(brief.timeout, std::chrono::seconds(8));
    EXPECT_FALSE(brief.proxy);
    EXPECT_EQ(brief.authority(), "shop.test:4433");
}

TEST(Brief, KeepsNullAndEmptyPinsApart) {
    EXPECT_FALSE(parse_brief(with("pins", "null")).pins);
    EXPECT_TRUE(parse_brief(with("pins", "[]")).pins->empty());
    EXPECT_THROW(parse_brief(without("pins")), BriefError);
}

TEST(Brief, BrokenFormIsTheAuthorsFault) {
    EXPECT_THROW(parse_brief("{"), BriefError);
    EXPECT_THROW(parse_brief("[]"), BriefError);
    EXPECT_THROW(parse_brief(with("extra", "1")), BriefError);
    EXPECT_THROW(parse_brief(with("schema", "\"pinlab.brief/2\"")), BriefError);
    EXPECT_THROW(parse_brief(with("pins", "[1]")), BriefError);
    EXPECT_THROW(parse_brief(with("port", "0")), BriefError);
    EXPECT_THROW(parse_brief(with("tls", R"({"min":"1.1","max":"1.3"})")), BriefError);
    EXPECT_THROW(parse_brief(with("tls", R"({"min":"1.3","max":"1.2"})")), BriefError);
    EXPECT_THROW(parse_brief(with("tls", R"({"min":"1.2","max":"1.3","sni":"x"})")), BriefError);
    EXPECT_THROW(parse_brief(with("canary", "\"a\\r\\nHost: b\"")), BriefError);
    for (auto key : {"schema", "url", "host", "port", "address", "ca_file", "canary"})
        EXPECT_THROW(parse_brief(without(key)), BriefError) << key;
}

TEST(Brief, NamesThePathOfAnError) {
    try {
        parse_brief(with("tls", R"({"min":"1.2","max":"1.3","sni":"x"})"));
        FAIL();
    } catch (const BriefError& error) {
        EXPECT_STREQ(error.what(), "tls.sni: unknown key");
    }
}

TEST(Brief, ReadsTheRulesOfThePinSet) {
    using namespace std::chrono_literals;
    EXPECT_FALSE(parse_brief(accepted_json).pin_set.expired(1000h));
    PinSetRules rules =
        parse_brief(with("pin_set", R"({"expires_s":60,"on_expiry":"open","mode":"report"})")).pin_set;
    EXPECT_TRUE(rules.opens_on_expiry && rules.reports);
    EXPECT_FALSE(rules.expired(59s));
    EXPECT_TRUE(rules.expired(60s));
    EXPECT_TRUE(parse_brief(with("pin_set", R"({"expires_s":-1})")).pin_set.expired(0s));
    EXPECT_FALSE(parse_brief(with("pin_set", R"({"expires_s":-1})")).pin_set.opens_on_expiry);
    EXPECT_THROW(parse_brief(with("pin_set", R"({"mode":"maybe"})")), BriefError);
    EXPECT_THROW(parse_brief(with("pin_set", R"({"expires":"tomorrow"})")), BriefError);
}

TEST(Brief, BadContentIsAConfiguration) {
    EXPECT_THROW(parse_brief(with("host", "\"*.test\"")), ConfigError);
    EXPECT_THROW(parse_brief(with("host", "\"other.test\"")), ConfigError);
    EXPECT_THROW(parse_brief(with("port", "4434")), ConfigError);
    EXPECT_THROW(parse_brief(with("url", "\"http://shop.test:4433/\"")), ConfigError);
    EXPECT_THROW(parse_brief(with("url", "\"https://shop.test:4433/a b\"")), ConfigError);
    EXPECT_THROW(parse_brief(with("proxy", "\"http://127.0.0.1\\u0000:1\"")), ConfigError);
}

TEST(Brief, ThreeKindsOfProxyAreSpoken) {
    EXPECT_EQ(parse_brief(with("proxy", "\"http://127.0.0.1:3128\"")).proxy->port, 3128);
    EXPECT_EQ(parse_brief(with("proxy", "\"socks5://127.0.0.1\"")).proxy->port, 1080);
    EXPECT_EQ(parse_brief(with("proxy", "\"https://proxy.test/\"")).proxy_kind, ProxyKind::https);
    EXPECT_THROW(parse_brief(with("proxy", "\"socks5h://127.0.0.1:1080\"")), Unsupported);
    EXPECT_THROW(parse_brief(with("proxy", "\"https://a b\"")), ConfigError);
}

TEST(Brief, OneUpgradeIsSpoken) {
    EXPECT_TRUE(parse_brief(with("upgrade", "\"websocket\"")).websocket);
    EXPECT_FALSE(parse_brief(with("upgrade", "null")).websocket);
    EXPECT_THROW(parse_brief(with("upgrade", "\"h2c\"")), Unsupported);
}

TEST(Brief, ATrailingDotAndCapitalsAreTheSameHost) {
    std::string text = with("host", "\"Shop.Test.\"");
    Brief brief = parse_brief(text);
    EXPECT_EQ(brief.host, "shop.test");
    EXPECT_EQ(brief.written_host, "Shop.Test.");
}

TEST(Brief, EndsAtOneMebibyte) {
    std::istringstream endless(std::string((1 << 20) + 1, ' '));
    EXPECT_THROW(read_brief(endless), BriefError);
}

TEST(Host, CanonicalForms) {
    EXPECT_EQ(canonical_host("A.Test"), "a.test");
    EXPECT_EQ(canonical_host("a.test."), "a.test");
    EXPECT_EQ(canonical_host("xn--bcher-kva.test"), "xn--bcher-kva.test");
    EXPECT_EQ(canonical_host("127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(canonical_host("[::1]"), "::1");
    EXPECT_EQ(canonical_host("::1"), "::1");
}

TEST(Host, WhatIsNone) {
    using namespace std::string_view_literals;
    for (auto text : {"", ".", "a..test", ".a.test", "*.test", "a.test:443", "https://a.test", "a/b",
                      "b\xc3\xbc"
                      "cher.test",
                      "[127.0.0.1]", "a.test.."})
        EXPECT_FALSE(canonical_host(text)) << text;
    EXPECT_FALSE(canonical_host("a.test\0.evil.test"sv));
}

}  // namespace
}  // namespace pinlab::protocol::testing
