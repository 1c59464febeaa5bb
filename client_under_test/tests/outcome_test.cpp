// Outcomes and reasons: names, order, and that an outcome stays one line.
#include "client_under_test/protocol/outcome.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/json/parse.hpp>

#include "client_under_test/protocol/tls_faults.h"

namespace pinlab::protocol::testing {
namespace {

unsigned long ssl_code(int reason) {
    return ERR_PACK(ERR_LIB_SSL, 0, reason);
}

TEST(Reasons, AreReportedInOneOrder) {
    std::vector<Reason> mixed = {Reason::pin_mismatch,    Reason::chain_malformed, Reason::name_mismatch,
                                 Reason::chain_untrusted, Reason::cert_expired,    Reason::chain_untrusted};
    std::vector<Reason> ordered = {Reason::chain_untrusted, Reason::cert_expired, Reason::name_mismatch,
                                   Reason::chain_malformed, Reason::pin_mismatch};
    EXPECT_EQ(in_report_order(mixed), ordered);
}

TEST(Reasons, OfVerificationCodes) {
    for (int code : {2, 18, 19, 20, 21, 27}) EXPECT_EQ(reason_of_x509(code), Reason::chain_untrusted) << code;
    for (int code : {7, 22, 24, 25, 26, 32, 34, 47, 48, 79, 94})
        EXPECT_EQ(reason_of_x509(code), Reason::chain_malformed) << code;
    for (int code : {66, 67, 68}) EXPECT_EQ(reason_of_x509(code), Reason::cert_weak) << code;
    for (int code : {62, 64}) EXPECT_EQ(reason_of_x509(code), Reason::name_mismatch) << code;
    EXPECT_EQ(reason_of_x509(10), Reason::cert_expired);
    EXPECT_EQ(reason_of_x509(9), Reason::cert_not_yet_valid);
    EXPECT_EQ(reason_of_x509(23), Reason::cert_revoked);
}

TEST(Reasons, OfTlsErrors) {
    EXPECT_EQ(reason_of_tls({}), Reason::transport_failed);
    EXPECT_EQ(reason_of_tls({ssl_code(SSL_R_WRONG_VERSION_NUMBER)}), Reason::not_tls);
    EXPECT_EQ(reason_of_tls({ssl_code(SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)}), Reason::protocol_too_old);
    EXPECT_EQ(reason_of_tls({ssl_code(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)}), Reason::handshake_failed);
    EXPECT_EQ(reason_of_tls({ssl_code(SSL_R_BAD_SIGNATURE)}), Reason::handshake_failed);
    EXPECT_EQ(reason_of_tls({ssl_code(SSL_R_UNEXPECTED_EOF_WHILE_READING)}), Reason::transport_failed);
    // A signature that is not DER: the older code of another library must not hide what failed.
    EXPECT_EQ(reason_of_tls({ERR_PACK(ERR_LIB_ASN1, 0, 120), ssl_code(SSL_R_BAD_SIGNATURE)}),
              Reason::handshake_failed);
}

TEST(Outcome, OfARefusal) {
    Outcome outcome = rejected({Phase::handshake, {Reason::cert_expired, Reason::pin_mismatch}, "why"});
    auto line = boost::json::parse(to_json(outcome));
    EXPECT_EQ(line.at("claim"), "reject");
    EXPECT_EQ(line.at("reason"), "cert_expired");
    EXPECT_EQ(line.at("faults").as_array().size(), 2U);
    EXPECT_EQ(line.at("phase"), "handshake");
    EXPECT_TRUE(line.at("verdict").is_null());
    EXPECT_TRUE(line.at("status").is_null());
}

TEST(Outcome, OfAnExchange) {
    auto line = boost::json::parse(to_json(accepted({200, "pinlab 1\n"}, PinMatch{1, 2})));
    EXPECT_EQ(line.at("claim"), "accept");
    EXPECT_EQ(line.at("verdict"), "accept_pinned");
    EXPECT_TRUE(line.at("reason").is_null());
    EXPECT_EQ(line.at("status"), 200);
    EXPECT_EQ(line.at("body"), "pinlab 1\n");
    EXPECT_EQ(line.at("matched_pin").at("index"), 1);
    EXPECT_EQ(line.at("matched_pin").at("depth"), 2);
    EXPECT_EQ(boost::json::parse(to_json(accepted({200, ""}, std::nullopt))).at("verdict"),
              "accept_unpinned");
}

TEST(Outcome, ForeignBytesCannotBreakTheLine) {
    std::string text =
        to_json(accepted({200, "\r\n\xff\x01{\"claim\"" + std::string(500, 'a')}, std::nullopt));
    EXPECT_EQ(text.find_first_of("\r\n"), std::string::npos);
    EXPECT_EQ(boost::json::parse(text).at("body").as_string().size(), 200U);
}

}  // namespace
}  // namespace pinlab::protocol::testing
