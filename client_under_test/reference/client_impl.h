// The private part of the public client: leases, the pool of idle connections, the sessions. Not for
// applications.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <variant>

#include "client_under_test/reference/pinned_client.h"
#include "client_under_test/reference/plan.h"
#include "client_under_test/reference/session_store.h"
#include "client_under_test/reference/trust_store.h"
#include "pinlab/client/client.h"

namespace pinlab::client {

struct Verified::Lease {
    std::unique_ptr<pinlab::reference::PinnedClient> link;
    pinlab::reference::Plan plan;
    std::string url;
    ConnectionReport report;
    std::chrono::steady_clock::time_point started;
};

class Client::Impl {
  public:
    using LeasePtr = std::unique_ptr<Verified::Lease>;

    Impl(Policy policy, Settings settings);

    std::variant<LeasePtr, Refusal> connect(std::string_view url, bool may_reuse = true);
    /// connect and send. An idle connection that the server closes at the same moment is not a refusal: the
    /// request is repeated once on a new one, where that is harmless (RFC 9110 9.2.2).
    std::variant<Response, Refusal> exchange(std::string_view url, const Request& request);
    std::variant<Response, Refusal> send(LeasePtr lease, const Request& request);
    /// The URL of the next hop, or why there is none.
    std::variant<std::string, Refusal> follow(const std::string& url, const Response& response,
                                              std::size_t hop);
    ConnectionReport look(std::string_view url);
    void reload(Policy policy);
    Refusal used_up() const;

    std::size_t idle() const { return idle_.size(); }
    std::size_t sessions() const { return sessions_.size(); }

  private:
    std::time_t now() const { return std::time(nullptr) + settings_.clock_ahead.count(); }
    void step(const std::string& text) const;
    ConnectionReport blank() const;

    LeasePtr nothing() const;
    LeasePtr begin(std::string_view url);
    void explain_plan(const Verified::Lease& lease) const;
    void explain_finding(const Verified::Lease& lease) const;
    bool take_idle(Verified::Lease& lease);
    std::variant<LeasePtr, Refusal> open(LeasePtr lease);
    void offer_session(Verified::Lease& lease);
    void keep_sessions(Verified::Lease& lease);
    /// A token for an accepted connection, verified again under the current policy and clock.
    std::variant<pinlab::reference::Verified, pinlab::reference::Refusal> judge_again(Verified::Lease& lease);
    void describe(Verified::Lease& lease) const;
    Refusal refused(Verified::Lease& lease, const pinlab::reference::Refusal& refusal) const;
    void retire(LeasePtr lease, bool reusable);
    void publish(Verified::Lease& lease) const;

    Policy policy_;
    Settings settings_;
    pinlab::reference::TrustStore trust_;
    pinlab::reference::SessionStore sessions_;
    std::list<LeasePtr> idle_;  // the least recently used first
};

}  // namespace pinlab::client
