#include "servers/pki/pin.h"

#include <algorithm>

#include "servers/util/ascii.h"

namespace pinlab::pki {
namespace {

constexpr std::string_view prefix = "sha256/";
constexpr std::size_t base64_size = 44;  // of 32 bytes, with its one '='

}  // namespace

Pin Pin::of(const Certificate& certificate) {
    return Pin(certificate.spki_sha256());
}

Pin Pin::of(const Key& key) {
    return Pin(sha256(key.spki_der()));
}

std::optional<Pin> Pin::parse(std::string_view text) {
    if (!text.starts_with(prefix) || text.size() != prefix.size() + base64_size) return std::nullopt;
    const std::string base64(text.substr(prefix.size()));
    unsigned char decoded[33];
    const ExpectedFailure quiet;
    if (EVP_DecodeBlock(decoded, reinterpret_cast<const unsigned char*>(base64.data()), base64_size) != 33) {
        return std::nullopt;
    }
    Sha256 hash{};
    std::copy_n(decoded, hash.size(), hash.begin());
    const Pin pin(hash);
    // EVP_DecodeBlock accepts spaces and stray bits; one pin has one text.
    return pin.to_string() == text ? std::optional(pin) : std::nullopt;
}

std::string Pin::to_string() const {
    return std::string(prefix) + util::base64(hash_);
}

}  // namespace pinlab::pki
