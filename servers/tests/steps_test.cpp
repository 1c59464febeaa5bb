// A script moves on by what its steps say, and by nothing else.
#include "servers/wire/steps.h"

#include <gtest/gtest.h>

namespace pinlab::wire {
namespace {

TEST(Steps, HellosMoveOnAndTheLastRepeats) {
    Steps steps({{Until::hello, 1}, {Until::hello, 2}, {Until::hello, 1}});
    std::vector<std::size_t> steps_met;
    for (int i = 0; i < 6; ++i) steps_met.push_back(steps.on_hello());
    EXPECT_EQ(steps_met, (std::vector<std::size_t>{0, 1, 1, 2, 2, 2}));
}

TEST(Steps, ExchangesMoveOnOnlyTheStepThatWaitsForThem) {
    Steps steps({{Until::exchange, 2}, {Until::hello, 1}});
    EXPECT_EQ(steps.on_hello(), 0U);
    EXPECT_EQ(steps.on_hello(), 0U);
    steps.on_exchange(0);
    EXPECT_EQ(steps.on_hello(), 0U);
    steps.on_exchange(0);
    EXPECT_EQ(steps.on_hello(), 1U);
    steps.on_exchange(0);
    EXPECT_EQ(steps.on_hello(), 1U);
}

TEST(Steps, AnExchangeDoesNotMoveAStepThatCountsHellos) {
    Steps steps({{Until::hello, 2}, {Until::hello, 1}});
    EXPECT_EQ(steps.on_hello(), 0U);
    steps.on_exchange(0);
    EXPECT_EQ(steps.on_hello(), 0U);
}

TEST(Steps, AScriptHasAStep) {
    EXPECT_THROW(Steps({}), std::invalid_argument);
}

}  // namespace
}  // namespace pinlab::wire
