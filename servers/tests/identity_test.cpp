// Identities from files: chain and key belong together, and errors name the file.
#include "servers/pki/identity.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "servers/tests/pki_support.h"

namespace pinlab::pki {
namespace {

class Files : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "pinlab.XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::filesystem::path file(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
        return folder / name;
    }

    std::filesystem::path folder;
    test::Cas cas;
    Key key = Key::generate(KeyKind::p256);
    Identity made = cas.issuing.issue({.names = {"shop.test"}}, key, test::now);
};

TEST_F(Files, ComeBackAsTheyWere) {
    const Identity read =
        Identity::load(file("chain.pem", to_pem(made.shown())), file("key.pem", key.to_pem()));
    EXPECT_EQ(read.leaf.to_der(), made.leaf.to_der());
    ASSERT_EQ(read.chain.size(), 1U);
    EXPECT_EQ(read.chain[0].to_der(), cas.issuing.certificate.to_der());
    EXPECT_TRUE(read.key.same_public(key));
}

TEST_F(Files, AStrangersKeyIsRefusedAndAnImpostorsIsNot) {
    const Key stranger = Key::generate(KeyKind::p256);
    const auto chain = file("chain.pem", made.leaf.to_pem());
    EXPECT_THROW(Identity::load(chain, file("key.pem", stranger.to_pem())), Error);
    EXPECT_THROW(Identity::load(chain, file("public.pem", key.public_pem())), Error);
    EXPECT_NO_THROW(Identity::load(chain, file("mismatched.pem", Key::mismatched(key, stranger).to_pem())));
}

}  // namespace
}  // namespace pinlab::pki
