// The error queue: drained into the exception that it belongs to, and no further.
#include "servers/pki/openssl.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace pinlab::pki {
namespace {

TEST(Openssl, ErrorsTakeTheWholeQueueWithThem) {
    ERR_raise_data(ERR_LIB_USER, ERR_R_MALLOC_FAILURE, "first");
    ERR_raise(ERR_LIB_USER, ERR_R_PASSED_NULL_PARAMETER);
    const std::string text = Error::from_openssl("set-up").what();
    EXPECT_EQ(text.find("set-up: "), 0U);
    EXPECT_NE(text.find("(first)"), std::string::npos);
    EXPECT_NE(text.find("null parameter"), std::string::npos);
    EXPECT_EQ(ERR_peek_error(), 0UL);
}

TEST(Openssl, ExpectedFailuresLeaveOlderEntriesAlone) {
    ERR_raise(ERR_LIB_USER, ERR_R_PASSED_NULL_PARAMETER);
    const unsigned long older = ERR_peek_last_error();
    {
        const ExpectedFailure outer;
        ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
        const ExpectedFailure inner;
        ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
    }
    EXPECT_EQ(ERR_peek_last_error(), older);
    ERR_clear_error();
}

TEST(Openssl, FilesThatCannotBeReadSayWhy) {
    for (const char* path : {"/nowhere/at/all", "/tmp"}) {
        try {
            read_file(path);
            ADD_FAILURE() << path;
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()).find(std::string(path) + ": cannot be read: "), 0U)
                << error.what();
        }
    }
    EXPECT_EQ(read_file("/dev/null"), "");
}

}  // namespace
}  // namespace pinlab::pki
