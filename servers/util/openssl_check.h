// The results of OpenSSL's calls, and its error queue turned into one exception type.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace pinlab::util {

/// A failure to set something up: a file that is not PEM, a key of the wrong kind, a refusal by OpenSSL.
/// What a peer does on the network is never an Error; it is data.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;

    /// `what` followed by everything in this thread's OpenSSL error queue, which is empty afterwards.
    /// To be called right where OpenSSL has failed, so that the queue holds that failure alone.
    static Error from_openssl(const std::string& what);
};

/// Throws Error::from_openssl(what) unless `ok`.
void require(bool ok, std::string_view what);

/// The pointer itself; throws Error::from_openssl(what) if it is null.
template <class T>
T* require_ptr(T* pointer, std::string_view what) {
    require(pointer != nullptr, what);
    return pointer;
}

/// Throws Error::from_openssl(what) unless `result` is 1, OpenSSL's word for success.
inline void demand(long result, std::string_view what) {
    require(result == 1, what);
}

}  // namespace pinlab::util
