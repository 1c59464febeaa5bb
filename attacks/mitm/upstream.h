// The interceptor's own connection to the real origin, bare or with TLS that trusts anything.
// Every wait has a deadline; a failure is a false or an empty answer, never an exception.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attacks/mitm/origin_cache.h"
#include "servers/net/connection.h"
#include "servers/pki/certificate.h"
#include "servers/wire/brief.h"

namespace pinlab::mitm {

class Upstream : public std::enable_shared_from_this<Upstream> {
  public:
    Upstream(const boost::asio::any_io_executor& executor, std::chrono::milliseconds deadline);

    wire::Awaitable<bool> connect(const wire::Endpoint& endpoint);
    /// TLS with the name that the client asked for (none: no SNI). What the origin shows is believed.
    /// A session that `cache` (may be null) holds for that name is resumed.
    wire::Awaitable<bool> secure(boost::asio::ssl::context& context, const std::optional<std::string>& sni,
                                 const OriginCache* cache = nullptr);
    /// The chain that the origin showed, leaf first; empty before `secure`.
    std::vector<pki::Certificate> chain() const;

    /// Empty at the end.
    wire::Awaitable<std::string> read();
    wire::Awaitable<bool> write(std::string_view bytes);
    void close();
    /// "ip:port" of our side, by which the judge separates this connection from the client's own at the
    /// origin.
    std::string local();
    /// What stood in the way, where `connect` or `secure` gave false.
    const std::string& failure() const { return failure_; }

  private:
    void arm();
    bool went_well(const boost::system::error_code& ec);
    wire::TapStream& tap() { return tls_ ? tls_->next_layer() : *tap_; }

    std::optional<wire::TapStream> tap_;
    std::unique_ptr<wire::TlsStream> tls_;
    boost::asio::steady_timer timer_;
    std::chrono::milliseconds deadline_;
    bool timed_out_ = false;
    std::string failure_;
};

}  // namespace pinlab::mitm
