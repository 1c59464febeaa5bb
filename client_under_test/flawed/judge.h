// Verifies a peer under a Behaviour: right with the defaults, wrong in one respect with a flaw.
// Refuses to share code with the reference client's verification: two opinions are worth more than one.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <optional>
#include <string>
#include <vector>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/memory.h"
#include "client_under_test/reference/brief.h"
#include "client_under_test/reference/openssl_ptr.h"
#include "client_under_test/reference/outcome.h"
#include "client_under_test/reference/pin_policy.h"

namespace pinlab_flawed {

/// The pins of a brief as the behaviour reads them. Throws ConfigError where it must not start.
pinlab_client::PinPolicy read_pins(const pinlab_client::Brief& brief, const Behaviour& behaviour);

/// What was thought of the peer.
struct Opinion {
    std::vector<pinlab_client::Reason> pki;   // faults of the chain and the name
    std::vector<pinlab_client::Reason> pins;  // faults of the pins
    std::optional<pinlab_client::PinMatch> matched;
    int first_code = 0;  // X509_V_ERR_* of the first fault in pki: it picks the alert
    std::string detail;
    VerifiedPath path;  // of the certificates that were judged; of a resumed session, of those back then
    std::optional<pinlab_client::SpkiHash> leaf;  // the key of a leaf that no pin matched
};

/// The judge of one handshake. Must outlive the SSL_CTX that context() returns.
class Judge {
  public:
    /// `with_pins` false: PKI alone decides, whatever the policy says.
    Judge(const pinlab_client::Brief& brief, const Behaviour& behaviour, pinlab_client::PinPolicy policy,
          bool with_pins);
    Judge(const Judge&) = delete;
    Judge& operator=(const Judge&) = delete;

    /// A TLS context with this judge in it. Throws ConfigError when ca_file is of no use.
    pinlab_client::SslCtxPtr context();

    /// The opinion, once a certificate has come.
    const std::optional<Opinion>& opinion() const { return opinion_; }

    /// After a resumed handshake, in which nothing was shown: what was thought when the session was made.
    void recall(const KeptSession& kept);

    /// The faults for which the handshake is to end.
    std::vector<pinlab_client::Reason> stopping() const;

  private:
    struct Fault {
        int code;
        int depth;
        bool within_a_day;          // an expiry less than a day ago
        bool last_century = false;  // an expiry before the year 2000
    };
    static int on_chain(X509_STORE_CTX* store, void* self) noexcept;
    static int collect(int ok, X509_STORE_CTX* store) noexcept;

    Opinion judge(X509_STORE_CTX* store);
    std::vector<Fault> verify(X509_STORE_CTX* store);
    bool overlooks(const Fault& fault, bool leaf_signs) const;
    bool forgets_pins(const std::vector<pinlab_client::Reason>& pki) const;
    void judge_pins(X509_STORE_CTX* store, Opinion& opinion) const;
    void excuse(Opinion& opinion) const;

    const pinlab_client::Brief& brief_;
    const Behaviour& behaviour_;
    pinlab_client::PinPolicy policy_;
    pinlab_client::X509Ptr first_anchor_;
    std::vector<Fault>* collecting_ = nullptr;
    std::optional<Opinion> opinion_;
};

}  // namespace pinlab_flawed
