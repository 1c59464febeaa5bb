// For the fuzz targets of the witnesses' briefs, which are read and refused alike: a refusal says where and
// what, what was read survives being printed, and an unknown key is never passed over.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "cmake/fuzz/property.h"
#include "servers/json/strict_json.h"

namespace pinlab::fuzz {

/// `reader` gives a brief of a document or throws DocumentError; `check` states what holds for every brief.
template <typename Reader, typename Check>
void must_read_strictly(std::string_view text, Reader reader, Check check) {
    const auto read = [&](std::string_view written) -> std::optional<decltype(reader({}))> {
        try {
            return reader(wire::parse_document(written));
        } catch (const wire::DocumentError& error) {
            must(std::string_view(error.what()).find(": ") != std::string_view::npos,
                 "a refusal says where and what");
            return std::nullopt;
        }
    };
    const auto brief = read(text);
    if (!brief) return;
    check(*brief);
    boost::json::value document = boost::json::parse(text);
    must(read(boost::json::serialize(document)).has_value(), "printed and read again, it is a brief");
    document.as_object()["no_such_key"] = 1;
    must(!read(boost::json::serialize(document)), "an unknown key is refused");
}

}  // namespace pinlab::fuzz
