// Says which other notation a malformed pin looks like, so that its author can correct it. Nothing is
// converted: the same 32 bytes may be of a key, of a certificate or of bare key bits.
#pragma once

#include <string>
#include <string_view>

namespace pinlab::protocol {

/// One sentence about a text that is not a pin. Never empty.
std::string lookalike(std::string_view text);

}  // namespace pinlab::protocol
