// Keys whose public and private parts belong to different keys: what an attacker with a stolen chain has.
// Both parts are of one kind: OpenSSL would notice anything else.
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "servers/pki/key.h"

namespace pinlab::pki {
namespace {

using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<&OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freer<&OSSL_PARAM_free>>;

/// Collects parameters and keeps alive what they point to until the key is made.
class KeyParams {
  public:
    void number(const char* name, EVP_PKEY* from) {
        BIGNUM* raw = nullptr;
        require(EVP_PKEY_get_bn_param(from, name, &raw) == 1, name);
        numbers_.emplace_back(raw);
        require(OSSL_PARAM_BLD_push_BN(builder_.get(), name, raw) == 1, name);
    }

    void octets(const char* name, EVP_PKEY* from) {
        std::size_t size = 0;
        require(EVP_PKEY_get_octet_string_param(from, name, nullptr, 0, &size) == 1, name);
        Bytes& bytes = octets_.emplace_back(std::make_unique<Bytes>(size)).operator*();
        require(EVP_PKEY_get_octet_string_param(from, name, bytes.data(), size, &size) == 1, name);
        require(OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, bytes.data(), size) == 1, name);
    }

    /// `value` must outlive this object: OpenSSL copies only at the end.
    void text(const char* name, const char* value) {
        require(OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, value, 0) == 1, name);
    }

    EvpPkeyPtr make(const char* type) const {
        const ParamsPtr params(require_ptr(OSSL_PARAM_BLD_to_param(builder_.get()), "parameters of a key"));
        const EvpPkeyCtxPtr context(require_ptr(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), type));
        EVP_PKEY* made = nullptr;
        require(EVP_PKEY_fromdata_init(context.get()) == 1, "a mismatched key cannot be made");
        require(EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, params.get()) == 1,
                "a mismatched key cannot be made");
        return EvpPkeyPtr(made);
    }

  private:
    ParamBuilderPtr builder_{require_ptr(OSSL_PARAM_BLD_new(), "OSSL_PARAM_BLD_new")};
    std::vector<BignumPtr> numbers_;
    std::vector<std::unique_ptr<Bytes>> octets_;
};

EvpPkeyPtr ec_impostor(EVP_PKEY* genuine, EVP_PKEY* own) {
    char group[64] = {};
    require(EVP_PKEY_get_group_name(genuine, group, sizeof group, nullptr) == 1, "curve");
    KeyParams params;
    params.text(OSSL_PKEY_PARAM_GROUP_NAME, group);
    params.octets(OSSL_PKEY_PARAM_PUB_KEY, genuine);
    params.number(OSSL_PKEY_PARAM_PRIV_KEY, own);
    return params.make("EC");
}

/// With primes that do not belong to n, OpenSSL notices that its short cut failed and computes m^d mod n
/// instead: a wrong signature without any error.
EvpPkeyPtr rsa_impostor(EVP_PKEY* genuine, EVP_PKEY* own) {
    KeyParams params;
    params.number(OSSL_PKEY_PARAM_RSA_N, genuine);
    params.number(OSSL_PKEY_PARAM_RSA_E, genuine);
    for (const char* name :
         {OSSL_PKEY_PARAM_RSA_D, OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
          OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1}) {
        params.number(name, own);
    }
    return params.make("RSA");
}

EvpPkeyPtr ed25519_impostor(EVP_PKEY* genuine, EVP_PKEY* own) {
    KeyParams params;
    params.octets(OSSL_PKEY_PARAM_PUB_KEY, genuine);
    params.octets(OSSL_PKEY_PARAM_PRIV_KEY, own);
    return params.make("ED25519");
}

}  // namespace

Key Key::mismatched(const Key& public_of, const Key& private_of) {
    const std::string kind = public_of.kind_name();
    if (kind != private_of.kind_name()) {
        throw Error("a mismatched key needs two keys of one kind, not " + kind + " and " +
                    private_of.kind_name());
    }
    if (!private_of.has_private()) throw Error("a mismatched key needs a private part");
    EVP_PKEY* const genuine = public_of.native();
    EVP_PKEY* const own = private_of.native();
    if (EVP_PKEY_is_a(genuine, "EC")) return adopt(ec_impostor(genuine, own));
    if (EVP_PKEY_is_a(genuine, "RSA")) return adopt(rsa_impostor(genuine, own));
    if (EVP_PKEY_is_a(genuine, "ED25519")) return adopt(ed25519_impostor(genuine, own));
    throw Error("no mismatched key can be made of a key of kind " + kind);
}

}  // namespace pinlab::pki
