#include "attacks/arguments.h"

#include <stdexcept>

#include "servers/json/strict_json.h"

namespace pinlab::mitm {

Arguments::Arguments(const std::vector<Parameter>& declared, const boost::json::value& given,
                     const std::string& path) {
    static const boost::json::value nothing = boost::json::object{};
    wire::Fields fields(given.is_null() ? nothing : given, path);
    for (const Parameter& parameter : declared) {
        values_[parameter.name] = fields.text_or(parameter.name, parameter.fallback);
    }
    fields.done();
}

const std::string& Arguments::operator[](std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::logic_error("undeclared parameter " + std::string(name));
    return found->second;
}

void Arguments::collect(std::set<std::string>& values) const {
    for (const auto& [name, value] : values_) values.insert(value);
}

}  // namespace pinlab::mitm
