// Where each behaviour goes after an answer, and that the right one goes nowhere; no socket.
#include "client_under_test/flawed/http_redirections.h"

#include <gtest/gtest.h>

#include "client_under_test/flawed/http.h"

namespace pinlab::flawed::testing {
namespace {

const std::string redirect = "HTTP/1.1 302 Found\r\nlocation: https://other.test:99/a?b\r\n\r\n";
const std::string to_clear = "HTTP/1.1 302 Found\r\nLocation: http://shop.test:99/\r\n\r\n";
const std::string moved = "HTTP/1.1 200 OK\r\nAlt-Svc: http/1.1=\":99\"; ma=1\r\n\r\n";

pinlab::protocol::Brief shop() {
    pinlab::protocol::Brief brief;
    brief.host = "shop.test";
    brief.port = 443;
    brief.target = "/";
    brief.connect_to = {"127.0.0.1", 443};
    brief.pins.emplace({std::string("sha256/x")});
    return brief;
}

TEST(Temptation, TheRightClientGoesNowhere) {
    for (const auto& head : {redirect, to_clear, moved})
        EXPECT_FALSE(tempted(shop(), AfterAnswer::stop, status_of(head), head));
    EXPECT_FALSE(tempted(shop(), AfterAnswer::stop, 421, ""));
}

TEST(Temptation, RedirectsLeadElsewhere) {
    const auto next = tempted(shop(), AfterAnswer::redirect_without_pins, 302, redirect);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->brief.authority() + next->brief.target, "other.test:99/a?b");
    EXPECT_EQ(next->brief.connect_to.address, "127.0.0.1");
    EXPECT_FALSE(next->brief.pins || next->in_clear);
    EXPECT_FALSE(tempted(shop(), AfterAnswer::redirect_without_pins, 302, to_clear));
    EXPECT_FALSE(tempted(shop(), AfterAnswer::redirect_without_pins, 200, redirect));
    EXPECT_TRUE(tempted(shop(), AfterAnswer::redirect_to_http, 302, to_clear)->in_clear);
    EXPECT_FALSE(tempted(shop(), AfterAnswer::redirect_to_http, 302, redirect));
}

TEST(Temptation, OtherAnswersLeadElsewhereToo) {
    EXPECT_EQ(tempted(shop(), AfterAnswer::alt_svc_without_pins, 200, moved)->brief.connect_to.port, 99);
    EXPECT_FALSE(tempted(shop(), AfterAnswer::alt_svc_without_pins, 200, redirect));
    EXPECT_TRUE(tempted(shop(), AfterAnswer::retry_421_without_pins, 421, ""));
    EXPECT_FALSE(tempted(shop(), AfterAnswer::retry_421_without_pins, 200, ""));
}

TEST(Temptation, PinsInAHeaderAreReadByTheOneWhoBelievesThem) {
    const pinlab::protocol::SpkiHash key{};
    const std::string text = pinlab::protocol::pin_text(key).substr(7);
    const std::string head =
        "HTTP/1.1 200 OK\r\nPublic-Key-Pins: pin-sha256=\"" + text + "\"; max-age=1\r\n\r\n";
    EXPECT_TRUE(pins_set_by_answer(head, key));
    EXPECT_FALSE(pins_set_by_answer(head, pinlab::protocol::SpkiHash{1}));
    EXPECT_FALSE(pins_set_by_answer(redirect, key));
    EXPECT_FALSE(pins_set_by_answer(head, std::nullopt));
}

}  // namespace
}  // namespace pinlab::flawed::testing
