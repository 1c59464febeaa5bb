// Certificates spoilt after they were signed; see the header.
#include "servers/pki/bend.h"

namespace pinlab::pki {

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

}  // namespace pinlab::pki
