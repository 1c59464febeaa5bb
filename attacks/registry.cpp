#include "attacks/registry.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <stdexcept>

namespace pinlab::mitm {
namespace {

/// Made at first use: the files of kinds/ register before main in no known order.
std::vector<Kind>& book() {
    static std::vector<Kind> all;
    return all;
}

}  // namespace

namespace detail {

bool enlist(Kind kind) {
    const auto place = std::lower_bound(book().begin(), book().end(), kind,
                                        [](const Kind& a, const Kind& b) { return a.name < b.name; });
    if (place != book().end() && place->name == kind.name)
        throw std::logic_error("two attacks named " + kind.name);
    book().insert(place, std::move(kind));
    return true;
}

}  // namespace detail

const std::vector<Kind>& kinds() {
    return book();
}

const Kind* find_kind(std::string_view name) {
    for (const Kind& kind : book()) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

boost::json::array describe_kinds() {
    boost::json::array list;
    for (const Kind& kind : book()) {
        boost::json::array params;
        for (const Parameter& parameter : kind.parameters) {
            params.push_back(boost::json::object{{"name", parameter.name},
                                                 {"type", "string"},
                                                 {"default", parameter.fallback},
                                                 {"doc", parameter.doc}});
        }
        list.push_back(boost::json::object{{"name", kind.name},
                                           {"summary", kind.summary},
                                           {"source", kind.source},
                                           {"params", std::move(params)}});
    }
    return list;
}

}  // namespace pinlab::mitm
