// Finds a key that stands twice in one JSON object: parsers keep one of the two, and reviewers may see the
// other. Refuses to look into text that is not JSON; that is for the parser to say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinlab::reference {

/// The first such key, or nullopt.
std::optional<std::string> duplicate_key(std::string_view json);

}  // namespace pinlab::reference
