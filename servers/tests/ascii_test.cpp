// Case, blanks, hex and base64; the base64 vectors are those of RFC 4648 10.
#include "servers/util/ascii.h"

#include <gtest/gtest.h>

namespace pinlab::util {
namespace {

TEST(Ascii, LowersLettersAlone) {
    EXPECT_EQ(lower("AZaz[@09\xc3\x84"), "azaz[@09\xc3\x84");
}

TEST(Ascii, TrimsBothEnds) {
    EXPECT_EQ(trim(" \ta b\r"), "a b");
    EXPECT_EQ(trim("a"), "a");
    EXPECT_EQ(trim(" \r\t"), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Ascii, HexBothWays) {
    EXPECT_EQ(hex(bytes_of("\x01\xffz")), "01ff7a");
    EXPECT_EQ(from_hex("01fF7a"), "\x01\xffz");
    EXPECT_EQ(from_hex(""), "");
    for (const char* wrong : {"0", "0g", " 0", "0x01"}) EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Ascii, Base64IsPadded) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [text, encoded] : vectors) EXPECT_EQ(base64(bytes_of(text)), encoded) << text;
    EXPECT_EQ(base64(bytes_of("\xff\xef\xbe")), "/+++");
}

}  // namespace
}  // namespace pinlab::util
