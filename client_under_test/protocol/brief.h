// What the lab asks of a client: one JSON object on stdin, read strictly. Unknown keys, wrong types and
// missing keys are errors; the text of a pin is parsed in pin_text.h.
#pragma once

#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "client_under_test/protocol/connect_options.h"
#include "pinlab/client/policy.h"

namespace pinlab::protocol {

/// The brief breaks its schema: its author's fault, so there is no outcome (exit 2). what() names the JSON
/// path.
struct BriefError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The brief is well formed but its content is a configuration that a client must not start with (reason
/// config_invalid).
using pinlab::client::ConfigError;

/// The brief asks for something that this client does not have (exit 89).
struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What holds for the pin set besides its pins.
struct PinSetRules {
    std::optional<std::chrono::seconds> expires_in;  // from the system's time on; negative: expired
    bool opens_on_expiry = false;  // then PKI alone decides; otherwise every peer is refused
    bool reports = false;          // what only the pins refuse is accepted, and reported

    bool expired(std::chrono::seconds clock_ahead) const { return expires_in && *expires_in <= clock_ahead; }
};

/// The brief after reading: every default filled in, the host canonical (host.h).
struct Brief : Dial {
    std::string written_host;                      // as the brief has it
    std::string target;                            // path and query of the URL
    bool websocket = false;                        // ask for an upgrade (RFC 6455) instead of an answer
    std::optional<std::vector<std::string>> pins;  // nullopt: not pinned; empty: a pin set without pins
    PinSetRules pin_set;
    std::string canary;
    bool session = false;  // more visits follow, one for each further line (session.h)
};

/// Reads one JSON object of schema pinlab.brief/1. Throws BriefError, ConfigError or Unsupported.
Brief parse_brief(std::string_view text);

/// Reads a stream up to its end, at most 1 MiB; of a session only the first line, because more lines follow
/// as the visits are made. Throws BriefError beyond 1 MiB.
std::string read_brief(std::istream& in);

}  // namespace pinlab::protocol
