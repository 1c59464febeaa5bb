// The log line stays one line, whatever a certificate contains.
#include "pinlab/client/report.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "client_under_test/protocol/pin_text.h"

namespace pinlab::protocol::testing {
namespace {

using pinlab::client::Acceptance;
using pinlab::client::ConnectionReport;
using pinlab::client::Phase;
using pinlab::client::Reason;

boost::json::object read(const ConnectionReport& report) {
    std::string line = to_json(report);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    return boost::json::parse(line).as_object();
}

TEST(Report, ARefusalHasAReasonAndNoVerdict) {
    ConnectionReport report;
    report.phase = Phase::handshake;
    report.faults = {Reason::cert_expired, Reason::pin_mismatch};
    auto line = read(report);
    EXPECT_EQ(line["claim"], "reject");
    EXPECT_EQ(line["reason"], "cert_expired");
    EXPECT_TRUE(line["verdict"].is_null());
    EXPECT_EQ(line["faults"].as_array().size(), 2U);
    EXPECT_TRUE(line["policy_days_left"].is_null());
    EXPECT_FALSE(line.contains("report"));
}

TEST(Report, DaysLeftAreWholeAndGoBelowZero) {
    ConnectionReport report;
    report.time = std::chrono::sys_days(std::chrono::days(20000));
    report.policy_expires = report.time + std::chrono::hours(47);
    EXPECT_EQ(read(report)["policy_days_left"], 1);
    report.policy_expires = report.time - std::chrono::hours(1);
    EXPECT_EQ(read(report)["policy_days_left"], -1);
}

TEST(Report, ForeignBytesDoNotWriteTheLog) {
    ConnectionReport report;
    report.served.push_back({.subject = "CN=x\"},\n{\"claim\":\"accept\"}\x7f\xff", .issuer = {}});
    auto line = read(report);
    EXPECT_EQ(line["claim"], "reject");
    EXPECT_EQ(line["served"].at(0).at("subject"), "CN=x\"},?{\"claim\":\"accept\"}??");
}

TEST(Report, ReportOnlyCarriesTheReportOfRfc7469) {
    ConnectionReport report;
    report.host = "a.shop.test";
    report.policy_host = "shop.test";
    report.acceptance = Acceptance::report_only;
    report.faults = {Reason::pin_mismatch};
    report.known_pins = {"pin-sha256=\"x\""};
    auto line = read(report);
    EXPECT_TRUE(line["reason"].is_null()) << "it was accepted";
    EXPECT_EQ(line["verdict"], "accept_report_only");
    const auto& sent = line["report"].as_object();
    EXPECT_EQ(sent.at("hostname"), "a.shop.test");
    EXPECT_EQ(sent.at("noted-hostname"), "shop.test");
    EXPECT_EQ(sent.at("include-subdomains"), true);
    EXPECT_EQ(sent.at("known-pins").as_array().size(), 1U);
    for (auto key : {"date-time", "port", "effective-expiration-date", "served-certificate-chain",
                     "validated-certificate-chain"})
        EXPECT_TRUE(sent.contains(key)) << key;
}

}  // namespace
}  // namespace pinlab::protocol::testing
