// Owning pointers for OpenSSL's types, and its error queue drained into one exception type.
// Knows no certificate and no key: whatever has a meaning lives in the other files of this folder.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::pki {

/// DER, hashes and other raw bytes.
using Bytes = std::vector<unsigned char>;
using Sha256 = std::array<unsigned char, 32>;

/// Makes a unique_ptr call one of OpenSSL's free functions.
template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using AlgorithmPtr = std::unique_ptr<X509_ALGOR, Freer<&X509_ALGOR_free>>;
using Asn1ObjectPtr = std::unique_ptr<ASN1_OBJECT, Freer<&ASN1_OBJECT_free>>;
using Asn1TimePtr = std::unique_ptr<ASN1_TIME, Freer<&ASN1_TIME_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<&BN_clear_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<&BIO_free_all>>;
using BitStringPtr = std::unique_ptr<ASN1_BIT_STRING, Freer<&ASN1_BIT_STRING_free>>;
using EvpPkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<&EVP_PKEY_CTX_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<&GENERAL_NAMES_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Freer<&ASN1_INTEGER_free>>;
using OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, Freer<&ASN1_OCTET_STRING_free>>;
using X509ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<&X509_EXTENSION_free>>;
using X509NamePtr = std::unique_ptr<X509_NAME, Freer<&X509_NAME_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<&X509_free>>;

/// A fault in setting things up: a file that is no PEM, a key of the wrong kind, a refusal by OpenSSL.
/// What a peer does on the network is never an Error; it is data.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;

    /// `what` followed by everything in this thread's OpenSSL error queue, which is empty afterwards.
    /// To be made right where OpenSSL has failed, so that the queue holds that failure and nothing else.
    static Error from_openssl(const std::string& what);
};

/// Drops, at the end of its scope, the queue entries that were added since its construction and no older
/// ones: for calls whose failure is an answer ("no further certificate in this file"). Stale entries
/// would make SSL_get_error() report a healthy connection as broken.
class ExpectedFailure {
  public:
    ExpectedFailure();
    ~ExpectedFailure();
    ExpectedFailure(const ExpectedFailure&) = delete;
    ExpectedFailure& operator=(const ExpectedFailure&) = delete;
};

/// Throws Error::from_openssl(what) unless `ok`; `ok` is what OpenSSL's call returned.
void require(bool ok, std::string_view what);

/// The pointer itself; throws Error::from_openssl(what) if it is null.
template <class T>
T* require_ptr(T* pointer, std::string_view what) {
    require(pointer != nullptr, what);
    return pointer;
}

/// FIPS 180-4.
Sha256 sha256(std::span<const unsigned char> bytes);

/// A read-only BIO over `text`, which must outlive it.
BioPtr reading_bio(std::string_view text);

/// An empty BIO in memory, to be written to.
BioPtr memory_bio();

/// All that was written to a memory BIO.
std::string text_of(BIO* memory);

/// A whole file; Error names the file if it cannot be read.
std::string read_file(const std::string& path);

}  // namespace pinlab::pki
