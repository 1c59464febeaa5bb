// The brief of pinlab-mitm ("pinlab.mitm/1"): where to listen, the real origin, what the attacker holds, and
// the script of attacks.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "attacks/forge.h"
#include "attacks/registry.h"
#include "servers/tls/sessions.h"
#include "servers/wire/brief.h"
#include "servers/wire/proxy_dialogue.h"
#include "servers/wire/request_watch.h"

namespace pinlab::mitm {

/// One step of an attack script: a kind with its arguments, for the next connections or exchanges.
struct ScriptStep {
    const Kind* kind;
    Arguments arguments;
    wire::StepSpan span;
    wire::SessionRule sessions;
};

struct MitmBrief {
    wire::WitnessBrief common;
    wire::ProxyRule proxy;  ///< what may precede the ClientHello, and how it is answered
    std::optional<pki::Identity> proxy_identity;  ///< of an HTTPS proxy: what it shows for itself
    std::optional<wire::Endpoint> upstream;       ///< the real origin
    bool remember = false;  ///< what the origin showed counts until the end, see origin_cache.h
    std::int64_t now = 0;
    std::vector<wire::RequestPattern> watch;  ///< what the user calls secret, besides the canaries
    bool discreet = false;                    ///< what a client asks for is not written down
    Cast cast;                                ///< of what the brief offers, only what some step names
    std::vector<ScriptStep> script;           ///< at least one; the last repeats
    /// What the origin is going to show: the forged certificates for these are made beforehand and announced.
    std::vector<std::vector<pki::Certificate>> foreseen;
};

/// Reads "pinlab.mitm/1". Throws wire::DocumentError with the JSON path, also where a file is no good.
MitmBrief read_mitm_brief(const boost::json::value& document);

}  // namespace pinlab::mitm
