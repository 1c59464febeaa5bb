// Owning pointers for OpenSSL's types, hashes, memory BIOs and files.
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
#include <string>
#include <string_view>
#include <vector>

#include "servers/util/openssl_check.h"

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

using util::Error;
using util::require;
using util::require_ptr;

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
