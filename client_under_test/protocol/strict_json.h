// Reads one JSON object strictly: an unknown key, a wrong type and a missing key are errors with their JSON
// path. There are no defaults here: the caller knows which keys are optional.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace pinlab::protocol {

/// An object whose keys must all be read: a key that was not read before finish() is an Error.
template <class Error>
class StrictObject {
  public:
    StrictObject(const boost::json::value& value, std::string path) : path_(std::move(path)) {
        if (!value.is_object()) throw Error(path_ + ": an object was expected");
        object_ = &value.get_object();
    }

    const boost::json::value* find(std::string_view key) {
        asked_.emplace(key);
        return object_->if_contains(key);
    }
    const boost::json::value& need(std::string_view key) {
        if (const boost::json::value* value = find(key)) return *value;
        throw Error(at(key) + ": missing");
    }
    std::string text(std::string_view key) {
        const boost::json::value& value = need(key);
        if (!value.is_string()) throw Error(at(key) + ": text was expected");
        return std::string(value.get_string());
    }
    std::int64_t number(const boost::json::value& value, std::string_view key, std::int64_t low,
                        std::int64_t high) const {
        const std::int64_t* number = value.if_int64();
        if (number == nullptr || *number < low || *number > high)
            throw Error(at(key) + ": an integer from " + std::to_string(low) + " to " + std::to_string(high) +
                        " was expected");
        return *number;
    }
    void finish() const {
        for (const auto& member : *object_)
            if (!asked_.contains(std::string(member.key()))) throw Error(at(member.key()) + ": unknown key");
    }
    std::string at(std::string_view key) const {
        return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
    }

  private:
    const boost::json::object* object_ = nullptr;
    std::string path_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace pinlab::protocol
