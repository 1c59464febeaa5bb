// Just enough DER (X.690) to take a certificate apart and put it together again: tags and lengths.
// Knows no types. Refuses lengths that are not definite, or that reach beyond their parent.
#pragma once

#include <span>
#include <vector>

#include "servers/pki/openssl.h"

namespace pinlab::pki::der {

inline constexpr unsigned char bit_string = 0x03;
inline constexpr unsigned char sequence = 0x30;
inline constexpr unsigned char explicit_0 = 0xa0;  ///< [0] EXPLICIT: the version of a certificate

/// One element; both spans point into the bytes that it was read from.
struct Element {
    unsigned char tag = 0;
    std::span<const unsigned char> whole;
    std::span<const unsigned char> content;
};

/// The element at the beginning of `bytes`, which may go on after it. Error if there is none.
Element first(std::span<const unsigned char> bytes);

/// All elements of which `content` is made up, to its last byte.
std::vector<Element> children(std::span<const unsigned char> content);

/// An element around `content`, its length in the one form that DER allows.
Bytes encode(unsigned char tag, std::span<const unsigned char> content);

}  // namespace pinlab::pki::der
