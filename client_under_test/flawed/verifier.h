// Verifies a peer under a Behaviour: right with the defaults, wrong in one respect with a flaw.
// It shares the protocol, pin texts and names of reasons with the reference client; how a peer is verified is
// its own.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <optional>
#include <string>
#include <vector>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/session_cache.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/outcome.h"
#include "client_under_test/protocol/pin_text.h"

namespace pinlab::flawed {

/// The pins of a brief as the behaviour reads them. Throws ConfigError where it must not start.
pinlab::protocol::PinPolicy read_pins(const pinlab::protocol::Brief& brief, const Behaviour& behaviour);

/// What the verification of one peer found.
struct Finding {
    std::vector<pinlab::protocol::Reason> pki;   // faults of the chain and the name
    std::vector<pinlab::protocol::Reason> pins;  // faults of the pins
    std::optional<pinlab::protocol::PinMatch> matched;
    int first_code = 0;  // X509_V_ERR_* of the first fault in pki: it picks the alert
    std::string detail;
    VerifiedPath path;  // of the verified certificates; in a resumed session, of its first handshake
    std::optional<pinlab::protocol::SpkiHash> leaf;  // the key of a leaf that no pin matched
};

/// Verifies one handshake. Must outlive the SSL_CTX that context() returns.
class Verifier {
  public:
    /// `with_pins` false: PKI alone decides, whatever the policy says.
    Verifier(const pinlab::protocol::Brief& brief, const Behaviour& behaviour,
             pinlab::protocol::PinPolicy policy, bool with_pins);
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    /// A TLS context with this verifier. Throws ConfigError when ca_file cannot be used.
    pinlab::protocol::SslCtxPtr context();

    /// The finding; nullopt until a certificate was received.
    const std::optional<Finding>& finding() const { return finding_; }

    /// After a resumed handshake, which shows no certificate: takes the finding of the stored session.
    void recall(const StoredSession& stored);

    /// The faults that end the handshake.
    std::vector<pinlab::protocol::Reason> stopping() const;

  private:
    struct Fault {
        int code;
        int depth;
        bool within_a_day;          // an expiry less than a day ago
        bool last_century = false;  // an expiry before the year 2000
    };
    static int on_chain(X509_STORE_CTX* store, void* self) noexcept;
    static int collect(int ok, X509_STORE_CTX* store) noexcept;

    Finding examine(X509_STORE_CTX* store);
    std::vector<Fault> verify(X509_STORE_CTX* store);
    bool overlooks(const Fault& fault, bool leaf_signs) const;
    bool forgets_pins(const std::vector<pinlab::protocol::Reason>& pki) const;
    void judge_pins(X509_STORE_CTX* store, Finding& finding) const;
    void excuse(Finding& finding) const;

    const pinlab::protocol::Brief& brief_;
    const Behaviour& behaviour_;
    pinlab::protocol::PinPolicy policy_;
    pinlab::protocol::X509Ptr first_anchor_;
    std::vector<Fault>* collecting_ = nullptr;
    std::optional<Finding> finding_;
};

}  // namespace pinlab::flawed
