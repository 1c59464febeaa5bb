// A TCP socket that shows its owner every byte it brings: the lowest layer of the witness, below TLS.
// Changes nothing that passes; refuses nothing.
#pragma once

#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>
#include <utility>

namespace pinlab::wire {

class Tap {
  public:
    using next_layer_type = boost::asio::ip::tcp::socket;
    using lowest_layer_type = boost::asio::ip::tcp::socket;
    using executor_type = lowest_layer_type::executor_type;

    explicit Tap(lowest_layer_type socket) : socket_(std::move(socket)) {}

    /// Called with each run of bytes received, and after each successful write.
    std::function<void(const std::string& bytes)> on_read;
    std::function<void()> on_written;

    executor_type get_executor() { return socket_.get_executor(); }
    lowest_layer_type& lowest_layer() { return socket_; }
    next_layer_type& next_layer() { return socket_; }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        namespace asio = boost::asio;
        return socket_.async_read_some(
            buffers, asio::deferred([this, buffers](boost::system::error_code ec, std::size_t count) {
                if (count > 0 && on_read) {
                    const auto begin = asio::buffers_begin(buffers);
                    on_read(std::string(begin, begin + static_cast<std::ptrdiff_t>(count)));
                }
                return asio::deferred.values(ec, count);
            }))(std::forward<Token>(token));
    }

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        namespace asio = boost::asio;
        return socket_.async_write_some(
            buffers, asio::deferred([this](boost::system::error_code ec, std::size_t count) {
                if (!ec && on_written) on_written();
                return asio::deferred.values(ec, count);
            }))(std::forward<Token>(token));
    }

  private:
    lowest_layer_type socket_;
};

}  // namespace pinlab::wire
