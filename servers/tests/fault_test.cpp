// A fault strikes where the plan says, byte for byte, without any socket.
#include "servers/wire/fault.h"

#include <gtest/gtest.h>
#include <openssl/ssl3.h>

namespace pinlab::wire {
namespace {

std::string joined(const Departure& departure) {
    std::string text;
    for (const auto& run : departure.runs) text += run;
    return text;
}

/// An engine that writes a ServerHello of 10 bytes, a Certificate of 20 in two records, and a Finished of 6.
Fault after_a_flight(FaultPlan plan) {
    Fault fault(std::move(plan));
    fault.hear_record(10);
    fault.hear_message(SSL3_MT_SERVER_HELLO, true);
    fault.hear_record(12);
    fault.hear_record(8);
    fault.hear_message(SSL3_MT_CERTIFICATE, true);
    fault.hear_record(6);
    fault.hear_message(SSL3_MT_FINISHED, true);
    return fault;
}

const std::string flight = "hhhhhhhhhhccccccccccccccccccccffffff";

TEST(Fault, StrikesBehindItsMessage) {
    struct Row {
        After after;
        std::size_t left;
    };
    for (const auto [after, left] :
         {Row{After::client_hello, 0}, Row{After::server_hello, 10}, Row{After::certificate, 30},
          Row{After::server_done, 36}, Row{After::finished, 36}}) {
        Fault fault = after_a_flight({after, Deed::reset, ""});
        EXPECT_FALSE(fault.happened());
        const Departure departure = fault.leave(flight);
        EXPECT_EQ(joined(departure), flight.substr(0, left)) << word_for(after);
        EXPECT_EQ(departure.end, Departure::End::rst);
        EXPECT_TRUE(fault.happened() && fault.over());
        EXPECT_EQ(fault.certificate_left(), left >= 30);
        EXPECT_EQ(joined(fault.leave("more")), "") << "nothing follows an end";
    }
}

TEST(Fault, DoesNotCareHowTheBytesAreCutUp) {
    Fault fault = after_a_flight({After::certificate, Deed::close, ""});
    std::string left;
    for (const char byte : flight) left += joined(fault.leave(std::string(1, byte)));
    EXPECT_EQ(left, flight.substr(0, 30));
    EXPECT_EQ(fault.end(), Departure::End::fin);
}

TEST(Fault, CutsInTheMiddleOfItsMessage) {
    Fault fault = after_a_flight({After::certificate, Deed::cut, ""});
    EXPECT_EQ(joined(fault.leave(flight)), flight.substr(0, 20));
}

TEST(Fault, AFlightOfTls12EndsWithServerHelloDone) {
    Fault fault({After::server_done, Deed::stall, ""});
    fault.hear_record(10);
    fault.hear_message(SSL3_MT_SERVER_HELLO, false);
    fault.hear_record(4);
    fault.hear_message(SSL3_MT_SERVER_DONE, false);
    EXPECT_EQ(joined(fault.leave("hhhhhhhhhhdddd")), "hhhhhhhhhhdddd");
    EXPECT_TRUE(fault.over());
    EXPECT_TRUE(fault.silent());
}

TEST(Fault, WaitsForTheAnswer) {
    Fault fault({After::body, Deed::cut, "until_close"});
    EXPECT_EQ(joined(fault.leave("half")), "half");
    fault.reach(After::request);
    EXPECT_EQ(joined(fault.leave("of it")), "of it");
    fault.reach(After::body);
    EXPECT_EQ(joined(fault.leave("the rest")), "");
    EXPECT_EQ(fault.end(), Departure::End::fin);
}

TEST(Fault, SlowsWithoutLosingAByte) {
    for (const Deed deed : {Deed::drip, Deed::slow, Deed::delay}) {
        Fault fault = after_a_flight({After::server_hello, deed, ""});
        const Departure departure = fault.leave(flight);
        EXPECT_EQ(joined(departure), flight);
        EXPECT_EQ(departure.end, Departure::End::none);
        EXPECT_GT(departure.pause.count(), 0);
        EXPECT_EQ(departure.runs.size(), deed == Deed::drip ? flight.size() : 1U);
        EXPECT_TRUE(fault.happened());
        EXPECT_FALSE(fault.over());
    }
}

TEST(Fault, SpeaksBeforeTheEnd) {
    Fault garbage({After::client_hello, Deed::garbage, ""});
    EXPECT_TRUE(joined(garbage.leave("hello")).starts_with("220 "));
    EXPECT_TRUE(garbage.silent());
    Fault alert({After::client_hello, Deed::alert, "unrecognized_name"});
    EXPECT_EQ(joined(alert.leave("hello")), std::string("\x15\x03\x03\x00\x02\x02\x70", 7));
    EXPECT_EQ(alert.end(), Departure::End::fin);
}

FaultPlan read(const std::string& text) {
    const boost::json::value document = parse_document(text);
    return read_fault(Fields(document, "fault"));
}

TEST(FaultPlan, ReadsItsWords) {
    const FaultPlan plan = read(R"({"after":"certificate","do":"alert","detail":"internal_error"})");
    EXPECT_EQ(word_for(plan.after), "certificate");
    EXPECT_EQ(word_for(plan.deed), "alert");
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
