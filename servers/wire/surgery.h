// Handshakes that OpenSSL would not write by itself: settings of one connection, and changed bytes on the
// way out. Each has a name, and the catalogue knows no more of it. Refuses unknown names; judges nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace pinlab::wire {

/// All names, sorted. What each does and where it comes from is said in surgery.cpp and dress.cpp.
std::vector<std::string_view> surgeries();
bool is_surgery(std::string_view name);

/// The part that OpenSSL can be told: versions, suites, groups, ALPN … on a server-side SSL that has not
/// begun. Nothing where `name` works on bytes. Throws pki::Error where OpenSSL refuses.
void dress(std::string_view name, SSL* ssl);
/// What `dress` needs of the context, for all connections of it; without effect on those that are not
/// dressed.
void prepare_for_dress(SSL_CTX* context);
/// The protocol that this connection selects although the client may not offer it; empty: none.
std::string_view forced_alpn(SSL* ssl);

/// The ClientHello as the TLS engine is to read it: hide_tls13 hides that the client knows TLS 1.3.
std::string altered_hello(std::string_view name, std::string hello);

/// Changes the plaintext records of one server's flight (RFC 5246 6.2.1). One handshake message in each
/// record, as the lab's own engine writes them; what comes after ChangeCipherSpec passes as it is.
class Surgeon {
  public:
    /// `name` is one of `surgeries()`.
    explicit Surgeon(std::string_view name) : name_(name) {}

    /// The bytes that are to leave for these; an incomplete record is kept until its rest comes.
    std::string pass(std::string_view bytes);
    /// What was altered has left, at least in part.
    bool happened() const { return happened_; }

  private:
    std::string operate(std::string record);

    std::string name_;
    std::string kept_;
    bool encrypted_ = false;
    bool happened_ = false;
};

}  // namespace pinlab::wire
