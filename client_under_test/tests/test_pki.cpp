// Every failure of OpenSSL throws: a test on a broken fixture proves nothing.
#include "client_under_test/tests/test_pki.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

#include "client_under_test/protocol/pin_text.h"

namespace pinlab::protocol::testing {
namespace {

void must(bool good, const char* what) {
    if (!good) throw std::runtime_error(what);
}

void add_extensions(X509* certificate, X509* issuer, const Wish& wish) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509V3_set_ctx_nodb(&context);
    for (const auto& [nid, value] : wish.extensions) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
        must(extension != nullptr, value.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
}

void record_alert(int is_write, int, int type, const void* bytes, std::size_t size, SSL*, void* seen) {
    if (is_write == 0 && type == SSL3_RT_ALERT && size == 2)
        static_cast<ServerView*>(seen)->alert_from_client = static_cast<const unsigned char*>(bytes)[1];
}

SslPtr make_server(const Issued& leaf, const std::vector<const Issued*>& further, int version,
                   ServerView& seen) {
    SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_security_level(context.get(), 0);  // a bad server may present any certificate
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    must(SSL_CTX_use_certificate(context.get(), leaf.certificate.get()) == 1, "certificate");
    must(SSL_CTX_use_PrivateKey(context.get(), leaf.key.get()) == 1, "key");
    for (const Issued* more : further)
        must(SSL_CTX_add1_chain_cert(context.get(), more->certificate.get()) == 1, "chain");
    SslPtr server(SSL_new(context.get()));
    SSL_set_msg_callback(server.get(), record_alert);
    SSL_set_msg_callback_arg(server.get(), &seen);
    return server;
}

}  // namespace

std::string Issued::pin() const {
    return pin_text(spki_hash(certificate.get()));
}

std::vector<std::pair<int, std::string>> leaf_extensions(const std::string& san) {
    return {{NID_basic_constraints, "CA:FALSE"},
            {NID_key_usage, "digitalSignature"},
            {NID_ext_key_usage, "serverAuth"},
            {NID_subject_alt_name, san}};
}

std::vector<std::pair<int, std::string>> ca_extensions(const std::string& constraints) {
    return {{NID_basic_constraints, constraints}, {NID_key_usage, "critical,keyCertSign"}};
}

Issued issue(const Wish& wish, const Issued* issuer) {
    Issued made{X509Ptr(X509_new()), KeyPtr(nullptr)};
    if (wish.same_key != nullptr) EVP_PKEY_up_ref(wish.same_key->key.get());
    made.key.reset(wish.same_key != nullptr ? wish.same_key->key.get() : EVP_EC_gen("P-256"));
    X509* certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    std::uint32_t serial = 0;
    must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.not_before);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.not_after);
    const auto* name = reinterpret_cast<const unsigned char*>(wish.common_name.data());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name,
                               static_cast<int>(wish.common_name.size()), -1, 0);
    X509* above = issuer == nullptr ? certificate : issuer->certificate.get();
    X509_set_issuer_name(certificate, X509_get_subject_name(above));
    X509_set_pubkey(certificate, made.key.get());
    add_extensions(certificate, above, wish);
    EVP_PKEY* signer = issuer == nullptr ? made.key.get() : issuer->key.get();
    must(X509_sign(certificate, signer, wish.sha1 ? EVP_sha1() : EVP_sha256()) > 0, "signature");
    return made;
}

PemFile::PemFile(const std::vector<const Issued*>& certificates) : path_("/tmp/pinlab-test-XXXXXX") {
    int fd = mkstemp(path_.data());
    must(fd >= 0, "mkstemp");
    FILE* file = fdopen(fd, "w");
    for (const Issued* issued : certificates) PEM_write_X509(file, issued->certificate.get());
    std::fclose(file);
}

PemFile::~PemFile() {
    unlink(path_.c_str());
}

ServerView shake_hands(SSL* client, const Issued& leaf, const std::vector<const Issued*>& further,
                       int version) {
    ServerView seen;
    SslPtr server = make_server(leaf, further, version, seen);
    BIO* client_end = nullptr;
    BIO* server_end = nullptr;
    must(BIO_new_bio_pair(&client_end, 1 << 16, &server_end, 1 << 16) == 1, "bio pair");
    SSL_set_bio(client, client_end, client_end);
    SSL_set_bio(server.get(), server_end, server_end);
    for (int turn = 0; turn < 8; ++turn) {  // neither version needs more than three
        seen.client_finished_well = SSL_connect(client) == 1;
        seen.server_finished = SSL_accept(server.get()) == 1;
    }
    char byte = 0;
    seen.application_bytes = std::max(SSL_read(server.get(), &byte, 1), 0);
    return seen;
}

Brief brief_for(const PemFile& trust, std::vector<std::string> pins) {
    Brief brief;
    brief.host = brief.written_host = "shop.test";
    brief.port = 443;
    brief.ca_file = trust.path();
    if (!pins.empty()) brief.pins = std::move(pins);
    return brief;
}

}  // namespace pinlab::protocol::testing
