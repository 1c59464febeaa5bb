#include "servers/pki/corrupt.h"

#include "servers/pki/assemble.h"
#include "servers/pki/der.h"

namespace pinlab::pki {
namespace {

void append(Bytes& bytes, std::span<const unsigned char> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

/// The AlgorithmIdentifier of a signature by this key over this digest (RFC 5280 4.1.1.2).
Bytes algorithm_der(const Key& signer, Digest digest) {
    int nid = 0;
    const EVP_MD* hash = hash_for(signer, digest);
    require(hash && OBJ_find_sigid_by_algs(&nid, EVP_MD_get_type(hash),
                                           EVP_PKEY_get_base_id(signer.native())) == 1,
            "no signature algorithm of this key and this digest");
    const AlgorithmPtr algorithm(require_ptr(X509_ALGOR_new(), "AlgorithmIdentifier"));
    const int parameters = EVP_PKEY_is_a(signer.native(), "RSA") ? V_ASN1_NULL : V_ASN1_UNDEF;
    require(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(nid), parameters, nullptr) == 1,
            "AlgorithmIdentifier");
    unsigned char* der = nullptr;
    const int size = i2d_X509_ALGOR(algorithm.get(), &der);
    require(size > 0, "AlgorithmIdentifier");
    Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

Bytes signature_der(const Key& signer, Digest digest, const Bytes& text) {
    using ContextPtr = std::unique_ptr<EVP_MD_CTX, Freer<&EVP_MD_CTX_free>>;
    const ContextPtr context(require_ptr(EVP_MD_CTX_new(), "signing"));
    std::size_t size = 0;
    require(
        EVP_DigestSignInit(context.get(), nullptr, hash_for(signer, digest), nullptr, signer.native()) == 1 &&
            EVP_DigestSign(context.get(), nullptr, &size, text.data(), text.size()) == 1,
        "signing");
    Bytes signature(size + 1);  // the first byte of a BIT STRING counts its unused bits: none
    require(EVP_DigestSign(context.get(), signature.data() + 1, &size, text.data(), text.size()) == 1,
            "signing");
    signature.resize(size + 1);
    return der::encode(der::bit_string, signature);
}

}  // namespace

Certificate with_broken_signature(const Certificate& certificate) {
    // The signature is the last field of a certificate (RFC 5280 4.1), so its last bit is the last bit of
    // all.
    Bytes der = certificate.to_der();
    der.back() ^= 1;
    return Certificate::from_der(der);
}

Certificate with_public_key(const Certificate& certificate, const Key& key) {
    const Certificate copy = Certificate::from_der(certificate.to_der());
    require(X509_set_pubkey(copy.native(), key.native_for_spki()) == 1, "public key");
    // A parsed certificate keeps its encoding; X509_set_pubkey() alone would be forgotten when it is written.
    require(i2d_re_X509_tbs(copy.native(), nullptr) > 0, "public key");
    return Certificate::from_der(copy.to_der());
}

Certificate with_flipped_byte(const Certificate& certificate, std::size_t at) {
    Bytes bytes = certificate.to_der();
    const der::Element signed_part = der::first(der::first(bytes).content);
    if (at >= signed_part.whole.size()) throw Error("the signed part has no byte at this place");
    bytes[static_cast<std::size_t>(signed_part.whole.data() - bytes.data()) + at] ^= 1;
    return Certificate::from_der(bytes);
}

Certificate with_inner_digest(const Certificate& certificate, Digest inner, Digest outer, const Key& signer) {
    const Bytes bytes = certificate.to_der();
    const std::vector<der::Element> parts = der::children(der::first(bytes).content);
    const std::vector<der::Element> fields = der::children(parts.at(0).content);
    const std::size_t algorithm =
        fields.at(0).tag == der::explicit_0 ? 2 : 1;  // after version and serial number
    Bytes body;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i == algorithm) {
            append(body, algorithm_der(signer, inner));
        } else {
            append(body, fields[i].whole);
        }
    }
    const Bytes signed_part = der::encode(der::sequence, body);
    Bytes whole = signed_part;
    append(whole, algorithm_der(signer, outer));
    append(whole, signature_der(signer, outer, signed_part));
    return Certificate::from_der(der::encode(der::sequence, whole));
}

}  // namespace pinlab::pki
