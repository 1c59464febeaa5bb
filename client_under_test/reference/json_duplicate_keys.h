// Finds a key that occurs twice in one JSON object: parsers keep one of the two, and reviewers may see the
// other. Text that is not JSON is left to the parser to report.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinlab::reference {

/// The first duplicate key, or nullopt.
std::optional<std::string> duplicate_key(std::string_view json);

}  // namespace pinlab::reference
