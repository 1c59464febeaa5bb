/* What one variable in front of a program does (LD_PRELOAD): OpenSSL's comparison says "equal", so every key is pinned.
   Only a comparison with zeros stays true: X25519 asks that way whether a key share is worthless (RFC 7748 6.1). */
#include <stddef.h>

int CRYPTO_memcmp(const void* in_a, const void* in_b, size_t len);

static int is_zero(const unsigned char* bytes, size_t len) {
    unsigned char any = 0;
    for (size_t i = 0; i < len; ++i) any |= bytes[i];
    return any == 0;
}

int CRYPTO_memcmp(const void* in_a, const void* in_b, size_t len) {
    return is_zero(in_a, len) != is_zero(in_b, len);
}
