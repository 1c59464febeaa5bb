#include "servers/pki/openssl.h"

#include <openssl/err.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

namespace pinlab::pki {

ExpectedFailure::ExpectedFailure() {
    ERR_set_mark();
}
ExpectedFailure::~ExpectedFailure() {
    ERR_pop_to_mark();
}

Sha256 sha256(std::span<const unsigned char> bytes) {
    Sha256 hash{};
    require(EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr) == 1,
            "SHA-256");
    return hash;
}

BioPtr reading_bio(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) throw Error("text too long");
    return BioPtr(
        require_ptr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), "BIO_new_mem_buf"));
}

BioPtr memory_bio() {
    return BioPtr(require_ptr(BIO_new(BIO_s_mem()), "BIO_new"));
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string read_file(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.is_open() || file.bad() || text.bad()) {
        throw Error(path + ": cannot be read: " + (errno ? std::strerror(errno) : "not a plain file"));
    }
    return text.str();
}

}  // namespace pinlab::pki
