// A private or public key as a value that is cheap to copy: made, read, written, mismatched.
// Knows no certificate. Private parts leave it only by to_pem().
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "servers/pki/openssl.h"

namespace pinlab::pki {

/// The kinds that the lab makes, the weakest for clients to refuse. Keys that are read from files may be of
/// any kind OpenSSL knows.
enum class KeyKind { p192, p256, p384, rsa512, rsa1024, rsa2048, rsa3072, rsa4096, rsa8192, ed25519 };

/// "p256", "rsa2048" …, as recipes and world.json write it.
std::string_view to_string(KeyKind kind);

/// The reverse; nothing for any other text.
std::optional<KeyKind> key_kind_from(std::string_view text);

class Key {
  public:
    /// A fresh key. RSA is slow: 2048 bits 0.16 s, 4096 bits 2.3 s; the others take well under a millisecond.
    /// The key of rsa8192 is always the same published one (weak_keys.h).
    static Key generate(KeyKind kind);

    /// The first PRIVATE KEY or PUBLIC KEY block of a PEM text, unencrypted. Error if there is none.
    static Key from_pem(std::string_view pem);

    /// from_pem() of a file; Error names the file.
    static Key from_file(const std::filesystem::path& file);

    /// A public key from the DER of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7).
    static Key from_spki_der(std::span<const unsigned char> der);

    /// Takes over a key of OpenSSL's. Error if it is null.
    static Key adopt(EvpPkeyPtr pkey);

    /// The genuine public part of one key with the private part of another: OpenSSL takes it for the key of
    /// the genuine certificate, and every signature that it makes is wrong (stolen chain, CVE-2014-1266).
    /// Both must be of the same kind: NIST curves, RSA and Ed25519; Error otherwise. A mismatched
    /// Ed25519 key lives in memory only, because PKCS#8 keeps no public part of it: to_pem() throws.
    static Key mismatched(const Key& public_of, const Key& private_of);

    /// PKCS#8 "PRIVATE KEY" PEM, unencrypted. Error if there is no private part.
    std::string to_pem() const;

    /// "PUBLIC KEY" PEM.
    std::string public_pem() const;

    /// DER of the SubjectPublicKeyInfo: what a pin is the hash of (RFC 7469 2.4). Valid as long as any copy
    /// of the key.
    const Bytes& spki_der() const;

    /// Nothing for a kind that generate() does not make (a file of the user's).
    std::optional<KeyKind> kind() const;

    /// to_string(kind()), or OpenSSL's words for other keys: "secp521r1", "rsa8192", "ed448".
    std::string kind_name() const;

    bool has_private() const;

    /// Whether two keys have the same public part.
    bool same_public(const Key& other) const { return spki_der() == other.spki_der(); }

    /// Never null. Shared: not to be freed, not to be changed.
    EVP_PKEY* native() const;

    /// The same public key in the form that X509_set_pubkey() takes fast (see fast_spki.h). Never null.
    EVP_PKEY* native_for_spki() const;

  private:
    struct State;
    explicit Key(std::shared_ptr<const State> state);

    std::shared_ptr<const State> state_;
};

}  // namespace pinlab::pki
