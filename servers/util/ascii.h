// Text helpers that do not depend on a locale: case, blanks, hex and base64.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pinlab::util {

/// ASCII letters in lower case, all other bytes unchanged: as DNS names and header names compare (RFC 4343).
std::string lower(std::string_view text);

/// Without blanks, tabs and carriage returns at both ends.
std::string_view trim(std::string_view text);

/// Two lower-case digits.
std::string hex(unsigned char byte);
std::string hex(std::span<const unsigned char> bytes);
/// The bytes of pairs of hex digits in either case; nothing for any other text.
std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 4, with padding.
std::string base64(std::span<const unsigned char> bytes);

/// The same bytes, as OpenSSL and the functions above take them.
std::span<const unsigned char> bytes_of(std::string_view text);

}  // namespace pinlab::util
