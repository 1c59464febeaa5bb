// The interface of every attack: seven hooks with pass-through defaults, and the decisions that they may
// take. Pure: no sockets, no clock, no files. Whether the attack succeeded is judged elsewhere.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "attacks/arguments.h"
#include "attacks/forge.h"
#include "servers/pki/identity.h"
#include "servers/tls/client_hello.h"
#include "servers/tls/sessions.h"
#include "servers/wire/disturbance.h"

namespace pinlab::mitm {

/// Leave TLS to the real origin and copy bytes both ways.
struct Relay {};
/// Connect to the real origin first and call `on_upstream` with the chain that it shows.
struct AskUpstream {};
/// Be the server: show this identity, decrypt, and pass requests on to the real origin.
struct Impersonate {
    pki::Identity identity;
    std::optional<wire::Tickets> tickets{};  ///< whose sessions are resumed; empty: as the step says
    wire::Disturbance disturbance{};         ///< what else goes wrong on purpose
};
/// End the connection without showing anything.
struct Drop {
    enum class How { reset, close } how;
};
/// Answer the ClientHello with these bytes, without TLS.
struct SpeakClear {
    std::string bytes;
};
using Decision = std::variant<Relay, AskUpstream, Impersonate, Drop, SpeakClear>;

class Attack {
  public:
    virtual ~Attack() = default;

    /// A whole ClientHello has come and nothing was answered yet. Default: relay.
    virtual Decision on_client_hello(const wire::ClientHello&) { return Relay{}; }

    /// Whether a decision that was made for a chain may be used again for another connection whose origin
    /// shows the same chain.
    virtual bool same_for_the_same_chain() const { return false; }

    /// After AskUpstream: `chain` is what the real origin shows, leaf first, never empty. AskUpstream is not
    /// a valid answer here. Default: relay.
    virtual Decision on_upstream(const std::vector<pki::Certificate>& chain, const Forge&) {
        static_cast<void>(chain);
        return Relay{};
    }

    /// The first decrypted bytes have come: an answer of the attacker's own, after which the connection ends.
    /// Default: none, the real origin is asked.
    virtual std::optional<std::string> answer(const std::string& request) {
        static_cast<void>(request);
        return std::nullopt;
    }

    /// Clear bytes came where a ClientHello was due (no step of the script is used up): whether they are
    /// passed to the origin over TLS, and its answer back in clear. Default: they are not.
    virtual bool carries_clear_requests() { return false; }

    /// Decrypted bytes on their way to the origin, in runs as they came; what is returned is sent on.
    /// Default: unchanged.
    virtual std::string on_request(std::string bytes) { return bytes; }

    /// The same on their way back to the client.
    virtual std::string on_response(std::string bytes) { return bytes; }

    /// The connection has ended; nothing is called after it.
    virtual void on_close() {}
};

/// An attack that shows something forged after what the real origin shows: a kind writes one method.
class Impersonator : public Attack {
  public:
    Decision on_client_hello(const wire::ClientHello&) final { return AskUpstream{}; }
    bool same_for_the_same_chain() const final { return true; }
    Decision on_upstream(const std::vector<pki::Certificate>& chain, const Forge& forge) final {
        return Impersonate{make_identity(chain, forge), std::nullopt, disturbance()};
    }

  private:
    /// The identity to show instead of `chain`.
    virtual pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                        const Forge& forge) const = 0;
    /// What goes wrong beside it; nothing, for most.
    virtual wire::Disturbance disturbance() const { return {}; }
};

}  // namespace pinlab::mitm
