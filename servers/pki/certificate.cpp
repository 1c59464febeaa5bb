#include "servers/pki/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>
#include <mutex>
#include <utility>

#include "servers/pki/der.h"
#include "servers/util/ascii.h"

namespace pinlab::pki {
namespace {

using PemText = std::unique_ptr<char, decltype([](char* text) { OPENSSL_free(text); })>;

/// One PEM block, whatever it is called; false at the end of the text.
bool next_block(BIO* bio, std::string& label, Bytes& der) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(bio, &name, &header, &data, &size) != 1) {
        const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
        if (!ended) throw Error::from_openssl("damaged PEM");
        return false;
    }
    const PemText own_name(name), own_header(header), own_data(reinterpret_cast<char*>(data));
    label = name;
    der.assign(data, data + size);
    OPENSSL_cleanse(data, static_cast<std::size_t>(size));  // a file may hold a private key as well
    return true;
}

bool is_certificate(std::string_view label) {
    return label == PEM_STRING_X509 || label == PEM_STRING_X509_OLD || label == PEM_STRING_X509_TRUSTED;
}

/// A name whose bytes break the promise of their string type does not get this far: OpenSSL does not parse
/// it.
std::string name_text(const X509_NAME* name) {
    const BioPtr bio = memory_bio();
    constexpr unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    require(X509_NAME_print_ex(bio.get(), name, 0, flags) >= 0, "a name cannot be printed");
    return text_of(bio.get());
}

std::int64_t unix_seconds(const ASN1_TIME* time) {
    std::tm parts{};
    require(ASN1_TIME_to_tm(time, &parts) == 1, "a validity field is not a time");
    return timegm(&parts);
}

}  // namespace

struct Certificate::State {
    X509Ptr x509;
    // Each is expensive: made once, and only where it is asked for.
    mutable std::once_flag der_once, subject_once, spki_sha256_once, sha256_once;
    mutable Bytes der;
    mutable std::string subject;
    mutable Sha256 spki_sha256{};
    mutable std::string sha256_hex;
};

Certificate::Certificate(std::shared_ptr<const State> state) : state_(std::move(state)) {}

X509* Certificate::native() const {
    return state_->x509.get();
}

Certificate Certificate::adopt(X509Ptr x509) {
    if (!x509) throw Error::from_openssl("no certificate");
    auto state = std::make_shared<State>();
    state->x509 = std::move(x509);
    return Certificate(std::move(state));
}

Certificate Certificate::from_der(std::span<const unsigned char> der) {
    const unsigned char* cursor = der.data();
    X509Ptr x509(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
    require(x509 != nullptr, "the certificate cannot be read");
    if (cursor != der.data() + der.size()) throw Error("the certificate has trailing bytes");
    return adopt(std::move(x509));
}

Certificate Certificate::from_pem(std::string_view pem) {
    return chain_from_pem(pem).front();
}

std::vector<Certificate> chain_from_pem(std::string_view pem) {
    std::vector<Certificate> chain;
    const BioPtr bio = reading_bio(pem);
    std::string label;
    Bytes der;
    const ExpectedFailure end_of_text;
    while (next_block(bio.get(), label, der)) {
        if (is_certificate(label)) chain.push_back(Certificate::from_der(der));
        OPENSSL_cleanse(der.data(), der.size());
    }
    if (chain.empty()) throw Error("no CERTIFICATE in PEM");
    return chain;
}

std::vector<Certificate> chain_from_file(const std::filesystem::path& file) {
    const std::string pem = read_file(file.string());
    try {
        return chain_from_pem(pem);
    } catch (const Error& error) {
        throw Error(file.string() + ": " + error.what());
    }
}

std::string Certificate::to_pem() const {
    const BioPtr bio = memory_bio();
    require(PEM_write_bio_X509(bio.get(), native()) == 1, "a certificate cannot be written");
    return text_of(bio.get());
}

std::string to_pem(std::span<const Certificate> chain) {
    std::string pem;
    for (const Certificate& certificate : chain) pem += certificate.to_pem();
    return pem;
}

Bytes Certificate::to_der() const {
    return encoded();
}

const Bytes& Certificate::encoded() const {
    std::call_once(state_->der_once, [this] {
        unsigned char* der = nullptr;
        const int size = i2d_X509(native(), &der);
        require(size > 0, "a certificate cannot be encoded");
        state_->der.assign(der, der + size);
        OPENSSL_free(der);
    });
    return state_->der;
}

std::string Certificate::subject() const {
    std::call_once(state_->subject_once,
                   [this] { state_->subject = name_text(X509_get_subject_name(native())); });
    return state_->subject;
}

std::string Certificate::issuer() const {
    return name_text(X509_get_issuer_name(native()));
}

std::vector<std::string> Certificate::names() const {
    const ExpectedFailure quiet;  // a damaged extension has no names
    const GeneralNamesPtr all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(native(), NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> names;
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_DNS) continue;
        const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
        names.emplace_back(data, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
    return names;
}

std::int64_t Certificate::not_before() const {
    return unix_seconds(X509_get0_notBefore(native()));
}

std::int64_t Certificate::not_after() const {
    return unix_seconds(X509_get0_notAfter(native()));
}

std::string Certificate::serial_hex() const {
    const ASN1_INTEGER* serial = X509_get0_serialNumber(native());
    const auto* data = ASN1_STRING_get0_data(serial);
    return util::hex({data, static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

/// Not i2d_X509_PUBKEY, which would correct an encoding that is not DER: the pin would then be of other
/// bytes.
Bytes Certificate::spki_der() const {
    const der::Element signed_part = der::first(der::first(encoded()).content);
    const std::vector<der::Element> fields = der::children(signed_part.content);  // RFC 5280 4.1
    const std::size_t place = !fields.empty() && fields.front().tag == der::explicit_0 ? 6 : 5;
    if (fields.size() <= place) throw Error("a certificate without a public key");
    const auto spki = fields[place].whole;
    return {spki.begin(), spki.end()};
}

const Sha256& Certificate::spki_sha256() const {
    std::call_once(state_->spki_sha256_once, [this] { state_->spki_sha256 = sha256(spki_der()); });
    return state_->spki_sha256;
}

std::string Certificate::sha256_hex() const {
    std::call_once(state_->sha256_once, [this] { state_->sha256_hex = util::hex(sha256(encoded())); });
    return state_->sha256_hex;
}

Key Certificate::public_key() const {
    return Key::from_spki_der(spki_der());
}

bool Certificate::is_self_issued() const {
    return X509_NAME_cmp(X509_get_subject_name(native()), X509_get_issuer_name(native())) == 0;
}

}  // namespace pinlab::pki
