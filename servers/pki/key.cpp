// Mismatched keys are made in mismatched_key.cpp.
#include "servers/pki/key.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <mutex>
#include <utility>

#include "servers/pki/fast_spki.h"
#include "servers/pki/weak_keys.h"

namespace pinlab::pki {
namespace {

struct Named {
    KeyKind kind;
    std::string_view name;
};

constexpr std::array kinds{Named{KeyKind::p192, "p192"},       Named{KeyKind::rsa512, "rsa512"},
                           Named{KeyKind::rsa1024, "rsa1024"}, Named{KeyKind::rsa8192, "rsa8192"},
                           Named{KeyKind::p256, "p256"},       Named{KeyKind::p384, "p384"},
                           Named{KeyKind::rsa2048, "rsa2048"}, Named{KeyKind::rsa3072, "rsa3072"},
                           Named{KeyKind::rsa4096, "rsa4096"}, Named{KeyKind::ed25519, "ed25519"}};

EVP_PKEY* generate_native(KeyKind kind) {
    switch (kind) {
        case KeyKind::p192:
            return EVP_EC_gen("P-192");
        case KeyKind::p256:
            return EVP_EC_gen("P-256");
        case KeyKind::p384:
            return EVP_EC_gen("P-384");
        case KeyKind::rsa512:
            return EVP_RSA_gen(512);
        case KeyKind::rsa1024:
            return EVP_RSA_gen(1024);
        case KeyKind::rsa2048:
            return EVP_RSA_gen(2048);
        case KeyKind::rsa3072:
            return EVP_RSA_gen(3072);
        case KeyKind::rsa4096:
            return EVP_RSA_gen(4096);
        case KeyKind::rsa8192:
            return published_rsa8192().release();
        case KeyKind::ed25519:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    throw Error("no such kind of key");
}

/// A key file without a passphrase must not make OpenSSL ask at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

/// Mismatched Ed25519 keys hold a public part that their PEM would not keep.
bool survives_pem(EVP_PKEY* pkey, const std::string& pem, const Bytes& spki) {
    if (!EVP_PKEY_is_a(pkey, "ED25519") && !EVP_PKEY_is_a(pkey, "ED448")) return true;
    return Key::from_pem(pem).spki_der() == spki;
}

}  // namespace

std::string_view to_string(KeyKind kind) {
    for (const Named& entry : kinds) {
        if (entry.kind == kind) return entry.name;
    }
    throw Error("no such kind of key");
}

std::optional<KeyKind> key_kind_from(std::string_view text) {
    for (const Named& entry : kinds) {
        if (entry.name == text) return entry.kind;
    }
    return std::nullopt;
}

struct Key::State {
    EvpPkeyPtr pkey;
    // Encoding a provider's key is expensive: once, and only where it is asked for.
    mutable std::once_flag fast_once, spki_once, pem_once, public_pem_once;
    mutable EvpPkeyPtr fast;
    mutable Bytes spki;
    mutable std::string pem, public_pem;
};

Key::Key(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Key Key::adopt(EvpPkeyPtr pkey) {
    if (!pkey) throw Error::from_openssl("no key");
    auto state = std::make_shared<State>();
    state->pkey = std::move(pkey);
    return Key(std::move(state));
}

Key Key::generate(KeyKind kind) {
    return adopt(EvpPkeyPtr(require_ptr(generate_native(kind), "a key cannot be generated")));
}

Key Key::from_pem(std::string_view pem) {
    EvpPkeyPtr pkey;
    {
        const ExpectedFailure quiet;  // the second attempt says what is wrong
        const BioPtr bio = reading_bio(pem);
        pkey.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
    }
    if (!pkey && pem.find("PRIVATE KEY-----") != std::string_view::npos) {
        throw Error("the private key cannot be read (damaged, or protected by a passphrase)");
    }
    if (!pkey) {
        const BioPtr bio = reading_bio(pem);
        pkey.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, &no_passphrase, nullptr));
    }
    require(pkey != nullptr, "no PRIVATE KEY or PUBLIC KEY in PEM");
    return adopt(std::move(pkey));
}

Key Key::from_file(const std::filesystem::path& file) {
    const std::string pem = read_file(file.string());
    try {
        return from_pem(pem);
    } catch (const Error& error) {
        throw Error(file.string() + ": " + error.what());
    }
}

Key Key::from_spki_der(std::span<const unsigned char> der) {
    const unsigned char* cursor = der.data();
    EvpPkeyPtr pkey(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der.size())));
    require(pkey != nullptr, "the public key cannot be read");
    if (cursor != der.data() + der.size()) throw Error("the public key has trailing bytes");
    return adopt(std::move(pkey));
}

std::string Key::to_pem() const {
    std::call_once(state_->pem_once, [this] {
        if (!has_private()) throw Error("a public key has no private PEM");
        const BioPtr bio = memory_bio();
        require(
            PEM_write_bio_PKCS8PrivateKey(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
            "the private key cannot be written");
        std::string pem = text_of(bio.get());
        if (!survives_pem(native(), pem, spki_der())) {
            throw Error("a mismatched Ed25519 key cannot be written: PKCS#8 holds no public part of it");
        }
        state_->pem = std::move(pem);
    });
    return state_->pem;
}

std::string Key::public_pem() const {
    std::call_once(state_->public_pem_once, [this] {
        const BioPtr bio = memory_bio();
        require(PEM_write_bio_PUBKEY(bio.get(), native()) == 1, "the public key cannot be written");
        state_->public_pem = text_of(bio.get());
    });
    return state_->public_pem;
}

const Bytes& Key::spki_der() const {
    std::call_once(state_->spki_once, [this] { state_->spki = encode_spki(native_for_spki()); });
    return state_->spki;
}

std::optional<KeyKind> Key::kind() const {
    return key_kind_from(kind_name());
}

std::string Key::kind_name() const {
    char group[64] = {};
    const ExpectedFailure quiet;  // only curves have a group
    if (EVP_PKEY_is_a(native(), "RSA")) return "rsa" + std::to_string(EVP_PKEY_get_bits(native()));
    if (EVP_PKEY_is_a(native(), "ED25519")) return "ed25519";
    if (EVP_PKEY_get_group_name(native(), group, sizeof group, nullptr)) {
        const std::string_view name = group;
        if (name == "prime256v1") return "p256";
        if (name == "prime192v1") return "p192";
        return name == "secp384r1" ? "p384" : std::string(name);
    }
    const char* type = EVP_PKEY_get0_type_name(native());
    return type ? type : "unknown";
}

bool Key::has_private() const {
    const ExpectedFailure quiet;  // each kind of key has one of these, if any
    for (const char* name : {OSSL_PKEY_PARAM_PRIV_KEY, OSSL_PKEY_PARAM_RSA_D}) {
        BIGNUM* number = nullptr;
        if (EVP_PKEY_get_bn_param(native(), name, &number)) {
            BN_clear_free(number);
            return true;
        }
    }
    std::size_t size = 0;
    return EVP_PKEY_get_octet_string_param(native(), OSSL_PKEY_PARAM_PRIV_KEY, nullptr, 0, &size) == 1;
}

EVP_PKEY* Key::native() const {
    return state_->pkey.get();
}

EVP_PKEY* Key::native_for_spki() const {
    std::call_once(state_->fast_once, [this] { state_->fast = fast_spki(native()); });
    return state_->fast ? state_->fast.get() : native();
}

}  // namespace pinlab::pki
