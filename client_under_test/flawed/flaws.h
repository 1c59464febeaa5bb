// The named flaws: each one a single deviation from the right behaviour, with the failure in the field that
// it re-enacts. What a field means is decided in the code that reads it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "client_under_test/flawed/behaviour.h"

namespace pinlab::flawed {

/// A flaw; users select it with `pinlab-flawed --flaw NAME`.
struct Flaw {
    std::string_view name;     // lower_snake
    std::string_view summary;  // what this client does wrong, one sentence
    std::string_view source;   // the CVE, issue or standard behind it
    void (*deviate)(Behaviour&);
};

/// All flaws, the worst and commonest first.
std::span<const Flaw> flaws();

/// The flaw of that name, or nullptr.
const Flaw* find_flaw(std::string_view name);

/// What `--list` prints: a JSON array of {name, summary, source}, one entry a line.
std::string list_json();

}  // namespace pinlab::flawed
