// Copies of a leaf, and errors for what the attacker does not hold.
#include "attacks/forge.h"

#include <gtest/gtest.h>

#include "attacks/tests/workshop.h"
#include "servers/pki/pin.h"

namespace pinlab::mitm {
namespace {

TEST(Forge, CopiesAllButIssuerAndKey) {
    const test::Workshop world;
    const auto copy = world.forge.copy(world.genuine.leaf, "rogue", "attacker");
    EXPECT_EQ(copy.leaf.subject(), world.genuine.leaf.subject());
    EXPECT_EQ(copy.leaf.names(), world.genuine.leaf.names());
    EXPECT_EQ(copy.leaf.not_after(), world.genuine.leaf.not_after());
    EXPECT_EQ(pki::Pin::of(copy.leaf), pki::Pin::of(world.attacker));
    EXPECT_NE(pki::Pin::of(copy.leaf), pki::Pin::of(world.genuine.leaf));
    EXPECT_TRUE(copy.chain.empty());  // a root issues directly, and is not sent
}

TEST(Forge, ShowsTheChainOfAnIntermediate) {
    const test::Workshop world;
    const auto copy = world.forge.copy(world.genuine.leaf, "issuing", "attacker");
    ASSERT_EQ(copy.chain.size(), 1U);
    EXPECT_EQ(copy.chain[0].sha256_hex(), world.issuing.certificate.sha256_hex());
}

TEST(Forge, NamesWhatTheAttackerDoesNotHold) {
    const test::Workshop world;
    try {
        static_cast<void>(world.forge.authority("unknown"));
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "the attacker holds no CA \"unknown\"");
    }
    EXPECT_THROW(static_cast<void>(world.forge.key("unknown")), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(world.forge.identity("unknown")), std::invalid_argument);
}

}  // namespace
}  // namespace pinlab::mitm
