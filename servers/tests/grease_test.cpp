// Clients that mix reserved values into their hello (RFC 8701): each of them must be served.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "servers/tests/pki_support.h"
#include "servers/tests/tls_in_memory.h"
#include "servers/tls/presentation.h"

namespace pinlab::wire {
namespace {

constexpr unsigned values = 16;

/// RFC 8701, 2: 0x0A0A, 0x1A1A … 0xFAFA.
constexpr unsigned reserved(unsigned number) {
    return 0x0A0A + number * 0x1010;
}

int add_nothing(SSL*, unsigned, unsigned, const unsigned char** out, std::size_t* size, X509*, std::size_t,
                int*, void*) {
    *out = nullptr;
    *size = 0;
    return 1;
}

class Grease : public testing::TestWithParam<int> {
  protected:
    bool served(SSL_CTX* client_context) {
        const test::SslPtr server = test::endpoint(server_.get());
        const test::SslPtr client = test::endpoint(client_context);
        apply(Presentation{identity_, "shown", {}}, server.get());
        test::handshake(client.get(), server.get());
        return SSL_is_init_finished(client.get()) && SSL_is_init_finished(server.get());
    }

    test::Cas cas_;
    pki::Identity identity_ =
        cas_.issuing.issue({.names = {"shop.test"}}, pki::Key::generate(pki::KeyKind::p256), test::now);
    ContextPtr server_ = server_context({GetParam(), GetParam()}, {}, true);
};

TEST_P(Grease, InAHelloIsPassedOver) {
    for (unsigned number = 0; number < values; ++number) {
        const ContextPtr client = trust_anything_context({});
        ASSERT_EQ(SSL_CTX_add_custom_ext(client.get(), reserved(number), SSL_EXT_CLIENT_HELLO, add_nothing,
                                         nullptr, nullptr, nullptr, nullptr),
                  1);
        EXPECT_TRUE(served(client.get())) << std::hex << reserved(number);
    }
}

INSTANTIATE_TEST_SUITE_P(Versions, Grease, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

}  // namespace
}  // namespace pinlab::wire
