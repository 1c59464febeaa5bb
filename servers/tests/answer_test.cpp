// Answers as a brief writes them, and queues chosen by the name that the client asks for.
#include "servers/origin/answer.h"

#include <gtest/gtest.h>

namespace pinlab::origin {
namespace {

Answer read(const char* text) {
    const auto document = wire::parse_document(text);
    return read_answer(document, "queue[0].answer");
}

TEST(Answer, IsReadStrictly) {
    const Answer answer = read(R"({"status":302,"headers":{"Location":"/x"},"body":"moved"})");
    EXPECT_EQ(answer.status, 302);
    EXPECT_EQ(answer.headers.front().second, "/x");
    EXPECT_EQ(answer.body, "moved");
    EXPECT_FALSE(read("{}").body);
    for (const char* wrong : {R"({"status":99})", R"({"status":"302"})", R"({"header":{}})",
                              R"({"headers":{"A":1}})", R"({"headers":{"A":"b\r\nC: d"}})"})
        EXPECT_THROW(read(wrong), wire::DocumentError) << wrong;
}

TEST(Answer, FillsInWhatOnlyTheRequestKnows) {
    EXPECT_EQ(filled("https://b.test:{port}{target}", "a.test:4433", "/p?q"), "https://b.test:4433/p?q");
    EXPECT_EQ(filled("{port}", "a.test", "/"), "443");
    EXPECT_EQ(filled("{port}", "[::1]", "/"), "443");
    EXPECT_EQ(filled("{target}{target}", "", "{port}"), "{port}{port}") << "a request's own braces stay";
}

TEST(Answer, InClearIsAWholeMessage) {
    const std::string text =
        in_clear(read(R"({"status":503,"body":"back soon","headers":{"Retry-After":"60"}})"));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 503 "));
    EXPECT_NE(text.find("\r\nRetry-After: 60\r\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("Content-Length: 9\r\nConnection: close\r\n\r\nback soon"));
}

TEST(Queues, ANameHasAQueueOfItsOwn) {
    const std::vector<wire::StepSpan> spans(4);
    Queues queues({std::nullopt, "Other.test", std::nullopt, "other.test"}, spans);
    EXPECT_EQ(queues.on_hello("other.test"), 1U);
    EXPECT_EQ(queues.on_hello("shop.test"), 0U);
    EXPECT_EQ(queues.on_hello(std::nullopt), 2U);
    EXPECT_EQ(queues.on_hello("OTHER.TEST"), 3U);
    EXPECT_EQ(queues.on_hello("other.test"), 3U) << "the last step of each queue repeats";
    EXPECT_EQ(queues.on_hello("third.test"), 2U);
}

TEST(Queues, ExchangesMoveTheQueueOfTheirStep) {
    Queues queues({"a.test", "a.test", "b.test"},
                  {{wire::Until::exchange, 1}, {wire::Until::hello, 1}, {wire::Until::hello, 1}});
    EXPECT_EQ(queues.on_hello("a.test"), 0U);
    EXPECT_EQ(queues.on_hello("c.test"), 0U) << "without steps for all, the first name's are for all";
    queues.on_exchange(2);
    EXPECT_EQ(queues.on_hello("a.test"), 0U);
    queues.on_exchange(0);
    EXPECT_EQ(queues.on_hello("a.test"), 1U);
}

}  // namespace
}  // namespace pinlab::origin
