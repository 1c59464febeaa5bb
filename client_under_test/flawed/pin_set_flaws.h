// What an expired pin set, and a report-only pin set, do to a visit: the visit's pins change, or it ends at
// once.
#pragma once

#include <optional>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/outcome.h"

namespace pinlab::flawed {

/// A visit under the rules of its pin set, as the behaviour applies them.
struct UnderRules {
    pinlab::protocol::Brief brief;
    Behaviour behaviour;
    std::optional<pinlab::protocol::Outcome> instead;  // the outcome, if no visit is made
};

/// Throws ConfigError for pins that cannot be read, as a visit would.
UnderRules under_rules(const pinlab::protocol::Brief& brief, const Behaviour& behaviour);

}  // namespace pinlab::flawed
