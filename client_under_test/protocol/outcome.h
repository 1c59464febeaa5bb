// What a client claims at the end of one visit, and the line of JSON that carries it. Whether the claim is
// true is decided by the witnesses on the wire.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client_under_test/protocol/reasons.h"
#include "pinlab/client/report.h"

namespace pinlab::protocol {

enum class Claim { accept, reject, unsupported };
using pinlab::client::Phase;

/// Exit codes of a client that speaks the protocol.
inline constexpr int exit_opinion = 0;
inline constexpr int exit_bad_brief = 2;
inline constexpr int exit_unsupported = 89;

/// Which pin (index in the brief, from 0) matched which certificate of the verified path (depth 0 = leaf).
struct PinMatch {
    std::size_t index = 0;
    int depth = 0;
};

/// A refusal as data: where it happened, every fault in report order (never empty), and a sentence for
/// people.
struct Refusal {
    Phase phase = Phase::config;
    std::vector<Reason> faults;
    std::string detail;
};

/// The answer to the request: HTTP status and the whole body.
struct Answer {
    int status = 0;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::optional<std::string> location = {};  // of a 3xx
    bool reusable = false;                     // the connection can take another request
};

/// The last line of stdout. A rejection has a reason and no verdict, an acceptance the reverse.
struct Outcome {
    Claim claim = Claim::reject;
    Phase phase = Phase::config;
    std::optional<std::string> verdict;
    std::vector<Reason> faults;
    std::optional<int> status;
    std::optional<std::string> body;
    std::string detail;
    std::optional<PinMatch> matched_pin;
};

/// The outcome of a refusal.
Outcome rejected(Refusal refusal);

/// The outcome of an exchange that went through; without a match the host was not pinned.
Outcome accepted(const Answer& answer, std::optional<PinMatch> match);

/// The outcome of a brief that asks for what this client cannot do (goes with exit code 89).
Outcome unsupported(std::string detail);

/// One line of JSON without its newline. The body is cut to 200 bytes, and what is not printable ASCII
/// becomes '?', because the peer chose the bytes and the output must stay one line.
std::string to_json(const Outcome& outcome);

}  // namespace pinlab::protocol
