// PEM and DER from files of the user's and from real servers: certificates, keys, and the attacker's copy of
// a leaf. What is read is the same when it is written and read again; what cannot be read is an Error, and
// nothing else.
#include <algorithm>
#include <string>

#include "cmake/fuzz/property.h"
#include "servers/pki/authority.h"
#include "servers/pki/certificate.h"
#include "servers/pki/corrupt.h"
#include "servers/pki/der.h"
#include "servers/pki/pin.h"

namespace {

using namespace pinlab::pki;
using pinlab::fuzz::must;

/// Runs `work`, for which an Error is an answer. OpenSSL's queue must not hold a stale failure afterwards.
template <class Work>
bool try_to(Work work) {
    try {
        work();
        return true;
    } catch (const Error& error) {
        must(*error.what() != '\0', "an error says what is wrong");
        return false;
    }
}

void take_apart(std::span<const unsigned char> bytes) {
    try_to([&] {
        const der::Element element = der::first(bytes);
        must(element.whole.size() <= bytes.size(), "an element lies within its bytes");
        must(der::first(der::encode(element.tag, element.content)).content.size() == element.content.size(),
             "an element is read as it is written");
        std::size_t sum = 0;
        for (const der::Element& child : der::children(element.content)) sum += child.whole.size();
        must(sum == element.content.size(), "children are all of it");
    });
}

void inspect(const Certificate& certificate) {
    const Bytes spki = certificate.spki_der();
    const Bytes der = certificate.to_der();
    must(std::search(der.begin(), der.end(), spki.begin(), spki.end()) != der.end(),
         "the key that is pinned stands in the certificate as it is");
    must(Pin::parse(Pin::of(certificate).to_string()) == Pin::of(certificate),
         "a pin is read as it is written");
    must(certificate.sha256_hex().size() == 64, "a fingerprint has 64 digits");
    try_to([&] { certificate.subject(); });
    try_to([&] { certificate.issuer(); });
    try_to([&] { certificate.not_before(); });
    try_to([&] { certificate.not_after(); });
    try_to([&] { certificate.public_key().kind_name(); });
    try_to([&] { with_broken_signature(certificate).to_der(); });
    certificate.names();
    certificate.serial_hex();
    certificate.is_self_issued();
}

const Key& attacker() {
    static const Key made = Key::generate(KeyKind::p256);
    return made;
}

const Authority& rogue() {
    static const Authority made = Authority::root({.common_name = "rogue"}, attacker(), 1'764'000'000);
    return made;
}

/// What the interceptor does with the leaf of a real server, which may be anything.
void forge(const Certificate& original) {
    try_to([&] {
        const Certificate copy = rogue().sign_copy(original, attacker());
        must(copy.spki_der() == attacker().spki_der(), "a copy has the attacker's key");
        must(copy.names() == original.names() || original.names().empty(), "a copy has the original's names");
        must(Certificate::from_der(copy.to_der()).to_der() == copy.to_der(), "a copy can be read");
    });
    try_to([&] { self_sign_copy(original, attacker(), {.names = {{"other.test"}}}); });
    try_to([&] { with_public_key(original, attacker()).to_der(); });
}

void read_der(std::span<const unsigned char> bytes) {
    try_to([&] {
        const Certificate certificate = Certificate::from_der(bytes);
        must(Certificate::from_der(certificate.to_der()).to_der() == certificate.to_der(),
             "DER stays what it is");
        inspect(certificate);
        forge(certificate);
    });
}

void read_pem(std::string_view text) {
    try_to([&] {
        const std::vector<Certificate> chain = chain_from_pem(text);
        const std::vector<Certificate> again = chain_from_pem(to_pem(chain));
        must(std::equal(chain.begin(), chain.end(), again.begin(), again.end(),
                        [](const auto& a, const auto& b) { return a.to_der() == b.to_der(); }),
             "a chain is read as it is written");
        for (const Certificate& certificate : chain) inspect(certificate);
    });
    try_to([&] {
        const Key key = Key::from_pem(text);
        key.kind_name();
        must(Key::from_pem(key.public_pem()).spki_der() == key.spki_der(),
             "a public key is read as it is written");
        if (key.has_private()) must(Key::from_pem(key.to_pem()).same_public(key), "so is a private one");
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = pinlab::fuzz::text_of(data, size);
    if (text.find("-----BEGIN") != std::string_view::npos) read_pem(text);
    read_der({data, size});
    take_apart({data, size});
    return 0;
}
