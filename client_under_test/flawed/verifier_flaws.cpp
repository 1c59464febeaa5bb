#include "client_under_test/flawed/verifier_flaws.h"

#include <openssl/evp.h>

#include <ctime>

namespace pinlab::flawed {

bool expired_last_century(X509* certificate) {
    constexpr std::time_t year_2000 = 946684800;
    std::time_t limit = year_2000;
    return certificate != nullptr && X509_cmp_time(X509_get0_notAfter(certificate), &limit) < 0;
}

std::optional<pinlab::protocol::PinMatch> match_certificates(const STACK_OF(X509) * list,
                                                             const pinlab::protocol::PinPolicy& policy) {
    for (int depth = 0; depth < sk_X509_num(list); ++depth) {
        pinlab::protocol::SpkiHash hash{};
        unsigned size = 0;
        if (X509_digest(sk_X509_value(list, depth), EVP_sha256(), hash.data(), &size) != 1) continue;
        if (auto index = policy.find(hash)) return pinlab::protocol::PinMatch{*index, depth};
    }
    return std::nullopt;
}

bool ends_in(const STACK_OF(X509) * path, const X509* anchor) {
    const int length = sk_X509_num(path);
    return length > 0 && X509_cmp(sk_X509_value(path, length - 1), anchor) == 0;
}

void prefer_presented(X509_VERIFY_PARAM* param) {
    X509_VERIFY_PARAM_clear_flags(param, X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_ALT_CHAINS);
}

}  // namespace pinlab::flawed
