// The lines of a session: what they change, what they may not contain, and that each gets its answer. The
// visit is a function of the test, without sockets.
#include "client_under_test/protocol/session.h"

#include <gtest/gtest.h>

#include <sstream>

namespace pinlab::protocol::testing {
namespace {

constexpr std::string_view sample_brief =
    R"({"schema":"pinlab.brief/1","url":"https://shop.test:4433/a","host":"shop.test","port":4433,)"
    R"("address":"127.0.0.1","ca_file":"/ca.pem","pins":["one","two"],"canary":"c1")";

std::string opening(bool session = true) {
    return std::string(sample_brief) + (session ? R"(,"session":true})" : "}");
}

struct Served {
    int exit_code = 0;
    std::vector<Brief> briefs;
    std::size_t lines = 0;
    std::string complaints;
};

Served serve(const std::string& text) {
    Served served;
    std::istringstream in(text);
    std::ostringstream out, complain;
    served.exit_code = serve_stdin(in, out, complain, [&](const Brief& brief) {
        served.briefs.push_back(brief);
        return accepted({200, ""}, std::nullopt);
    });
    for (const char c : out.str()) served.lines += c == '\n' ? 1 : 0;
    served.complaints = complain.str();
    return served;
}

TEST(Request, ChangesOnlyWhatItNames) {
    const Brief brief = parse_brief(opening());
    const Brief same = parse_request(brief, R"({"canary":"c2","path":"/b"})");
    EXPECT_EQ(same.canary, "c2");
    EXPECT_EQ(same.target, "/b");
    EXPECT_EQ(same.pins, brief.pins);
    EXPECT_EQ(same.host, "shop.test");
    EXPECT_EQ(same.ca_file, "/ca.pem");
    EXPECT_EQ(same.clock_ahead.count(), 0);
    const Brief other = parse_request(
        brief,
        R"({"canary":"c3","path":"/c","pins":null,"host":"Other.test.","port":9,"ca_file":"/o","clock_s":60})");
    EXPECT_FALSE(other.pins);
    EXPECT_EQ(other.host, "other.test");
    EXPECT_EQ(other.connect_to.port, 9);
    EXPECT_EQ(other.connect_to.address, "127.0.0.1");
    EXPECT_EQ(other.authority(), "other.test:9");
    EXPECT_EQ(other.ca_file, "/o");
    EXPECT_EQ(other.clock_ahead.count(), 60);
}

TEST(Request, IsReadStrictly) {
    const Brief brief = parse_brief(opening());
    for (const char* bad :
         {"", "[]", R"({"path":"/b"})", R"({"canary":"c"})", R"({"canary":"c","path":"/","x":1})",
          R"({"canary":"c\n","path":"/"})", R"({"canary":"c","path":"/","pins":"one"})",
          R"({"canary":"c","path":"/","clock_s":-1})", R"({"canary":"c","path":"/","port":0})"})
        EXPECT_THROW(parse_request(brief, bad), BriefError) << bad;
    EXPECT_THROW(parse_request(brief, R"({"canary":"c","path":"b"})"), ConfigError);
    EXPECT_THROW(parse_request(brief, R"({"canary":"c","path":"/ b"})"), ConfigError);
    EXPECT_THROW(parse_request(brief, R"({"canary":"c","path":"/","host":"*.test"})"), ConfigError);
}

TEST(Session, AnswersEachLine) {
    const Served served =
        serve(opening() + "\n" + R"({"canary":"c2","path":"/b"})" + "\n" +
              R"({"canary":"c3","path":"not a path"})" + "\n" + R"({"canary":"c4","path":"/d"})" + "\n");
    EXPECT_EQ(served.exit_code, exit_opinion) << served.complaints;
    EXPECT_EQ(served.lines, 4U);
    ASSERT_EQ(served.briefs.size(), 3U) << "a path that is none is answered without a visit";
    EXPECT_EQ(served.briefs.back().canary, "c4");
}

TEST(Session, EndsAtALineThatIsNone) {
    const Served served = serve(opening() + "\nnonsense\n");
    EXPECT_EQ(served.exit_code, exit_bad_brief);
    EXPECT_EQ(served.lines, 1U);
}

TEST(Session, WithoutTheWordItIsOneVisitOverAsManyLinesAsPeopleLike) {
    std::string pretty = opening(false);
    pretty.insert(1, "\n  ");
    const Served served = serve(pretty + "\n");
    EXPECT_EQ(served.exit_code, exit_opinion) << served.complaints;
    EXPECT_EQ(served.briefs.size(), 1U);
    EXPECT_FALSE(served.briefs.front().session);
}

TEST(Session, TheWordIsTrueOrFalse) {
    EXPECT_EQ(serve(std::string(sample_brief) + R"(,"session":"yes"})").exit_code, exit_bad_brief);
    EXPECT_EQ(serve(std::string(sample_brief) + R"(,"session":false})").exit_code, exit_opinion);
}

}  // namespace
}  // namespace pinlab::protocol::testing
