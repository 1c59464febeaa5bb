// A certificate as a value: read, written and looked at; its copies share one X509 and what was
// computed from it, because a witness names the same certificates in every handshake. Verifies nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "servers/pki/key.h"
#include "servers/pki/openssl.h"

namespace pinlab::pki {

class Certificate {
  public:
    /// The first CERTIFICATE block of a PEM text. Error if there is none or if it does not parse.
    static Certificate from_pem(std::string_view pem);

    /// Exactly one DER certificate; Error on trailing bytes.
    static Certificate from_der(std::span<const unsigned char> der);

    /// Takes over a certificate of OpenSSL's. Error if it is null.
    static Certificate adopt(X509Ptr x509);

    std::string to_pem() const;
    Bytes to_der() const;

    /// RFC 2253 text in UTF-8, control characters escaped: "CN=shop.test". Empty for an empty subject.
    std::string subject() const;

    /// The same for the issuer's name.
    std::string issuer() const;

    /// The dNSName entries of the subjectAltName, byte for byte: a NUL or a byte over 127 is kept.
    std::vector<std::string> names() const;

    /// Unix seconds. Error if the field is not a time.
    std::int64_t not_before() const;
    std::int64_t not_after() const;

    /// The serial number as lower-case hex, without sign or leading zeros beyond whole bytes.
    std::string serial_hex() const;

    /// DER of the SubjectPublicKeyInfo exactly as it stands in the certificate.
    Bytes spki_der() const;

    /// SHA-256 of those bytes.
    const Sha256& spki_sha256() const;

    /// SHA-256 of the DER as 64 lower-case hex digits.
    std::string sha256_hex() const;

    /// The public part alone. Error if OpenSSL cannot read that key.
    Key public_key() const;

    /// Subject and issuer have the same name (a root, or what claims to be one). Proves no signature.
    bool is_self_issued() const;

    /// Never null. Shared: not to be freed, not to be changed.
    X509* native() const;

  private:
    struct State;
    explicit Certificate(std::shared_ptr<const State> state);
    const Bytes& encoded() const;

    std::shared_ptr<const State> state_;
};

/// All CERTIFICATE blocks in the order of the text; other blocks are skipped. Error if there is none, or if
/// one does not parse.
std::vector<Certificate> chain_from_pem(std::string_view pem);

/// chain_from_pem() of a file; Error names the file.
std::vector<Certificate> chain_from_file(const std::filesystem::path& file);

/// The PEM of all of them, in order.
std::string to_pem(std::span<const Certificate> chain);

}  // namespace pinlab::pki
