// What the end of a pin set, and a set that is only to be reported, do to a visit.
// Refuses to connect: it rewrites what the visit is told, or ends it.
#pragma once

#include <optional>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/reference/brief.h"
#include "client_under_test/reference/outcome.h"

namespace pinlab_flawed {

/// A visit under the rules of its pin set as the behaviour keeps them.
struct UnderRules {
    pinlab_client::Brief brief;
    Behaviour behaviour;
    std::optional<pinlab_client::Outcome> instead;  // of any visit
};

/// Throws ConfigError for pins that cannot be read, as a visit would.
UnderRules under_rules(const pinlab_client::Brief& brief, const Behaviour& behaviour);

}  // namespace pinlab_flawed
