#include "servers/util/openssl_check.h"

#include <openssl/err.h>

namespace pinlab::util {

Error Error::from_openssl(const std::string& what) {
    std::string message = what;
    const char* detail = nullptr;
    int flags = 0;
    while (const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &detail, &flags)) {
        const char* reason = ERR_reason_error_string(code);
        message += reason ? std::string(": ") + reason : ": OpenSSL error " + std::to_string(code);
        if ((flags & ERR_TXT_STRING) && detail && *detail) message += std::string(" (") + detail + ")";
    }
    return Error(message);
}

void require(bool ok, std::string_view what) {
    if (!ok) throw Error::from_openssl(std::string(what));
}

}  // namespace pinlab::util
