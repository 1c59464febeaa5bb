#include "attacks/mitm/upstream.h"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace pinlab::mitm {
namespace asio = boost::asio;
using boost::system::error_code;
using wire::Awaitable;

namespace {
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t chunk = std::size_t{16} * 1024;
}  // namespace

Upstream::Upstream(const asio::any_io_executor& executor, std::chrono::milliseconds deadline)
    : tap_(std::in_place, asio::ip::tcp::socket(executor)), timer_(executor), deadline_(deadline) {}

void Upstream::arm() {
    timer_.expires_after(deadline_);
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
        const auto self = weak.lock();
        if (ec || !self || self->timer_.expiry() > asio::steady_timer::clock_type::now()) return;
        self->timed_out_ = true;
        self->close();
    });
}

bool Upstream::went_well(const error_code& ec) {
    if (ec) failure_ = timed_out_ ? "no answer in time" : wire::printable(ec.message());
    return !ec;
}

void Upstream::close() {
    timer_.cancel();
    error_code ignored;
    tap().lowest_layer().close(ignored);
}

Awaitable<bool> Upstream::connect(const wire::Endpoint& endpoint) {
    arm();
    const asio::ip::tcp::endpoint place(asio::ip::make_address(endpoint.address), endpoint.port);
    const auto [ec] = co_await tap().lowest_layer().async_connect(place, as_result);
    error_code ignored;
    tap().lowest_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return went_well(ec);
}

Awaitable<bool> Upstream::secure(asio::ssl::context& context, const std::optional<std::string>& sni,
                                 const OriginCache* cache) {
    tls_ = std::make_unique<wire::TlsStream>(std::move(*tap_), context);
    tap_.reset();
    if (sni && SSL_set_tlsext_host_name(tls_->native_handle(), sni->c_str()) != 1) co_return false;
    if (cache) cache->offer_session(tls_->native_handle(), sni);
    arm();
    const auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_result);
    co_return went_well(ec);
}

std::vector<pki::Certificate> Upstream::chain() const {
    std::vector<pki::Certificate> certificates;
    if (!tls_) return certificates;
    const STACK_OF(X509)* shown = SSL_get_peer_cert_chain(tls_->native_handle());
    for (int i = 0; i < sk_X509_num(shown); ++i) {
        X509* certificate = sk_X509_value(shown, i);
        X509_up_ref(certificate);
        certificates.push_back(pki::Certificate::adopt(pki::X509Ptr(certificate)));
    }
    return certificates;
}

Awaitable<std::string> Upstream::read() {
    char buffer[chunk];  // a string of that size would be filled with zeros first
    arm();
    if (tls_) {
        const auto [ec, count] = co_await tls_->async_read_some(asio::buffer(buffer), as_result);
        co_return std::string(buffer, count);
    }
    const auto [ec, count] = co_await tap_->async_read_some(asio::buffer(buffer), as_result);
    co_return std::string(buffer, count);
}

Awaitable<bool> Upstream::write(std::string_view bytes) {
    arm();
    if (tls_) {
        const auto [ec, count] = co_await asio::async_write(*tls_, asio::buffer(bytes), as_result);
        co_return !ec;
    }
    const auto [ec, count] = co_await asio::async_write(*tap_, asio::buffer(bytes), as_result);
    co_return !ec;
}

std::string Upstream::local() {
    error_code ec;
    const auto here = tap().lowest_layer().local_endpoint(ec);
    return ec ? "" : here.address().to_string() + ":" + std::to_string(here.port());
}

}  // namespace pinlab::mitm
