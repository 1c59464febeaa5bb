// The parameters of an attack: declared once with type, default and a sentence, then read strictly from a
// script. An unknown name or a wrong type is an error.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::mitm {

/// One declared parameter. All parameters are text; a number or a switch has not been needed yet.
struct Parameter {
    std::string name;
    std::string fallback;
    std::string doc;
};

class Arguments {
  public:
    /// Reads the object `given` (null: nothing given) against the declaration. Throws wire::DocumentError
    /// with `path`.
    Arguments(const std::vector<Parameter>& declared, const boost::json::value& given,
              const std::string& path);

    /// The value of a declared parameter; asking for another one is a bug of the attack (std::logic_error).
    const std::string& operator[](std::string_view name) const;

    /// Adds all values: among them are the names that the attack will ask its Forge for.
    void collect(std::set<std::string>& values) const;

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace pinlab::mitm
