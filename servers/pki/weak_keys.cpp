#include "servers/pki/weak_keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

namespace pinlab::pki {
namespace {

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<&OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, Freer<&OSSL_PARAM_free>>;
using BnContextPtr = std::unique_ptr<BN_CTX, Freer<&BN_CTX_free>>;

EvpPkeyPtr key_from(const char* type, OSSL_PARAM* parameters) {
    const EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* made = nullptr;
    require(context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parameters) == 1,
            "a key cannot be put together");
    return EvpPkeyPtr(made);
}

EvpPkeyPtr with_text(const Key& key, const char* name, const char* value) {
    if (!EVP_PKEY_is_a(key.native(), "EC")) throw Error("only a key on a curve has this encoding");
    EvpPkeyPtr copy(require_ptr(EVP_PKEY_dup(key.native()), "a key cannot be copied"));
    require(EVP_PKEY_set_utf8_string_param(copy.get(), name, value) == 1, "a key has no such encoding");
    return copy;
}

EvpPkeyPtr as_pss(const Key& key) {
    OSSL_PARAM* numbers = nullptr;
    require(
        EVP_PKEY_is_a(key.native(), "RSA") && EVP_PKEY_todata(key.native(), EVP_PKEY_KEYPAIR, &numbers) == 1,
        "only an RSA key can be written as RSASSA-PSS");
    const ParametersPtr owned(numbers);
    return key_from("RSA-PSS", numbers);
}

BignumPtr new_number() {
    return BignumPtr(require_ptr(BN_new(), "a number"));
}

BignumPtr less_one(const BIGNUM* number) {
    BignumPtr less(require_ptr(BN_dup(number), "a number"));
    require(BN_sub_word(less.get(), 1) == 1, "a number");
    return less;
}

}  // namespace

std::optional<KeyEncoding> key_encoding_from(std::string_view text) {
    if (text == "compressed") return KeyEncoding::compressed;
    if (text == "explicit_curve") return KeyEncoding::explicit_curve;
    if (text == "rsa_pss") return KeyEncoding::rsa_pss;
    return std::nullopt;
}

Key with_encoding(const Key& key, KeyEncoding encoding) {
    switch (encoding) {
        case KeyEncoding::compressed:
            return Key::adopt(with_text(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                        OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_COMPRESSED));
        case KeyEncoding::explicit_curve:
            return Key::adopt(with_text(key, OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_EXPLICIT));
        case KeyEncoding::rsa_pss:
            return Key::adopt(as_pss(key));
    }
    throw Error("no such encoding of a key");
}

EvpPkeyPtr published_rsa8192() {
    const BnContextPtr context(require_ptr(BN_CTX_new(), "a number"));
    const BignumPtr p(BN_get_rfc3526_prime_6144(nullptr)), q(BN_get_rfc3526_prime_2048(nullptr));
    const BignumPtr n = new_number(), phi = new_number(), d = new_number(), e = new_number();
    const BignumPtr dp = new_number(), dq = new_number(), inverse = new_number();
    const BignumPtr below_p = less_one(p.get()), below_q = less_one(q.get());
    BN_CTX* const scratch = context.get();
    require(BN_set_word(e.get(), 65537) == 1 && BN_mul(n.get(), p.get(), q.get(), scratch) == 1 &&
                BN_mul(phi.get(), below_p.get(), below_q.get(), scratch) == 1 &&
                BN_mod_inverse(d.get(), e.get(), phi.get(), scratch) &&
                BN_mod(dp.get(), d.get(), below_p.get(), scratch) == 1 &&
                BN_mod(dq.get(), d.get(), below_q.get(), scratch) == 1 &&
                BN_mod_inverse(inverse.get(), q.get(), p.get(), scratch),
            "the published key");
    const BuilderPtr builder(require_ptr(OSSL_PARAM_BLD_new(), "the published key"));
    const std::pair<const char*, const BignumPtr*> numbers[] = {
        {OSSL_PKEY_PARAM_RSA_N, &n},          {OSSL_PKEY_PARAM_RSA_E, &e},
        {OSSL_PKEY_PARAM_RSA_D, &d},          {OSSL_PKEY_PARAM_RSA_FACTOR1, &p},
        {OSSL_PKEY_PARAM_RSA_FACTOR2, &q},    {OSSL_PKEY_PARAM_RSA_EXPONENT1, &dp},
        {OSSL_PKEY_PARAM_RSA_EXPONENT2, &dq}, {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, &inverse}};
    for (const auto& [name, number] : numbers)
        require(OSSL_PARAM_BLD_push_BN(builder.get(), name, number->get()) == 1, "the published key");
    const ParametersPtr parameters(require_ptr(OSSL_PARAM_BLD_to_param(builder.get()), "the published key"));
    return key_from("RSA", parameters.get());
}

}  // namespace pinlab::pki
