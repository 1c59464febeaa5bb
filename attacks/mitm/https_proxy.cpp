#include "attacks/mitm/https_proxy.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <vector>

#include "servers/tls/key_log.h"
#include "servers/tls/presentation.h"

namespace pinlab::mitm {
namespace asio = boost::asio;
using asio::ip::tcp;
using namespace asio::experimental::awaitable_operators;
using wire::Awaitable;
using wire::Connection;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t chunk = std::size_t{16} * 1024;

Awaitable<void> pass_in(Connection& outer, tcp::socket& near) {
    while (true) {
        const std::string bytes = co_await outer.read();
        if (bytes.empty()) break;
        const auto [ec, count] = co_await asio::async_write(near, asio::buffer(bytes), as_result);
        if (ec) break;
    }
    boost::system::error_code ignored;
    near.shutdown(tcp::socket::shutdown_send, ignored);
}

Awaitable<void> pass_out(Connection& outer, tcp::socket& near) {
    std::vector<char> buffer(chunk);
    while (true) {
        const auto [ec, count] = co_await near.async_read_some(asio::buffer(buffer), as_result);
        if (count == 0 || !co_await outer.write({buffer.data(), count})) break;
    }
    co_await outer.end_writing();
}

Awaitable<void> run_to_end(const HttpsProxy::Handler& handler, std::shared_ptr<Connection> connection) {
    co_await handler(connection);
    co_await connection->finish();
}

}  // namespace

HttpsProxy::HttpsProxy(const MitmBrief& brief, wire::Journal& inside, Handler handler)
    : brief_(brief),
      inside_(inside),
      handler_(std::move(handler)),
      canaries_(brief.common.canaries),
      context_(wire::server_context(brief.common.tls, brief.common.alpn, false).release()) {
    wire::log_keys(brief.common.key_log, context_.native_handle());
}

Awaitable<std::shared_ptr<Connection>> HttpsProxy::inner(tcp::socket& near) {
    tcp::acceptor acceptor(near.get_executor(), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tcp::socket far(near.get_executor());
    // The kernel completes the connection by itself: the acceptor listens already.
    const auto [unreached] = co_await near.async_connect(acceptor.local_endpoint(), as_result);
    if (unreached) co_return nullptr;
    const auto [unaccepted] = co_await acceptor.async_accept(far, as_result);
    if (unaccepted) co_return nullptr;
    co_return std::make_shared<Connection>(std::move(far), ++connections_, inside_, canaries_,
                                           brief_.common.deadline, brief_.common.lifetime);
}

Awaitable<void> HttpsProxy::front(std::shared_ptr<Connection> client) {
    if (!co_await client->read_hello()) co_return;
    client->journal_hello(0);
    // A name of its own: g++ 12 destroys a temporary of such an expression twice.
    const wire::Presentation shown{*brief_.proxy_identity, "proxy"};
    if (!co_await client->handshake(context_, shown, 0)) co_return;
    tcp::socket near(client->get_executor());
    const std::shared_ptr<Connection> connection = co_await inner(near);
    if (!connection) throw std::runtime_error("no loopback pair for what is inside the proxy's TLS");
    co_await (pass_in(*client, near) && pass_out(*client, near) && run_to_end(handler_, connection));
}

}  // namespace pinlab::mitm
