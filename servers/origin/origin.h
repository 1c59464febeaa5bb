// The origin: an HTTPS server that shows a queue of presentations and answers every request, with 200 unless
// the brief says otherwise. It does not know which of its presentations are forged.
#pragma once

#include <boost/json/value.hpp>
#include <vector>

#include "servers/origin/answer.h"
#include "servers/tls/presentation.h"
#include "servers/wire/brief.h"

namespace pinlab::origin {

struct QueueStep {
    wire::Presentation presentation;
    wire::StepSpan span;
    Answer answer;                   ///< to every request at this step
    std::optional<std::string> sni;  ///< the step is for ClientHellos with this name alone
    bool in_clear = false;           ///< the ClientHello itself is answered, without TLS
};

struct OriginBrief {
    wire::WitnessBrief common;
    std::vector<QueueStep> queue;  ///< at least one; the last repeats
};

/// Reads "pinlab.origin/1". Throws wire::DocumentError with the JSON path, also where a chain or key file is
/// no good.
OriginBrief read_origin_brief(const boost::json::value& document);

/// Serves until stdin closes. Throws boost::system::system_error where it cannot listen.
void serve(const OriginBrief& brief);

}  // namespace pinlab::origin
