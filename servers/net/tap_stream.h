// A TCP socket that shows its owner every byte it brings: the lowest layer of the witness, below TLS.
// The owner may change, slow down or withhold what leaves.
#pragma once

#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <utility>

#include "servers/wire/fault.h"

namespace pinlab::wire {

class TapStream {
  public:
    using next_layer_type = boost::asio::ip::tcp::socket;
    using lowest_layer_type = boost::asio::ip::tcp::socket;
    using executor_type = lowest_layer_type::executor_type;

    explicit TapStream(lowest_layer_type socket)
        : socket_(std::move(socket)), pause_(socket_.get_executor()) {}

    /// Called with each run of bytes received, and after each successful write.
    std::function<void(const std::string& bytes)> on_read;
    std::function<void()> on_written;
    /// Where set: what is to leave in the place of the next bytes. After an end the write fails as aborted.
    std::function<Outgoing(std::string bytes)> filter_outgoing;

    /// Until `resume`, reading ends as aborted, a TLS read in the middle of its records too. Cancelling the
    /// socket is not enough for that: where the peer sends without a pause, there is no wait to cancel.
    void interrupt() { interrupted_ = true; }
    void resume() { interrupted_ = false; }

    executor_type get_executor() { return socket_.get_executor(); }
    lowest_layer_type& lowest_layer() { return socket_; }
    next_layer_type& next_layer() { return socket_; }

    template <typename Buffers, typename Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        using Signature = void(boost::system::error_code, std::size_t);
        return boost::asio::async_compose<Token, Signature>(Reading<Buffers>(*this, buffers), token, socket_);
    }

    template <typename Buffers, typename Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        using Signature = void(boost::system::error_code, std::size_t);
        return boost::asio::async_compose<Token, Signature>(Writing<Buffers>(*this, buffers), token, socket_);
    }

  private:
    /// One read. A read after the end returns at once with the same error: Asio waits for an edge from epoll
    /// that never comes once a read has returned nothing, and a TLS stream may read twice (a shutdown beside
    /// a read).
    template <typename Buffers>
    class Reading {
      public:
        Reading(TapStream& tap, const Buffers& buffers) : tap_(tap), buffers_(buffers) {}

        template <typename Self>
        void operator()(Self& self, boost::system::error_code ec = {}, std::size_t count = 0) {
            namespace asio = boost::asio;
            switch (stage_) {
                case Stage::begin:
                    stage_ = (tap_.ended_ || tap_.interrupted_) && asio::buffer_size(buffers_) > 0
                                 ? Stage::late
                                 : Stage::reading;
                    if (stage_ == Stage::late) return asio::post(tap_.get_executor(), std::move(self));
                    return tap_.socket_.async_read_some(buffers_, std::move(self));
                case Stage::late:
                    return self.complete(tap_.ended_ ? tap_.ended_ : asio::error::operation_aborted, 0);
                case Stage::reading:
                    tap_.on_received(ec,
                                     {asio::buffers_begin(buffers_),
                                      asio::buffers_begin(buffers_) + static_cast<std::ptrdiff_t>(count)});
                    return self.complete(ec, count);
            }
        }

      private:
        enum class Stage { begin, late, reading };

        TapStream& tap_;
        Buffers buffers_;
        Stage stage_ = Stage::begin;
    };

    /// One write: the bytes themselves, or run by run what the owner wants to leave instead.
    template <typename Buffers>
    class Writing {
      public:
        Writing(TapStream& tap, const Buffers& buffers) : tap_(tap), buffers_(buffers) {}

        template <typename Self>
        void operator()(Self& self, boost::system::error_code ec = {}, std::size_t count = 0) {
            namespace asio = boost::asio;
            switch (std::exchange(stage_, stage_ == Stage::begin ? Stage::whole : stage_)) {
                case Stage::begin:
                    if (!tap_.filter_outgoing)
                        return tap_.socket_.async_write_some(buffers_, std::move(self));
                    outgoing_ =
                        tap_.filter_outgoing({asio::buffers_begin(buffers_), asio::buffers_end(buffers_)});
                    return next(self);
                case Stage::paused:
                    stage_ = Stage::written;
                    return asio::async_write(tap_.socket_, asio::buffer(outgoing_.runs[run_++]),
                                             std::move(self));
                case Stage::written:
                    if (!ec) return next(self);
                    return self.complete(ec, 0);
                case Stage::ended: {
                    const bool over = outgoing_.end != Outgoing::End::none;
                    return end(self, over ? asio::error::operation_aborted : ec, asio::buffer_size(buffers_));
                }
                case Stage::whole:
                    return end(self, ec, count);
            }
        }

      private:
        enum class Stage { begin, whole, paused, written, ended };

        template <typename Self>
        void next(Self& self) {
            stage_ = run_ < outgoing_.runs.size() ? Stage::paused : Stage::ended;
            if (stage_ == Stage::ended || outgoing_.pause == outgoing_.pause.zero())
                return boost::asio::post(tap_.get_executor(), std::move(self));
            tap_.pause_.expires_after(outgoing_.pause);
            tap_.pause_.async_wait(std::move(self));
        }

        template <typename Self>
        void end(Self& self, boost::system::error_code ec, std::size_t count) {
            if (!ec && tap_.on_written) tap_.on_written();
            self.complete(ec, ec ? 0 : count);
        }

        TapStream& tap_;
        Buffers buffers_;
        Stage stage_ = Stage::begin;
        Outgoing outgoing_;
        std::size_t run_ = 0;
    };

    void on_received(const boost::system::error_code& ec, const std::string& bytes) {
        if (ec && ec != boost::asio::error::operation_aborted) ended_ = ec;
        if (!bytes.empty() && on_read) on_read(bytes);
    }

    lowest_layer_type socket_;
    boost::system::error_code ended_;  // what the peer's end was, once it has come
    bool interrupted_ = false;
    boost::asio::steady_timer pause_;
};

}  // namespace pinlab::wire
