// Times in UTC as text, RFC 3339 with whole seconds and Z. Offsets and fractions are refused: each time has
// one spelling.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pinlab::reference {

/// "2027-06-30T00:00:00Z"; nullopt for anything else, days that do not exist included.
std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

std::string utc_text(std::chrono::sys_seconds time);

}  // namespace pinlab::reference
