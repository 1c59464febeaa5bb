// Reading the disturbance of a step, and how an answer is split for it.
#include "servers/wire/disturbance.h"

#include <gtest/gtest.h>
#include <openssl/ssl3.h>

namespace pinlab::wire {
namespace {

Disturbance read(const std::string& text) {
    const boost::json::value document = parse_document(text);
    Fields fields(document, "queue[0]");
    Disturbance disturbance = read_disturbance(fields);
    fields.done();
    return disturbance;
}

const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nServer: x\r\n\r\nabcdef";

TEST(Disturbance, IsOneOrTheOtherOrNothing) {
    EXPECT_FALSE(read("{}").fault);
    EXPECT_TRUE(read(R"({"fault":{"after":"accept","do":"refuse"}})").closes_port());
    EXPECT_EQ(read(R"({"surgery":"hello_retry"})").handshake_edit, "hello_retry");
    EXPECT_THROW(read(R"({"surgery":"no_such_edit"})"), DocumentError);
    EXPECT_THROW(read(R"({"surgery":"grease","fault":{"after":"accept","do":"reset"}})"), DocumentError);
}

TEST(Disturbance, IsReportedOnceAndWhenItHasHappened) {
    Outbound outbound(read(R"({"fault":{"after":"server_hello","do":"close"}})"));
    outbound.on_tls_message(SSL3_RT_HEADER, std::string("\x16\x03\x03\x00\x02", 5), false);
    outbound.on_tls_message(SSL3_RT_HANDSHAKE, std::string(1, SSL3_MT_SERVER_HELLO), false);
    EXPECT_FALSE(outbound.report_once());
    EXPECT_EQ(outbound.filter("rrrrrhh and more").runs.front(), "rrrrrhh");
    const auto report = outbound.report_once();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->at("after").as_string(), "server_hello");
    EXPECT_EQ(report->at("do").as_string(), "close");
    EXPECT_FALSE(outbound.report_once());
}

TEST(Disturbance, SplitsTheBody) {
    const Outbound cut(read(R"({"fault":{"after":"body","do":"cut"}})"));
    EXPECT_EQ(cut.split(answer), answer.size() - 3);
    EXPECT_EQ(cut.edited_answer(answer), answer);
    const Outbound early(read(R"({"fault":{"after":"request","do":"close"}})"));
    EXPECT_EQ(early.split(answer), answer.size());
}

TEST(Disturbance, TakesTheLengthAway) {
    const Outbound endless(
        read(R"({"fault":{"after":"body","do":"no_close_notify","detail":"until_close"}})"));
    EXPECT_EQ(endless.edited_answer(answer), "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nabcdef");
    EXPECT_EQ(endless.split(answer), answer.size());
    EXPECT_TRUE(endless.ends_after_answer());
}

}  // namespace
}  // namespace pinlab::wire
