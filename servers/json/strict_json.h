// One JSON object, read strictly: each key is asked for by name and type, and a key that was not asked
// for is an error. A wrong type, a missing key or an unknown key is reported with its JSON path.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::wire {

/// A document that does not say what it must; `what()` begins with the JSON path ("queue[0].chain: …").
struct DocumentError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Parses a whole document. Throws DocumentError with the offset of the first wrong character.
boost::json::value parse_document(std::string_view text);

/// A view of one JSON object at `path`. Call `done()` last: it throws if a key was never asked for.
class Fields {
  public:
    /// Throws DocumentError where `value` is not an object. Keeps a reference to `value`.
    Fields(const boost::json::value& value, std::string path);

    std::string text(std::string_view key);
    std::string text_or(std::string_view key, std::string_view fallback);
    /// Absent and null are alike: nullopt.
    std::optional<std::string> optional_text(std::string_view key);
    std::int64_t integer(std::string_view key);
    std::int64_t integer_or(std::string_view key, std::int64_t fallback);
    std::optional<std::int64_t> optional_integer(std::string_view key);
    bool flag_or(std::string_view key, bool fallback);
    std::vector<std::string> texts_or_empty(std::string_view key);

    /// The member as it is, with its path, or nothing where it is absent or null.
    const boost::json::value* member(std::string_view key);
    std::string path_of(std::string_view key) const;

    /// Calls `visit` for each element of the array `key` (absent: none) with its path.
    void each(std::string_view key, const std::function<void(const boost::json::value&, std::string)>& visit);
    /// Calls `visit` for each member of the object `key` (absent: none) with its name and path.
    void each_member(
        std::string_view key,
        const std::function<void(const std::string&, const boost::json::value&, std::string)>& visit);

    void done() const;
    [[noreturn]] void fail(std::string_view key, std::string_view problem) const;

  private:
    const boost::json::value& required(std::string_view key);

    const boost::json::object* object_;
    std::string path_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace pinlab::wire
