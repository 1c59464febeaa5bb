#include "servers/json/strict_json.h"

#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>

namespace pinlab::wire {
namespace json = boost::json;

json::value parse_document(std::string_view text) {
    json::stream_parser parser;
    boost::system::error_code ec;
    const std::size_t read = parser.write_some(text.data(), text.size(), ec);
    if (!ec && read < text.size())
        throw DocumentError("offset " + std::to_string(read) + ": text after the end");
    if (!ec) parser.finish(ec);
    if (ec) throw DocumentError("offset " + std::to_string(read) + ": not JSON: " + ec.message());
    return parser.release();
}

Fields::Fields(const json::value& value, std::string path)
    : object_(value.if_object()), path_(std::move(path)) {
    if (!object_) throw DocumentError((path_.empty() ? "document" : path_) + ": expected an object");
}

std::string Fields::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Fields::fail(std::string_view key, std::string_view problem) const {
    throw DocumentError(path_of(key) + ": " + std::string(problem));
}

const json::value* Fields::member(std::string_view key) {
    asked_.emplace(key);
    const json::value* found = object_->if_contains(key);
    return found && !found->is_null() ? found : nullptr;
}

const json::value& Fields::required(std::string_view key) {
    const json::value* found = member(key);
    if (!found) fail(key, "missing");
    return *found;
}

std::string Fields::text(std::string_view key) {
    const json::value& found = required(key);
    if (!found.is_string()) fail(key, "expected a string");
    return std::string(found.get_string());
}

std::optional<std::string> Fields::optional_text(std::string_view key) {
    if (!member(key)) return std::nullopt;
    return text(key);
}

std::string Fields::text_or(std::string_view key, std::string_view fallback) {
    return optional_text(key).value_or(std::string(fallback));
}

std::int64_t Fields::integer(std::string_view key) {
    const json::value& found = required(key);
    if (found.is_double() || found.is_uint64()) fail(key, "expected a whole number, and below 2^63");
    if (!found.is_int64()) fail(key, "expected a whole number");
    return found.get_int64();
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view key) {
    if (!member(key)) return std::nullopt;
    return integer(key);
}

std::int64_t Fields::integer_or(std::string_view key, std::int64_t fallback) {
    return optional_integer(key).value_or(fallback);
}

bool Fields::flag_or(std::string_view key, bool fallback) {
    const json::value* found = member(key);
    if (!found) return fallback;
    if (!found->is_bool()) fail(key, "expected true or false");
    return found->get_bool();
}

std::vector<std::string> Fields::texts_or_empty(std::string_view key) {
    std::vector<std::string> result;
    each(key, [&](const json::value& element, const std::string& path) {
        if (!element.is_string()) throw DocumentError(path + ": expected a string");
        result.emplace_back(element.get_string());
    });
    return result;
}

void Fields::each(std::string_view key, const std::function<void(const json::value&, std::string)>& visit) {
    const json::value* found = member(key);
    if (!found) return;
    if (!found->is_array()) fail(key, "expected an array");
    std::size_t index = 0;
    for (const json::value& element : found->get_array()) {
        visit(element, path_of(key) + "[" + std::to_string(index++) + "]");
    }
}

void Fields::each_member(
    std::string_view key,
    const std::function<void(const std::string&, const json::value&, std::string)>& visit) {
    const json::value* found = member(key);
    if (!found) return;
    if (!found->is_object()) fail(key, "expected an object");
    for (const auto& [name, value] : found->get_object()) {
        visit(std::string(name), value, path_of(key) + "." + std::string(name));
    }
}

void Fields::done() const {
    for (const auto& [key, value] : *object_) {
        if (!asked_.contains(std::string_view(key))) fail(key, "unknown key");
    }
}

}  // namespace pinlab::wire
