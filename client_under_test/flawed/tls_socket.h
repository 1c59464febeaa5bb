// A socket with a deadline, in clear or under TLS: the flawed client's only access to the network. Whether a
// peer is accepted is decided in verifier.h.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/reasons.h"

namespace pinlab::flawed {

using Clock = std::chrono::steady_clock;

/// A failure of the wire or of the TLS protocol under it (never one of verification).
struct LinkError : std::runtime_error {
    LinkError(pinlab::protocol::Reason why, const std::string& detail)
        : std::runtime_error(detail), reason(why) {}
    pinlab::protocol::Reason reason;
};

/// One TCP connection. Every call waits with poll(2) until it is done or until the deadline, and throws
/// LinkError.
class Link {
  public:
    Link(const pinlab::protocol::Endpoint& to, Clock::time_point deadline);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// For a connection that outlives its visit: sets the time limit of the next visit.
    void extend(Clock::time_point deadline) { deadline_ = deadline; }

    /// From here on everything goes through TLS, and a second time through TLS within TLS. The link owns
    /// the SSL.
    SSL* start_tls(SSL_CTX* context);

    /// The client's side of the handshake.
    void handshake();

    /// Before the handshake, with a session that allows it: the ClientHello and these bytes (RFC 8446 2.3).
    void write_early(std::string_view bytes);

    /// After the handshake: reads for at most a quarter of a second what the server sends unasked (tickets).
    void listen();

    void write(std::string_view bytes);

    /// At least one byte, or an empty text at the end of the stream.
    std::string read();

    /// Closes (close_notify or FIN) and reads what is left for at most a quarter of a second: unread
    /// bytes would turn the close into a reset that overtakes an alert.
    void part() noexcept;

  private:
    template <class Call>
    int drive(Call call);
    void wait(short events, Clock::time_point until) const;

    int fd_ = -1;
    Clock::time_point deadline_;
    pinlab::protocol::SslPtr below_;  // TLS to a proxy; must outlive tls_
    pinlab::protocol::SslPtr tls_;
};

}  // namespace pinlab::flawed
