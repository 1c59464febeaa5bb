// A read after the end returns its error at once, and does not wait for the kernel; a read from a peer that
// never pauses can be interrupted.
#include "servers/net/tap_stream.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

namespace pinlab::wire {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class TapStreamTest : public testing::Test {
  protected:
    TapStreamTest() {
        tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        peer_.connect(acceptor.local_endpoint());
        tap_.emplace(acceptor.accept());
    }

    /// What a read of `size` bytes came to; nothing where it did not end.
    std::optional<boost::system::error_code> read(std::size_t size) {
        std::optional<boost::system::error_code> result;
        tap_->async_read_some(asio::buffer(room_, size),
                              [&](boost::system::error_code ec, std::size_t count) {
                                  result = ec;
                                  count_ = count;
                              });
        io_.restart();
        io_.run_for(std::chrono::seconds(5));
        return result;
    }

    asio::io_context io_;
    tcp::socket peer_{io_};
    std::optional<TapStream> tap_;
    char room_[16] = {};
    std::size_t count_ = 0;
};

class TapStreamAfterTheEnd : public TapStreamTest {
  protected:
    TapStreamAfterTheEnd() {
        asio::write(peer_, asio::buffer("hi", 2));
        peer_.close();
    }
};

class TapStreamAfterAReset : public TapStreamTest {
  protected:
    TapStreamAfterAReset() {
        peer_.set_option(asio::socket_base::linger(true, 0));
        peer_.close();
    }
};

TEST_F(TapStreamAfterTheEnd, TellsEveryReaderOfIt) {
    EXPECT_EQ(read(sizeof room_), boost::system::error_code());
    EXPECT_EQ(count_, 2U);
    EXPECT_EQ(read(sizeof room_), asio::error::eof);
    EXPECT_EQ(read(sizeof room_), asio::error::eof);
    EXPECT_EQ(count_, 0U);
}

TEST_F(TapStreamAfterAReset, TellsEveryReaderOfIt) {
    EXPECT_EQ(read(sizeof room_), asio::error::connection_reset);
    EXPECT_EQ(read(sizeof room_), asio::error::connection_reset);
}

TEST_F(TapStreamAfterTheEnd, StillReadsNothingWhereNothingIsAskedFor) {
    while (read(sizeof room_) != asio::error::eof) {
    }
    EXPECT_EQ(read(0), boost::system::error_code());
}

TEST_F(TapStreamTest, InterruptsAReaderWithBytesAlwaysWaiting) {
    asio::write(peer_, asio::buffer("hi", 2));
    tap_->interrupt();
    EXPECT_EQ(read(sizeof room_), asio::error::operation_aborted);
    EXPECT_EQ(count_, 0U);
    tap_->resume();
    EXPECT_EQ(read(sizeof room_), boost::system::error_code());
    EXPECT_EQ(count_, 2U) << "nothing was lost by it";
}

}  // namespace
}  // namespace pinlab::wire
