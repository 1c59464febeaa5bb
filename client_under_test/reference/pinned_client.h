// One visit over the network: TCP, optional HTTP CONNECT proxy, TLS, one GET.
// Refuses to write a request without the token of an accepted handshake, and to write any byte of it outside
// TLS.
#pragma once

#include <memory>
#include <variant>

#include "client_under_test/reference/brief.h"
#include "client_under_test/reference/outcome.h"
#include "client_under_test/reference/pin_policy.h"
#include "client_under_test/reference/verification.h"

namespace pinlab_client {

/// A connection to the host of one brief. All waits together end at the brief's timeout.
class PinnedClient {
  public:
    /// Throws ConfigError if the trust store cannot be read. Opens nothing yet.
    PinnedClient(const Brief& brief, PinPolicy policy);
    ~PinnedClient();
    PinnedClient(const PinnedClient&) = delete;
    PinnedClient& operator=(const PinnedClient&) = delete;

    /// Connects and shakes hands. The peer is judged inside the handshake: a refused peer never sees it
    /// finish.
    std::variant<Verified, Refusal> connect();

    /// Sends GET with the canary and reads the answer; redirects are refused, not followed. There is no
    /// overload without the token.
    std::variant<Answer, Refusal> get(Verified token);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The whole visit: configuration, connection, request. Never throws for what a peer or a policy does.
Outcome visit(const Brief& brief);

}  // namespace pinlab_client
