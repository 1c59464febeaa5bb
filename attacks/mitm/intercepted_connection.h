// The life of one intercepted connection: read the ClientHello, let the attack of the current step decide,
// then forge, relay or drop. Connects to the real origin only where a step needs it.
#pragma once

#include "attacks/mitm/brief.h"

namespace pinlab::mitm {

/// Serves until stdin closes. Throws boost::system::system_error where it cannot listen.
void serve(MitmBrief brief);

}  // namespace pinlab::mitm
