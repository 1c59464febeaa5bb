"""C++ with OpenSSL 3: pins are checked during verification, so that a refusal sends an alert and no data."""

from __future__ import annotations

from pinlab.pins.formats.base import Capabilities, Format
from pinlab.pins.model import PinSet, Semantics
from pinlab.pins.snippets import fill

_TEMPLATE = """\
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

// SHA-256 of SubjectPublicKeyInfo, base64. Give up resumption (SSL_OP_NO_TICKET, no session cache):
// a resumed session is not verified again.
constexpr std::array pins{
@PINS@
};

std::string spki_sha256(X509* certificate) {
    unsigned char* der = nullptr;
    int const length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (length <= 0) return {};
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    auto const bytes = static_cast<std::size_t>(length);
    bool const hashed = EVP_Digest(der, bytes, digest, &size, EVP_sha256(), nullptr) == 1;
    OPENSSL_free(der);
    if (!hashed) return {};
    std::string text(4 * ((size + 2) / 3), ' ');
    unsigned char out[4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1];
    EVP_EncodeBlock(out, digest, static_cast<int>(size));
    std::copy_n(out, text.size(), text.begin());
    return text;
}

// Ordinary validation first, then any key of the chain that it built.
int verify_with_pins(X509_STORE_CTX* store, void*) {
    if (X509_verify_cert(store) != 1) return 0;
    STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(store);
    for (int at = 0; at < sk_X509_num(chain); ++at) {
        std::string const pin = spki_sha256(sk_X509_value(chain, at));
        if (std::find(pins.begin(), pins.end(), std::string_view(pin)) != pins.end()) return 1;
    }
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
    return 0;
}

void pin(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify_with_pins, nullptr);
}
"""


def write(pinset: PinSet) -> str:
    """A source file without main."""
    return fill(_TEMPLATE, pinset, '    std::string_view{"@PIN@"},')


FORMAT = Format("cpp", "C++ with OpenSSL 3", Capabilities(), Semantics.SPKI_ANY, write=write)
