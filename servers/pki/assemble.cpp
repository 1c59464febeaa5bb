#include "servers/pki/assemble.h"

#include <openssl/rand.h>

namespace pinlab::pki {
namespace {

constexpr std::int64_t year_0 = -62167219200;
constexpr std::int64_t year_9999 = 253402300799;

Asn1TimePtr time_of(std::int64_t seconds, const char* what) {
    if (seconds < year_0 || seconds > year_9999)
        throw Error(std::string(what) + " is outside the years 0 to 9999");
    Asn1TimePtr time(ASN1_TIME_set(nullptr, static_cast<time_t>(seconds)));
    require(time != nullptr, what);
    return time;
}

Bytes random_serial() {
    Bytes serial(16);
    require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "random serial number");
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);  // positive, always 16 bytes
    return serial;
}

}  // namespace

const EVP_MD* hash_for(const Key& signer, Digest digest) {
    if (EVP_PKEY_is_a(signer.native(), "ED25519") || EVP_PKEY_is_a(signer.native(), "ED448")) return nullptr;
    switch (digest) {
        case Digest::md5:
            return EVP_md5();
        case Digest::sha1:
            return EVP_sha1();
        case Digest::sha256:
            return EVP_sha256();
        case Digest::sha384:
            return EVP_sha384();
        case Digest::sha512:
            return EVP_sha512();
    }
    throw Error("no such digest");
}

X509Ptr start_certificate(const Key& subject_key) {
    X509Ptr x509(require_ptr(X509_new(), "X509_new"));
    require(X509_set_version(x509.get(), X509_VERSION_3) == 1, "version");
    set_serial(x509.get(), random_serial());
    require(X509_set_pubkey(x509.get(), subject_key.native_for_spki()) == 1, "public key");
    return x509;
}

void set_serial(X509* x509, const Bytes& serial, bool negative) {
    const BignumPtr number(
        require_ptr(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr), "serial"));
    BN_set_negative(number.get(), negative ? 1 : 0);
    const IntegerPtr integer(require_ptr(BN_to_ASN1_INTEGER(number.get(), nullptr), "serial"));
    require(X509_set_serialNumber(x509, integer.get()) == 1, "serial");
}

void set_not_before(X509* x509, std::int64_t seconds) {
    require(X509_set1_notBefore(x509, time_of(seconds, "not_before").get()) == 1, "not_before");
}

void set_not_after(X509* x509, std::int64_t seconds) {
    require(X509_set1_notAfter(x509, time_of(seconds, "not_after").get()) == 1, "not_after");
}

void add_common_name(X509_NAME* name, const std::string& text) {
    using EntryPtr = std::unique_ptr<X509_NAME_ENTRY, Freer<&X509_NAME_ENTRY_free>>;
    // With a plain string type OpenSSL does not enforce the upper bound of 64.
    const EntryPtr entry(X509_NAME_ENTRY_create_by_NID(nullptr, NID_commonName, V_ASN1_UTF8STRING,
                                                       reinterpret_cast<const unsigned char*>(text.data()),
                                                       static_cast<int>(text.size())));
    require(entry && X509_NAME_add_entry(name, entry.get(), -1, 0) == 1, "common name");
}

Certificate sign(X509Ptr x509, const Key& signer, Digest digest) {
    require(X509_sign(x509.get(), signer.native(), hash_for(signer, digest)) > 0, "signing");
    return Certificate::adopt(std::move(x509));
}

}  // namespace pinlab::pki
