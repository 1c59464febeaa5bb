// What the end of a pin set, and a set that is only to be reported, do to a visit.
#pragma once

#include <optional>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/outcome.h"

namespace pinlab::flawed {

/// A visit under the rules of its pin set as the behaviour keeps them.
struct UnderRules {
    pinlab::protocol::Brief brief;
    Behaviour behaviour;
    std::optional<pinlab::protocol::Outcome> instead;  // of any visit
};

/// Throws ConfigError for pins that cannot be read, as a visit would.
UnderRules under_rules(const pinlab::protocol::Brief& brief, const Behaviour& behaviour);

}  // namespace pinlab::flawed
