// The engine: one connection to the host of one dial, its handshake and its requests. A request is written
// only with the token of an accepted handshake, and only inside TLS.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/connect_options.h"
#include "client_under_test/protocol/outcome.h"
#include "client_under_test/reference/link_facts.h"
#include "client_under_test/reference/session_store.h"
#include "client_under_test/reference/verification.h"

namespace pinlab::reference {

using namespace protocol;

/// One HTTP/1.1 request; Host is added from the dial.
struct Request {
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    bool websocket = false;  // ask for an upgrade (RFC 6455) instead of an answer
    std::size_t most_body = 1 << 20;
};

/// A connection to the host of one dial. All waits together end at the dial's timeout.
class PinnedClient {
  public:
    /// Throws ConfigError if the trust store cannot be read. Opens nothing yet. `resumes`: collect sessions.
    PinnedClient(const Dial& dial, HostPolicy entry, bool resumes = false);
    ~PinnedClient();
    PinnedClient(const PinnedClient&) = delete;
    PinnedClient& operator=(const PinnedClient&) = delete;

    /// Offers a session in the next handshake. If it is resumed, its evidence is verified.
    void offer(StoredSession session);

    /// Connects and shakes hands. The peer is verified inside the handshake: a refused peer never sees it
    /// finish.
    std::variant<Verified, Refusal> connect();

    /// One more token for a connection that was accepted before: verified again under the current entry.
    std::variant<Verified, Refusal> again(HostPolicy entry);

    /// Sends a request and reads the answer; a redirect is an answer like any other. There is no overload
    /// without the token.
    std::variant<Answer, Refusal> get(Verified token, const Request& request);

    /// Starts the time limit anew.
    void grant_time();
    /// Sends close_notify to a peer that was accepted; a refused peer has had its alert.
    void close();
    /// Whether the connection is open and the peer has sent nothing since its last answer.
    bool is_quiet();

    const std::optional<Finding>& finding() const;
    LinkFacts facts() const;
    /// The sessions that the server has issued, each with the evidence to verify a resumption by.
    std::vector<StoredSession> take_sessions();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The whole visit of a brief: configuration, connection, request. Never throws for what a peer or a policy
/// does.
Outcome visit(const Brief& brief);

}  // namespace pinlab::reference
