// Nothing is tried a second time: each failure is final and is reported.
#include "client_under_test/reference/net/route.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include "client_under_test/protocol/socks5.h"
#include "client_under_test/protocol/tls_faults.h"
#include "client_under_test/reference/tls_context.h"

namespace pinlab::reference {
namespace {

namespace asio = boost::asio;

bool all_loopback(const asio::ip::tcp::resolver::results_type& found) {
    return std::all_of(found.begin(), found.end(),
                       [](const auto& entry) { return entry.endpoint().address().is_loopback(); });
}

}  // namespace

Refusal refuse(Phase phase, Reason reason, std::string detail) {
    return {phase, {reason}, std::move(detail)};
}

std::vector<unsigned long> codes_of(const boost::system::error_code& error) {
    std::vector<unsigned long> codes;
    if (error.category() == asio::error::get_ssl_category())
        codes.push_back(static_cast<unsigned int>(error.value()));
    for (unsigned long code : drain_openssl_errors()) codes.push_back(code);
    return codes;
}

asio::awaitable<Fault> Approach::open() {
    const Endpoint& to = dial_.proxy ? *dial_.proxy : dial_.connect_to;
    auto [unresolved, found] =
        co_await resolver_.async_resolve(to.address, std::to_string(to.port), no_throw);
    if (unresolved)
        co_return refuse(Phase::connect, Reason::transport_failed, to.address + ": " + unresolved.message());
    if (dial_.loopback_only && !all_loopback(found))
        co_return refuse(Phase::connect, Reason::transport_failed,
                         to.address + ": not a loopback address, and no other is allowed");
    auto [error, endpoint] = co_await asio::async_connect(hop_.lowest_layer(), found, no_throw);
    if (error) co_return refuse(Phase::connect, Reason::transport_failed, error.message());
    if (!dial_.proxy) co_return std::nullopt;
    if (dial_.proxy_kind == ProxyKind::socks5) co_return co_await open_socks();
    if (dial_.proxy_kind == ProxyKind::https) {
        if (Fault fault = co_await secure_proxy()) co_return fault;
    }
    co_return std::nullopt;
}

// The proxy's own certificate: same anchors, its own name. The origin's pins do not apply (curl/curl#2192).
asio::awaitable<Fault> Approach::secure_proxy() {
    proxy_context_.emplace(make_proxy_context(dial_).release());
    FirstHop::Tls& tls = hop_.secure(*proxy_context_);
    expect_name(tls.native_handle(), dial_.proxy->address);
    auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, no_throw);
    if (!error) co_return std::nullopt;
    auto codes = codes_of(error);
    co_return refuse(Phase::connect, Reason::proxy_untrusted,
                     "the proxy: " + tls_text(codes, error.message()));
}

asio::awaitable<Fault> Approach::open_socks() {
    std::string reply(socks5_choice_size, '\0');
    if (Fault fault = co_await ask_socks(socks5_greeting(), reply)) co_return fault;
    reply.resize(socks5_reply_head_size);
    if (Fault fault = co_await ask_socks(socks5_request(dial_), reply)) co_return fault;
    auto more = socks5_more(reply);
    if (!more) co_return refuse(Phase::connect, Reason::proxy_refused, "the proxy's reply is none");
    reply.resize(*more);
    auto [error, count] = co_await asio::async_read(hop_, asio::buffer(reply), no_throw);
    if (error) co_return refuse(Phase::connect, Reason::proxy_refused, "reply cut: " + error.message());
    co_return std::nullopt;
}

// Sends, then reads as many bytes as `reply` has room for.
asio::awaitable<Fault> Approach::ask_socks(std::string text, std::string& reply) {
    auto [unsent, written] = co_await asio::async_write(hop_, asio::buffer(text), no_throw);
    if (unsent)
        co_return refuse(Phase::connect, Reason::transport_failed, "to the proxy: " + unsent.message());
    auto [error, count] = co_await asio::async_read(hop_, asio::buffer(reply), no_throw);
    if (count < socks5_choice_size)
        co_return refuse(Phase::connect, Reason::proxy_refused, "no reply: " + error.message());
    if (auto why = socks5_refusal(reply)) co_return refuse(Phase::connect, Reason::proxy_refused, *why);
    if (error) co_return refuse(Phase::connect, Reason::proxy_refused, "reply cut: " + error.message());
    co_return std::nullopt;
}

}  // namespace pinlab::reference
