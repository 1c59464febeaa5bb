#include "client_under_test/protocol/pin_text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "client_under_test/protocol/pin_lookalike.h"

namespace pinlab::client {
namespace {

constexpr std::string_view pin_prefix = "sha256/";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string pin_text(const Digest& hash) {
    std::string out(pin_prefix);
    unsigned bits = 0;
    int held = 0;
    for (unsigned char byte : hash) {
        bits = (bits << 8) | byte;
        held += 8;
        while (held >= 6) {
            held -= 6;
            out.push_back(alphabet[(bits >> held) & 63U]);
        }
        bits &= (1U << held) - 1;
    }
    out.push_back(alphabet[(bits << (6 - held)) & 63U]);
    out.push_back('=');
    return out;
}

}  // namespace pinlab::client

namespace pinlab::protocol {
namespace {

using pinlab::client::alphabet;
using pinlab::client::pin_prefix;
constexpr std::size_t base64_length = 44;  // 32 bytes and one '='

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    std::string shown(text.substr(0, 80));
    throw ConfigError("pin \"" + shown + "\": " + why);
}

// 43 letters carry 258 bits for 256: the two extra bits must be zero, or one key would have four
// spellings.
std::optional<SpkiHash> decode(std::string_view base64) {
    if (base64.size() != base64_length || base64.back() != '=') return std::nullopt;
    SpkiHash hash{};
    std::size_t filled = 0;
    unsigned bits = 0;
    int held = 0;
    for (char c : base64.substr(0, base64_length - 1)) {
        std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<unsigned>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        hash[filled++] = static_cast<unsigned char>(bits >> held);
        bits &= (1U << held) - 1;
    }
    return bits == 0 ? std::optional(hash) : std::nullopt;
}

// Looked up once: OpenSSL 3 searches its providers on each use otherwise, which costs more than the hash.
const EVP_MD* fetched_sha256() {
    static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return digest;
}

pinlab::client::Digest sha256(const unsigned char* bytes, std::size_t size) {
    pinlab::client::Digest hash;
    unsigned length = 0;
    if (EVP_Digest(bytes, size, hash.data(), &length, fetched_sha256(), nullptr) != 1 ||
        length != hash.size())
        throw std::runtime_error("SHA-256 failed");
    return hash;
}

}  // namespace

SpkiHash spki_hash(const X509* certificate) {
    std::array<unsigned char, 1024> room;  // enough for RSA 7680; what is larger gets memory of its own
    const X509_PUBKEY* key = X509_get_X509_PUBKEY(certificate);
    int length = i2d_X509_PUBKEY(key, nullptr);
    if (length <= 0) throw std::runtime_error("a certificate without a public key");
    std::vector<unsigned char> more(
        static_cast<std::size_t>(length) > room.size() ? static_cast<std::size_t>(length) : 0);
    unsigned char* der = more.empty() ? room.data() : more.data();
    const unsigned char* begin = der;
    i2d_X509_PUBKEY(key, &der);
    return sha256(begin, static_cast<std::size_t>(length));
}

pinlab::client::Digest certificate_hash(const X509* certificate) {
    pinlab::client::Digest hash;
    unsigned length = 0;
    if (X509_digest(certificate, fetched_sha256(), hash.data(), &length) != 1 || length != hash.size())
        throw std::runtime_error("a certificate that cannot be hashed");
    return hash;
}

std::string hex(const pinlab::client::Digest& digest) {
    std::string text;
    for (unsigned char byte : digest) {
        text.push_back("0123456789abcdef"[byte >> 4]);
        text.push_back("0123456789abcdef"[byte & 15]);
    }
    return text;
}

std::string hex_sha256(std::string_view text) {
    return hex(sha256(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

SpkiHash parse_pin(std::string_view text) {
    if (text.starts_with(pin_prefix)) {
        if (auto hash = decode(text.substr(pin_prefix.size()))) return *hash;
    }
    refuse(text, lookalike(text));
}

PinPolicy PinPolicy::parse(const std::optional<std::vector<std::string>>& texts) {
    if (!texts) return unpinned();
    if (texts->empty())
        throw ConfigError("pins: an empty set; it must not come to mean that everybody is accepted");
    std::vector<SpkiHash> pins;
    for (const std::string& text : *texts) {
        SpkiHash pin = parse_pin(text);
        if (std::find(pins.begin(), pins.end(), pin) != pins.end())
            refuse(text, "stands twice in the set; is the backup pin a copy of the first?");
        pins.push_back(pin);
    }
    return of(std::move(pins));
}

pinlab::client::HostPolicy PinPolicy::entry() const {
    pinlab::client::HostPolicy entry;
    entry.pinned = pinned_;
    for (const SpkiHash& pin : pins_) entry.pins.push_back({.digest = pin});
    return entry;
}

std::optional<std::size_t> PinPolicy::find(const SpkiHash& hash) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < pins_.size(); ++i) {
        bool equal = CRYPTO_memcmp(pins_[i].data(), hash.data(), hash.size()) == 0;
        if (equal && !found) found = i;
    }
    return found;
}

}  // namespace pinlab::protocol
