// The stream below the client's own TLS: a TCP socket, or TLS to a proxy over that socket. It never falls
// back from TLS to clear text.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>
#include <utility>

namespace pinlab::reference {

/// Boost.Asio's AsyncReadStream and AsyncWriteStream.
class FirstHop {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using Tls = boost::asio::ssl::stream<Socket&>;
    using next_layer_type = Socket;
    using lowest_layer_type = Socket;
    using executor_type = Socket::executor_type;

    explicit FirstHop(boost::asio::io_context& io) : socket_(io) {}

    executor_type get_executor() { return socket_.get_executor(); }
    Socket& next_layer() { return socket_; }
    Socket& lowest_layer() { return socket_; }

    /// From here on everything goes through TLS; the caller makes the handshake.
    Tls& secure(boost::asio::ssl::context& context) { return tls_.emplace(socket_, context); }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
        return socket_.async_read_some(buffers, std::forward<Token>(token));
    }

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
        return socket_.async_write_some(buffers, std::forward<Token>(token));
    }

  private:
    Socket socket_;
    std::optional<Tls> tls_;
};

}  // namespace pinlab::reference
