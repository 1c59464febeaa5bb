// A certificate that cannot be read is an error: its author must say which one was to be trusted.
#include "client_under_test/reference/trust_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/protocol/tls_faults.h"

namespace pinlab::reference {

using namespace protocol;
namespace {

using pinlab::client::ConfigError;

std::string read_file(const std::string& path) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none))
        throw ConfigError("trust.file " + path + ": cannot be read");
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file.is_open() || file.bad()) throw ConfigError("trust.file " + path + ": cannot be read");
    return text;
}

// At least one certificate, and nothing but certificates in PEM.
void add_all(X509_STORE* store, const std::string& path, const std::string& text) {
    BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    int count = 0;
    while (X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
        X509_STORE_add_cert(store, certificate.get());
        ++count;
    }
    unsigned long last = ERR_peek_last_error();
    bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    std::string why = tls_text(drain_openssl_errors(), "cannot be read");
    if (count == 0) throw ConfigError("trust.file " + path + ": holds no certificate in PEM");
    if (!at_end)
        throw ConfigError("trust.file " + path + ": certificate " + std::to_string(count + 1) + ": " + why);
}

}  // namespace

TrustStore load_trust(const pinlab::client::Policy& policy) {
    TrustStore trust;
    trust.anchors.reset(X509_STORE_new(), X509_STORE_free);
    if (!trust.anchors) throw ConfigError("trust: out of memory");
    if (policy.trust_file.empty()) {
        if (X509_STORE_set_default_paths(trust.anchors.get()) != 1)
            throw ConfigError("trust: the system's store cannot be used");
        trust.digest = trust.origin = "system";
        return trust;
    }
    std::string text = read_file(policy.trust_file);
    add_all(trust.anchors.get(), policy.trust_file, text);
    trust.digest = hex_sha256(text);
    trust.origin = "file";
    return trust;
}

}  // namespace pinlab::reference
