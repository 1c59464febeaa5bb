// The pinned HTTPS client: verify first, then write. No byte of a request is written without the token of a
// connection that was verified and accepted.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pinlab/client/policy.h"
#include "pinlab/client/report.h"

namespace pinlab::client {

/// What is not part of a policy: how this process reaches the network.
struct Settings {
    std::string address = {};                 ///< connect here instead of resolving the host; empty: resolve
    std::chrono::milliseconds timeout{8000};  ///< for one connect(), and for one send()
    std::chrono::seconds clock_ahead{0};  ///< for tests: added to the system's clock for every verification
    bool loopback_only = false;           ///< refuse to connect to any other address, by proxy too
    std::set<std::string> beyond_loopback = {};  ///< hosts exempt from loopback_only
    std::size_t most_idle = 8;                   ///< pooled connections in all; 0: no keep-alive
    std::size_t most_sessions = 64;
    std::size_t most_redirects = 5;
    std::size_t most_body = 1 << 20;                              ///< bytes of an answer
    std::function<void(const ConnectionReport&)> on_report = {};  ///< once for each connection or reuse
    std::function<void(const std::string&)> on_step = {};         ///< the decision, step by step, for people
};

/// A refusal as data; report.faults is never empty.
struct Refusal {
    ConnectionReport report;
};

struct Request {
    std::string method = "GET";
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
};

struct Response {
    int status = 0;
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::optional<std::string> location = {};  ///< of a 3xx, as the server wrote it
    ConnectionReport report;
};

/// Proof that one connection was verified and accepted, and the only way to write to it. Made by
/// Client::connect alone, moved but never copied, used up by Client::send. Code that forgets the check does
/// not compile.
class Verified {
  public:
    Verified(Verified&&) noexcept;
    Verified& operator=(Verified&&) noexcept;
    Verified(const Verified&) = delete;
    Verified& operator=(const Verified&) = delete;
    ~Verified();  ///< unused: the connection is closed without a byte

    /// The report of the verification; `acceptance` is set.
    const ConnectionReport& report() const;

  private:
    friend class Client;
    struct Lease;
    explicit Verified(std::unique_ptr<Lease> lease) noexcept;
    std::unique_ptr<Lease> lease_;
};

/// One policy, its sessions and its idle connections. Not safe for use by two threads at once.
class Client {
  public:
    /// Reads the trust store. Throws ConfigError.
    explicit Client(Policy policy, Settings settings = {});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    /// Opens, or takes from the pool and verifies again, a connection for an https URL. The peer is verified
    /// inside the handshake, so that a refused peer never sees it finish. What a peer or URL causes is a
    /// Refusal, not an exception.
    std::variant<Verified, Refusal> connect(std::string_view url);

    /// Writes one request for the URL that the token was made for, and reads the answer. Follows no redirect.
    std::variant<Response, Refusal> send(Verified token, const Request& request = {});

    /// connect, send, and again for each redirect that the entry's rule allows; `Authorization` and `Cookie`
    /// headers stay with the first host.
    std::variant<Response, Refusal> get(std::string_view url, const Request& request = {});

    /// What a server presents, verified by PKI but not by pins; closes without a byte of application data.
    /// For drafts of policies only: a client that pins the first key it sees trusts the first man in the
    /// middle (TOFU).
    ConnectionReport look(std::string_view url);

    /// Replaces the policy and its trust store: forgets every session, and verifies every idle connection
    /// again; those that are still allowed stay open. A connection in use is verified by send(). Throws
    /// ConfigError, and changes nothing then.
    void reload(Policy policy);

    std::size_t idle() const;      ///< pooled connections
    std::size_t sessions() const;  ///< remembered TLS sessions

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pinlab::client
