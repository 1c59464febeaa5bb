#include "servers/tls/early_data.h"

#include <openssl/ssl.h>

#include "servers/pki/openssl.h"

namespace pinlab::wire {
namespace {

std::string content_of(BIO* bio) {
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio, &bytes);
    return length > 0 ? std::string(bytes, static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

EarlyData::EarlyData(SSL* ssl)
    : ssl_(ssl), before_(SSL_get_rbio(ssl)), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
    if (!in_ || !out_) throw pki::Error::from_openssl("make a memory BIO");
    BIO_up_ref(before_);
    BIO_set_mem_eof_return(in_, -1);
    SSL_set_bio(ssl_, in_, out_);
}

EarlyData::~EarlyData() {
    SSL_set_bio(ssl_, before_, before_);
}

bool EarlyData::feed(std::string_view bytes) {
    if (BIO_write(in_, bytes.data(), static_cast<int>(bytes.size())) < 0)
        throw pki::Error::from_openssl("keep what the client sent");
    char buffer[4096];
    while (true) {
        std::size_t count = 0;
        const int result = SSL_read_early_data(ssl_, buffer, sizeof buffer, &count);
        if (result == SSL_READ_EARLY_DATA_FINISH) return false;
        if (result == SSL_READ_EARLY_DATA_ERROR) return SSL_get_error(ssl_, 0) == SSL_ERROR_WANT_READ;
        data_.append(buffer, count);
    }
}

std::string EarlyData::take_output() {
    std::string bytes = content_of(out_);
    static_cast<void>(BIO_reset(out_));
    return bytes;
}

std::string EarlyData::unread() const {
    return content_of(in_);
}

}  // namespace pinlab::wire
