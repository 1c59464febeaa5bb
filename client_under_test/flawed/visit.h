// One visit of the flawed client: the attempts that its behaviour makes for one brief.
#pragma once

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/session_cache.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/outcome.h"

namespace pinlab::flawed {

/// Runs the visit; `memory` lives as long as the process. Never throws for what a peer or a policy does; may
/// end the process by a signal if the behaviour says so.
pinlab::protocol::Outcome visit(const pinlab::protocol::Brief& brief, const Behaviour& behaviour,
                                Memory& memory);

}  // namespace pinlab::flawed
