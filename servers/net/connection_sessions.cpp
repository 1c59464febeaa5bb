// What of an encounter concerns sessions: early data before the handshake, and whether more is to be read.
#include <openssl/ssl.h>
#include <poll.h>

#include <boost/asio/write.hpp>

#include "servers/net/connection.h"
#include "servers/tls/early_data.h"

namespace pinlab::wire {
namespace asio = boost::asio;

Awaitable<std::string> Encounter::take_early_data(std::string before) {
    EarlyData early(tls_->native_handle());
    arm();
    bool more = true;
    while (more) {
        more = early.feed(std::exchange(before, {}));
        const std::string answer = early.take_output();
        if (!answer.empty()) co_await asio::async_write(tls_->next_layer(), asio::buffer(answer), as_result);
        if (!more || !co_await read_more_raw()) break;
        before = take_raw();
    }
    if (!early.data().empty()) {
        app_bytes_ += early.data().size();
        journal("early_data", {{"bytes", early.data().size()}});
        see("tls", tls_watch_, early.data());
        early_ = early.data();
    }
    co_return before + early.unread();
}

bool Encounter::has_unread() {
    if (!ended_.empty() || !stream_or_tap().lowest_layer().is_open()) return false;
    pollfd socket{stream_or_tap().lowest_layer().native_handle(), POLLIN, 0};
    return ::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLIN | POLLHUP)) != 0;
}

}  // namespace pinlab::wire
