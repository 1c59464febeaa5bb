#include "servers/pki/fast_spki.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

namespace pinlab::pki {
namespace {

int fast_curve(EVP_PKEY* pkey) {
    char group[64] = {};
    if (!EVP_PKEY_is_a(pkey, "EC") || !EVP_PKEY_get_group_name(pkey, group, sizeof group, nullptr)) return 0;
    const std::string_view name = group;
    if (name == "prime256v1") return NID_X9_62_prime256v1;
    if (name == "secp384r1") return NID_secp384r1;
    return 0;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
void free_ec_key(EC_KEY* key) {
    EC_KEY_free(key);
}
using EcKeyPtr = std::unique_ptr<EC_KEY, Freer<&free_ec_key>>;

EvpPkeyPtr wrap_point(int curve, const unsigned char* point, std::size_t size) {
    EcKeyPtr ec(EC_KEY_new_by_curve_name(curve));
    EvpPkeyPtr wrapped(EVP_PKEY_new());
    if (!ec || !wrapped || !EC_KEY_oct2key(ec.get(), point, size, nullptr)) return nullptr;
    if (!EVP_PKEY_assign_EC_KEY(wrapped.get(), ec.get())) return nullptr;
    static_cast<void>(ec.release());  // owned by `wrapped` now
    return wrapped;
}
#pragma GCC diagnostic pop

}  // namespace

Bytes encode_spki(EVP_PKEY* pkey) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(pkey, &der);
    require(size > 0, "the public key cannot be encoded");
    Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

EvpPkeyPtr fast_spki(EVP_PKEY* pkey) {
    const ExpectedFailure quiet;
    const int curve = fast_curve(pkey);
    char encoding[32] = {};
    unsigned char point[160];
    std::size_t size = 0;
    if (!curve ||
        !EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING, encoding, sizeof encoding,
                                        nullptr) ||
        std::string_view(encoding) != OSSL_PKEY_EC_ENCODING_GROUP ||
        !EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &size)) {
        return nullptr;
    }
    return wrap_point(curve, point, size);
}

}  // namespace pinlab::pki
