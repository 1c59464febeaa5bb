// The fields of one certificate in a recipe, read strictly.
// Checks each value by itself; whether the names in it exist is for recipe.cpp.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "servers/mint/recipe.h"

namespace pinlab::mint {

enum class Role { authority, identity };

/// Throws wire::DocumentError naming the JSON path. `name` is the entry's own: its key and a CA's common name
/// follow from it where the recipe says nothing.
CertificateEntry read_certificate_entry(Role role, const std::string& name, const boost::json::value& value,
                                        const std::string& path);

}  // namespace pinlab::mint
