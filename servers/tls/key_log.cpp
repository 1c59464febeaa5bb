#include "servers/tls/key_log.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

namespace pinlab::wire {
namespace {

/// The descriptor plus one, so that a context without a file holds a null pointer.
void* held(int descriptor) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): it is never dereferenced
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor) + 1);
}

int descriptor_in(const void* held) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(held) - 1);
}

void close_it(void*, void* ptr, CRYPTO_EX_DATA*, int, long, void*) {
    if (ptr) close(descriptor_in(ptr));
}

int slot() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, close_it);
    return index;
}

void write_line(const SSL* ssl, const char* line) {
    const void* file = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), slot());
    const iovec parts[] = {{const_cast<char*>(line), std::strlen(line)}, {const_cast<char*>("\n"), 1}};
    // One write: two contexts may append to the same file. A full disk costs the key log, never the case.
    if (file && writev(descriptor_in(file), parts, 2) < 0) return;
}

}  // namespace

void log_keys(const std::string& path, SSL_CTX* context) {
    if (path.empty()) return;
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "key_log " + path);
    SSL_CTX_set_ex_data(context, slot(), held(file));
    SSL_CTX_set_keylog_callback(context, write_line);
}

}  // namespace pinlab::wire
