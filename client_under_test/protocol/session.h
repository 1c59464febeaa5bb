// A session: one process, several visits; each line of stdin after the brief asks for one more. A refusal by
// the peer or the policy does not end the session.
#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string_view>

#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/outcome.h"

namespace pinlab::protocol {

/// The brief of a further visit: `opening` with what the line of JSON changes (canary and path always; pins,
/// host, port, ca_file, clock_s where they are named). Throws BriefError or ConfigError.
Brief parse_request(const Brief& opening, std::string_view line);

/// A whole client except the visit itself: reads the brief, prints the outcome, and for a session goes on
/// line by line until `in` ends. `complain` gets the messages for people. Returns the exit code.
int serve_stdin(std::istream& in, std::ostream& out, std::ostream& complain,
                const std::function<Outcome(const Brief&)>& visit);

}  // namespace pinlab::protocol
