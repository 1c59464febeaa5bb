// What the tests of servers/pki share: OpenSSL's own verdict on a chain, and a small CA to issue from.
// Nothing here is part of the lab.
#pragma once

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <cstdint>
#include <vector>

#include "servers/pki/authority.h"

namespace pinlab::test {

inline constexpr std::int64_t now = 1'790'000'000;  // 2026-09-21

/// X509_V_OK or the first fault that OpenSSL's own verification finds, with `root` as the only trust anchor.
inline int verify(const pki::Certificate& leaf, const std::vector<pki::Certificate>& chain,
                  const pki::Certificate& root, std::int64_t at = now) {
    using namespace pinlab::pki;
    const ExpectedFailure quiet;
    const std::unique_ptr<X509_STORE, Freer<&X509_STORE_free>> store(X509_STORE_new());
    const std::unique_ptr<X509_STORE_CTX, Freer<&X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    X509_STORE_add_cert(store.get(), root.native());
    STACK_OF(X509)* untrusted = sk_X509_new_null();
    for (const Certificate& certificate : chain) sk_X509_push(untrusted, certificate.native());
    X509_STORE_CTX_init(context.get(), store.get(), leaf.native(), untrusted);
    X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(at));
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_verify_cert(context.get());
    const int error = X509_STORE_CTX_get_error(context.get());
    sk_X509_free(untrusted);
    return error;
}

/// A root with one CA under it.
struct Cas {
    pki::Authority root = pki::Authority::root({}, pki::Key::generate(pki::KeyKind::p256), now);
    pki::Authority issuing =
        root.child({.common_name = "issuing"}, pki::Key::generate(pki::KeyKind::p256), now);
};

/// OpenSSL's error queue of this thread is empty: a stale entry would make a healthy connection look broken.
inline bool queue_is_empty() {
    return ERR_peek_error() == 0;
}

}  // namespace pinlab::test
