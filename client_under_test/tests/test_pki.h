// A small PKI and a TLS handshake in memory, for the unit tests of both clients. It is not the lab's PKI, so
// that the clients do not share its mistakes.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <utility>
#include <vector>

#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/openssl_ptr.h"

namespace pinlab::protocol::testing {

/// A certificate with its private key.
struct Issued {
    X509Ptr certificate;
    KeyPtr key;

    std::string pin() const;
};

/// What to issue; times in seconds relative to the clock. Extensions are {NID, value} in openssl.cnf(5)
/// notation.
struct Wish {
    std::string common_name = "shop.test";
    long not_before = -86400;
    long not_after = 86400;
    std::vector<std::pair<int, std::string>> extensions;
    bool sha1 = false;
    const Issued* same_key = nullptr;  // certify this certificate's key again: cross-signing, renewal
};

/// The extensions of an ordinary leaf for the name, and of a CA.
std::vector<std::pair<int, std::string>> leaf_extensions(const std::string& san);
std::vector<std::pair<int, std::string>> ca_extensions(const std::string& constraints = "critical,CA:TRUE");

/// Issues under the issuer, or self-signed if there is none; a new P-256 key each time unless the
/// wish names one.
Issued issue(const Wish& wish, const Issued* issuer = nullptr);

/// A file of PEM certificates that lives as long as this object.
class PemFile {
  public:
    explicit PemFile(const std::vector<const Issued*>& certificates);
    ~PemFile();
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// What a server sees of a handshake.
struct ServerView {
    bool client_finished_well = false;
    bool server_finished = false;
    int alert_from_client = -1;  // AlertDescription, -1 if none came
    int application_bytes = 0;
};

/// Lets the client (prepared, not yet connected) and a server with this leaf and these further certificates
/// shake hands in memory.
ServerView shake_hands(SSL* client, const Issued& leaf, const std::vector<const Issued*>& further,
                       int version);

/// A brief for shop.test with this trust file and these pins (none: not pinned).
Brief brief_for(const PemFile& trust, std::vector<std::string> pins);

}  // namespace pinlab::protocol::testing
