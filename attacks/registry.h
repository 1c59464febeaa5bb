// Name -> attack: every file in kinds/ registers one, and nothing else needs to know it.
// The same name twice is an error.
#pragma once

#include <boost/json/array.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "attacks/attack.h"

namespace pinlab::mitm {

/// What `pinlab-mitm --list` says of a kind.
struct Kind {
    std::string name;     ///< file, type and wire name agree: rogue_ca.cpp, RogueCa, "rogue_ca"
    std::string summary;  ///< one clause: what is shown
    std::string source;   ///< the standard it breaks by section, or the CVE it re-enacts
    std::vector<Parameter> parameters;
    bool changes_response = false;  ///< the client may read other bytes than the origin sent
    bool changes_length = false;    ///< and another number of them
    std::unique_ptr<Attack> (*make)(const Arguments& arguments) = nullptr;
};

/// All kinds, sorted by name.
const std::vector<Kind>& kinds();
/// Null where no kind has that name.
const Kind* find_kind(std::string_view name);
/// [{"name","summary","source","params":[{"name","type","default","doc"}]}]
boost::json::array describe_kinds();

namespace detail {
bool enlist(Kind kind);
}

/// At namespace scope of a file in kinds/: PINLAB_ATTACK(RogueCa, {"rogue_ca", "summary", "source",
/// {parameters}});
#define PINLAB_ATTACK(Type, ...)                                                                        \
    [[maybe_unused]] const bool enlisted = ::pinlab::mitm::detail::enlist([] {                          \
        ::pinlab::mitm::Kind kind __VA_ARGS__;                                                          \
        kind.make =                                                                                     \
            [](const ::pinlab::mitm::Arguments& arguments) -> std::unique_ptr<::pinlab::mitm::Attack> { \
            return std::make_unique<Type>(arguments);                                                   \
        };                                                                                              \
        return kind;                                                                                    \
    }())

}  // namespace pinlab::mitm
