// The route to the host below its TLS: resolve, connect, SOCKS5, TLS to a proxy. When one route fails, no
// other is tried; no byte of the request is sent here.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client_under_test/protocol/connect_options.h"
#include "client_under_test/protocol/outcome.h"
#include "client_under_test/reference/net/first_hop.h"

namespace pinlab::reference {

using namespace protocol;

using Fault = std::optional<Refusal>;  // nullopt: the step went well
inline constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);

Refusal refuse(Phase phase, Reason reason, std::string detail);

/// All codes of an error, oldest first. Asio passes on the oldest and leaves the rest in the queue; only all
/// of them together distinguish garbage from a bad signature.
std::vector<unsigned long> codes_of(const boost::system::error_code& error);

class Approach {
  public:
    /// Both must outlive this.
    Approach(const Dial& dial, FirstHop& hop) : dial_(dial), hop_(hop), resolver_(hop.get_executor()) {}

    /// TCP to the proxy or the host; through SOCKS5 where the dial says so; TLS to an HTTPS proxy. The caller
    /// sends the CONNECT.
    boost::asio::awaitable<Fault> open();

    void cancel() { resolver_.cancel(); }

  private:
    boost::asio::awaitable<Fault> secure_proxy();
    boost::asio::awaitable<Fault> open_socks();
    boost::asio::awaitable<Fault> ask_socks(std::string text, std::string& reply);

    const Dial& dial_;
    FirstHop& hop_;
    boost::asio::ip::tcp::resolver resolver_;
    std::optional<boost::asio::ssl::context> proxy_context_;
};

}  // namespace pinlab::reference
