// Decides about a peer inside the handshake: full PKI validation and then the pins, on the verified path. A
// token is given only for a handshake that was verified here; no network.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/outcome.h"
#include "client_under_test/reference/verified_chain.h"

namespace pinlab::reference {

using namespace protocol;

/// What one examination of a chain has found. Accepted when `faults` is empty.
struct Finding {
    std::vector<Reason> faults;       // in report order
    std::vector<Reason> tolerated;    // faults of the pins alone, where the entry only reports
    std::vector<int> codes;           // X509_V_ERR_*, in the order in which OpenSSL raised them
    bool path_built = false;          // false: no path to an anchor, and so the pins were not evaluated
    std::optional<PinMatch> matched;  // in the verified path
    std::string detail;               // for people: each fault with its depth, and the keys that were served
    bool alternate_path = false;      // refused, but another path holds a pin (alternate_path.h)
    EvidencePtr evidence;             // the certificates that were examined
};

/// Runs X509_verify_cert on the context with a callback that collects every fault, decides from that set
/// alone (with such a callback OpenSSL's return value is 1 for an untrusted, expired, wrongly named chain),
/// matches the pins against the chain that was *built* (CVE-2016-2402), and leaves in the context the error
/// that picks the alert: 28 for a pin refusal, else the first fault's own.
Finding examine(X509_STORE_CTX* context, const HostPolicy& entry, std::time_t now);

/// Proof that one handshake was verified and accepted. Made only by Verifier, moved but never copied, valid
/// for one use on its own connection: a request cannot be written without it.
class Verified {
  public:
    Verified(Verified&& other) noexcept
        : connection_(std::exchange(other.connection_, nullptr)), matched_(other.matched_) {}
    Verified& operator=(Verified&& other) noexcept {
        connection_ = std::exchange(other.connection_, nullptr);
        matched_ = other.matched_;
        return *this;
    }
    Verified(const Verified&) = delete;
    Verified& operator=(const Verified&) = delete;
    ~Verified() = default;

    /// False after it was moved from, and for every other connection.
    bool covers(const SSL* connection) const { return connection != nullptr && connection_ == connection; }

    std::optional<PinMatch> matched() const { return matched_; }

  private:
    friend class Verifier;
    Verified(const SSL* connection, std::optional<PinMatch> matched)
        : connection_(connection), matched_(matched) {}

    const SSL* connection_;
    std::optional<PinMatch> matched_;
};

/// Verifies the handshakes of one SSL_CTX; must outlive it and must not be moved.
class Verifier {
  public:
    explicit Verifier(HostPolicy entry, std::chrono::seconds clock_ahead = {})
        : entry_(std::move(entry)), clock_ahead_(clock_ahead) {}
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    /// Makes this the only verifier of the context's peers (SSL_CTX_set_cert_verify_callback).
    void attach(SSL_CTX* context);

    /// Call before a session is offered that was made under this evidence.
    void expect_resumption(EvidencePtr evidence) { remembered_ = std::move(evidence); }

    /// The finding of the handshake so far; nullopt when no certificate was verified.
    const std::optional<Finding>& finding() const { return finding_; }

    /// The token after a completed handshake; a refusal if nothing was verified (an anonymous peer), or if
    /// the peer was refused. A resumed session is verified by the evidence that it was offered with, under
    /// the current entry and clock: OpenSSL's own verify result is inherited then and proves nothing. A
    /// resumption that was never offered is refused.
    std::variant<Verified, Refusal> conclude(const SSL* connection);

    /// The token for one more use of a connection that was accepted before, under another entry or a later
    /// clock. Pins, mode and time are checked again; trust and name belong to the connection and cannot have
    /// changed.
    std::variant<Verified, Refusal> conclude_again(const SSL* connection, HostPolicy entry);

  private:
    static int on_chain(X509_STORE_CTX* context, void* self) noexcept;
    std::time_t now() const { return std::time(nullptr) + clock_ahead_.count(); }
    void recall(EvidencePtr evidence);

    HostPolicy entry_;
    std::chrono::seconds clock_ahead_;
    EvidencePtr remembered_;
    std::optional<Finding> finding_;
};

}  // namespace pinlab::reference
