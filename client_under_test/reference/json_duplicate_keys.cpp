// Uses Boost.JSON's SAX parser: boost::json::parse keeps only one of two equal keys.
#include "client_under_test/reference/json_duplicate_keys.h"

#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <vector>

namespace pinlab::reference {
namespace {

using Error = boost::system::error_code;
using Text = boost::json::string_view;

struct Handler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    std::vector<std::set<std::string>> objects;
    std::string key;
    std::optional<std::string> twice;

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error&) {
        objects.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, Error&) {
        objects.pop_back();
        return true;
    }
    bool on_array_begin(Error&) { return true; }
    bool on_array_end(std::size_t, Error&) { return true; }
    bool on_key_part(Text part, std::size_t, Error&) {
        key.append(part.data(), part.size());
        return true;
    }
    bool on_key(Text part, std::size_t, Error&) {
        key.append(part.data(), part.size());
        if (!objects.back().insert(key).second && !twice) twice = key;
        key.clear();
        return true;
    }
    bool on_string_part(Text, std::size_t, Error&) { return true; }
    bool on_string(Text, std::size_t, Error&) { return true; }
    bool on_number_part(Text, Error&) { return true; }
    bool on_int64(std::int64_t, Text, Error&) { return true; }
    bool on_uint64(std::uint64_t, Text, Error&) { return true; }
    bool on_double(double, Text, Error&) { return true; }
    bool on_bool(bool, Error&) { return true; }
    bool on_null(Error&) { return true; }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }
};

}  // namespace

std::optional<std::string> duplicate_key(std::string_view json) {
    boost::json::basic_parser<Handler> parser{boost::json::parse_options{}};
    Error error;
    parser.write_some(false, json.data(), json.size(), error);
    return parser.handler().twice;
}

}  // namespace pinlab::reference
