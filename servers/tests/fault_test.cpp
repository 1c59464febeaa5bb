// A fault happens where the plan says, byte for byte, without any socket.
#include "servers/wire/fault.h"

#include <gtest/gtest.h>
#include <openssl/ssl3.h>

namespace pinlab::wire {
namespace {

std::string joined(const Outgoing& outgoing) {
    std::string text;
    for (const auto& run : outgoing.runs) text += run;
    return text;
}

/// An engine that writes a ServerHello of 10 bytes, a Certificate of 20 in two records, and a Finished of 6.
Fault after_a_flight(FaultPlan plan) {
    Fault fault(std::move(plan));
    fault.on_record(10);
    fault.on_message(SSL3_MT_SERVER_HELLO, true);
    fault.on_record(12);
    fault.on_record(8);
    fault.on_message(SSL3_MT_CERTIFICATE, true);
    fault.on_record(6);
    fault.on_message(SSL3_MT_FINISHED, true);
    return fault;
}

const std::string flight = "hhhhhhhhhhccccccccccccccccccccffffff";

TEST(Fault, HappensBehindItsMessage) {
    struct Row {
        After after;
        std::size_t left;
    };
    for (const auto [after, left] :
         {Row{After::client_hello, 0}, Row{After::server_hello, 10}, Row{After::certificate, 30},
          Row{After::server_done, 36}, Row{After::finished, 36}}) {
        Fault fault = after_a_flight({after, Action::reset, ""});
        EXPECT_FALSE(fault.happened());
        const Outgoing outgoing = fault.filter(flight);
        EXPECT_EQ(joined(outgoing), flight.substr(0, left)) << word_for(after);
        EXPECT_EQ(outgoing.end, Outgoing::End::rst);
        EXPECT_TRUE(fault.happened() && fault.over());
        EXPECT_EQ(fault.certificate_left(), left >= 30);
        EXPECT_EQ(joined(fault.filter("more")), "") << "nothing follows an end";
    }
}

TEST(Fault, DoesNotCareHowTheBytesAreCutUp) {
    Fault fault = after_a_flight({After::certificate, Action::close, ""});
    std::string left;
    for (const char byte : flight) left += joined(fault.filter(std::string(1, byte)));
    EXPECT_EQ(left, flight.substr(0, 30));
    EXPECT_EQ(fault.end(), Outgoing::End::fin);
}

TEST(Fault, CutsInTheMiddleOfItsMessage) {
    Fault fault = after_a_flight({After::certificate, Action::cut, ""});
    EXPECT_EQ(joined(fault.filter(flight)), flight.substr(0, 20));
}

TEST(Fault, AFlightOfTls12EndsWithServerHelloDone) {
    Fault fault({After::server_done, Action::stall, ""});
    fault.on_record(10);
    fault.on_message(SSL3_MT_SERVER_HELLO, false);
    fault.on_record(4);
    fault.on_message(SSL3_MT_SERVER_DONE, false);
    EXPECT_EQ(joined(fault.filter("hhhhhhhhhhdddd")), "hhhhhhhhhhdddd");
    EXPECT_TRUE(fault.over());
    EXPECT_TRUE(fault.silent());
}

TEST(Fault, WaitsForTheAnswer) {
    Fault fault({After::body, Action::cut, "until_close"});
    EXPECT_EQ(joined(fault.filter("half")), "half");
    fault.on_phase(After::request);
    EXPECT_EQ(joined(fault.filter("of it")), "of it");
    fault.on_phase(After::body);
    EXPECT_EQ(joined(fault.filter("the rest")), "");
    EXPECT_EQ(fault.end(), Outgoing::End::fin);
}

TEST(Fault, SlowsWithoutLosingAByte) {
    for (const Action action : {Action::drip, Action::slow, Action::delay}) {
        Fault fault = after_a_flight({After::server_hello, action, ""});
        const Outgoing outgoing = fault.filter(flight);
        EXPECT_EQ(joined(outgoing), flight);
        EXPECT_EQ(outgoing.end, Outgoing::End::none);
        EXPECT_GT(outgoing.pause.count(), 0);
        EXPECT_EQ(outgoing.runs.size(), action == Action::drip ? flight.size() : 1U);
        EXPECT_TRUE(fault.happened());
        EXPECT_FALSE(fault.over());
    }
}

TEST(Fault, SpeaksBeforeTheEnd) {
    Fault garbage({After::client_hello, Action::garbage, ""});
    EXPECT_TRUE(joined(garbage.filter("hello")).starts_with("220 "));
    EXPECT_TRUE(garbage.silent());
    Fault alert({After::client_hello, Action::alert, "unrecognized_name"});
    EXPECT_EQ(joined(alert.filter("hello")), std::string("\x15\x03\x03\x00\x02\x02\x70", 7));
    EXPECT_EQ(alert.end(), Outgoing::End::fin);
}

FaultPlan read(const std::string& text) {
    const boost::json::value document = parse_document(text);
    return read_fault(Fields(document, "fault"));
}

TEST(FaultPlan, ReadsItsWords) {
    const FaultPlan plan = read(R"({"after":"certificate","do":"alert","detail":"internal_error"})");
    EXPECT_EQ(word_for(plan.after), "certificate");
    EXPECT_EQ(word_for(plan.action), "alert");
    EXPECT_EQ(plan.detail, "internal_error");
}

TEST(FaultPlan, RefusesWhatHasNoMeaning) {
    for (const char* text :
         {R"({"after":"lunch","do":"reset"})", R"({"after":"body","do":"explode"})",
          R"({"after":"request","do":"refuse"})", R"({"after":"finished","do":"no_close_notify"})",
          R"({"after":"certificate","do":"alert","detail":"no_such_alert"})",
          R"({"after":"certificate","do":"reset","detail":"until_close"})",
          R"({"after":"accept","do":"cut"})", R"({"after":"body","do":"cut","when":"now"})"}) {
        EXPECT_THROW(read(text), DocumentError) << text;
    }
}

}  // namespace
}  // namespace pinlab::wire
