// One connection, from its first raw byte to its end; see the header.
#include "servers/net/connection.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/write.hpp>

#include "servers/tls/openssl_words.h"

namespace pinlab::wire {
namespace asio = boost::asio;
namespace json = boost::json;
using boost::system::error_code;

namespace {

constexpr std::size_t chunk = std::size_t{16} * 1024;

/// Requests for work that a client may make in a row without saying anything (BoringSSL's kMaxKeyUpdates).
constexpr int most_idle_requests = 32;

/// What ended a read, in the words of `closed`.
std::string how_it_ended(const boost::system::error_code& ec, bool timed_out) {
    if (timed_out) return "deadline";
    if (ec == asio::error::eof) return "close_notify";  // Asio's word for it on a TLS stream
    if (ec == asio::ssl::error::stream_truncated) return "eof";
    if (ec == asio::error::connection_reset || ec == asio::error::broken_pipe) return "reset";
    return "error";
}

}  // namespace

Encounter::Encounter(asio::ip::tcp::socket socket, int number, Journal& journal,
                     const CanaryPatterns& canaries, std::chrono::milliseconds deadline,
                     std::chrono::milliseconds lifetime)
    : number_(number),
      journal_(journal),
      canaries_(canaries),
      deadline_(deadline),
      dies_(asio::steady_timer::clock_type::now() + lifetime),
      tap_(std::in_place, std::move(socket)),
      timer_(tap_->get_executor()),
      clear_watch_(canaries),
      connect_watch_(canaries),
      tls_watch_(canaries) {
    tap_->on_read = [this](const std::string& bytes) { hear_raw(bytes); };
    error_code ec;
    const auto peer = tap_->lowest_layer().remote_endpoint(ec);
    const std::string address = ec ? "gone" : peer.address().to_string() + ":" + std::to_string(peer.port());
    this->journal("accepted", {{"peer", address}});
    tap_->lowest_layer().set_option(asio::ip::tcp::no_delay(true), ec);
}

Encounter::~Encounter() {
    // The callback's argument is this object: it must not outlive it.
    if (tls_) SSL_set_msg_callback(tls_->native_handle(), nullptr);
}

Tap& Encounter::stream_or_tap() {
    return tls_ ? tls_->next_layer() : *tap_;
}

void Encounter::journal(std::string_view what, const json::object& facts) {
    journal_.say(number_, what, facts);
}

void Encounter::arm() {
    stream_or_tap().resume();
    timer_.expires_at(std::min(asio::steady_timer::clock_type::now() + deadline_, dies_));
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
        const auto self = weak.lock();
        if (ec || !self || self->timer_.expiry() > asio::steady_timer::clock_type::now()) return;
        self->expire();
    });
}

void Encounter::expire() {
    timed_out_ = true;
    error_code ec;
    stream_or_tap().interrupt();
    stream_or_tap().lowest_layer().cancel(ec);
}

void Encounter::end_life() {
    dies_ = asio::steady_timer::clock_type::now();
    expire();
}

bool Encounter::outlived() {
    if (asio::steady_timer::clock_type::now() < dies_) return false;
    timed_out_ = true;
    note_end(asio::error::operation_aborted);
    return true;
}

void Encounter::see(const char* where, Watch& watch, std::string_view bytes) {
    for (const Sighting& sighting : watch.feed(bytes)) {
        journal("canary_seen", {{"where", where}, {"form", sighting.form}, {"canary", sighting.canary}});
    }
}

void Encounter::hear_raw(const std::string& bytes) {
    raw_bytes_ += bytes.size();
    // What belongs to a CONNECT head is told apart later, when the head is whole.
    if (!in_connect_) see("clear", clear_watch_, bytes);
}

void Encounter::note_end(const error_code& ec) {
    if (ended_.empty()) ended_ = flooded_ ? "flood" : how_it_ended(ec, timed_out_);
}

void Encounter::count_idle_request() {
    if (++idle_requests_ <= most_idle_requests) return;
    flooded_ = true;
    stream_or_tap().interrupt();
}

Awaitable<bool> Encounter::read_more_raw() {
    if (outlived()) co_return false;
    char buffer[chunk];
    arm();
    const auto [ec, count] = co_await stream_or_tap().async_read_some(asio::buffer(buffer), as_result);
    raw_.append(buffer, count);
    // On bare TCP an EOF is an EOF: there is no close_notify to tell it from.
    if (ec) note_end(ec == asio::error::eof ? error_code(asio::ssl::error::stream_truncated) : ec);
    co_return !ec;
}

Awaitable<bool> Encounter::read_hello(const ProxyRule& proxy) {
    in_connect_ = proxy.kind != ProxyKind::none;
    while (raw_.empty()) {
        if (!co_await read_more_raw()) co_return false;
    }
    if (in_connect_ && !co_await pass_proxy(proxy)) co_return false;
    while (true) {
        HelloResult result = parse_client_hello(raw_);
        if (result.state == HelloState::complete) {
            hello_ = std::move(result.hello);
            co_return true;
        }
        const bool hopeless = result.state != HelloState::need_more || raw_.size() > max_client_hello;
        if (hopeless && !raw_.empty()) {
            journal("not_tls", {{"bytes", raw_.size()}, {"begins", printable(raw_, 32)}});
            co_return false;
        }
        // Not parsed anew after each byte: a long hello would cost the square of its length.
        const std::size_t enough = std::min(result.at_least, max_client_hello + 1);
        do {
            if (!co_await read_more_raw()) co_return false;
        } while (raw_.size() < enough);
    }
}

void Encounter::journal_hello(std::size_t step) {
    journal("client_hello", hello_facts(hello_, step));
    Watch sni(canaries_);
    if (hello_.sni) see("sni", sni, *hello_.sni);
    Watch alpn(canaries_);
    for (const auto& name : hello_.alpn) see("alpn", alpn, name);
}

void Encounter::message_callback(int sent, int, int type, const void* bytes, std::size_t length, SSL*,
                                 void* self) {
    static_cast<Encounter*>(self)->hear_message(sent != 0, type, {static_cast<const char*>(bytes), length});
}

void Encounter::hear_message(bool sent, int type, std::string_view message) {
    if (sent && outbound_)
        outbound_->hear(type, message, SSL_version(tls_->native_handle()) == TLS1_3_VERSION);
    if (type == SSL3_RT_ALERT && message.size() >= 2) {
        // OpenSSL's answer to each renegotiation that a client asks for.
        if (sent && message[1] == SSL_AD_NO_RENEGOTIATION) count_idle_request();
        if (!flooded_) journal("alert", alert_facts(sent, static_cast<unsigned char>(message[1])));
    } else if (type == SSL3_RT_HANDSHAKE && !sent && !message.empty() && message[0] == SSL3_MT_KEY_UPDATE) {
        count_idle_request();
    } else if (type == SSL3_RT_HANDSHAKE && sent && !message.empty() && message[0] == SSL3_MT_CERTIFICATE) {
        presented_written_ = true;
    }
}

void Encounter::tell_presented() {
    if (!presented_ || !presented_written_) return;
    if (outbound_ && !outbound_->showed_certificate()) return;
    journal("presented", *presented_);
    presented_.reset();
}

Awaitable<bool> Encounter::handshake(asio::ssl::context& context, const Presentation& presentation,
                                     std::size_t step) {
    tls_ = std::make_unique<TlsStream>(std::move(*tap_), context);
    tap_.reset();
    // Told only when bytes left after the Certificate message was made: what was not sent was not shown.
    tls_->next_layer().on_written = [this] { tell_presented(); };
    begin_trouble(presentation, step);
    presented_ = json::object{
        {"step", step}, {"label", presentation.label}, {"chain", describe_chain(presentation.identity)}};
    SSL* ssl = tls_->native_handle();
    apply(presentation, ssl);
    SSL_set_msg_callback(ssl, message_callback);
    SSL_set_msg_callback_arg(ssl, this);
    arm();
    std::string before = altered_hello(presentation.trouble.surgery, take_raw());
    if (presentation.sessions.early_data && hello_.early_data)
        before = co_await take_early_data(std::move(before));
    const auto [ec, used] =
        co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::buffer(before), as_result);
    // Nothing is presented in a resumed handshake, so it is this that tells whom the client has met, be it
    // that it refuses him: some clients look at a resumed session too before they go on.
    const bool resumed = SSL_session_reused(ssl) == 1;
    if (ec) {
        if (end_trouble()) co_return false;
        if (resumed) journal("resumed", {{"step", step}, {"label", presentation.label}});
        journal("handshake_failed", {{"why", printable(timed_out_ ? "deadline" : ec.message())}});
        // A refused handshake leaves the connection open: `finish` reads on, in case something follows in
        // clear.
        if (ec.category() != asio::error::get_ssl_category()) note_end(ec);
        co_return false;
    }
    secured_ = true;
    journal("handshake_done", handshake_facts(ssl));
    if (resumed) journal("resumed", {{"step", step}, {"label", presentation.label}});
    raw_ = std::exchange(early_, {});
    co_return true;
}

std::string Encounter::take_raw() {
    return std::exchange(raw_, {});
}

Awaitable<std::string> Encounter::read() {
    if (!raw_.empty()) co_return take_raw();
    if (!ended_.empty() || outlived()) co_return std::string();
    if (!secured_) {
        co_await read_more_raw();
        co_return take_raw();
    }
    char buffer[chunk];  // a string of that size would be filled with zeros first
    arm();
    const auto [ec, count] = co_await tls_->async_read_some(asio::buffer(buffer), as_result);
    std::string bytes(buffer, count);
    app_bytes_ += count;
    if (count > 0) idle_requests_ = 0;
    see("tls", tls_watch_, bytes);
    if (ec) note_end(ec);
    co_return bytes;
}

Awaitable<bool> Encounter::write(std::string_view bytes) {
    if (outlived()) co_return false;
    arm();
    if (secured_) {
        const auto [ec, count] = co_await asio::async_write(*tls_, asio::buffer(bytes), as_result);
        end_trouble();
        co_return !ec;
    }
    const auto [ec, count] = co_await asio::async_write(stream_or_tap(), asio::buffer(bytes), as_result);
    co_return !ec;
}

Awaitable<void> Encounter::end_writing() {
    if (outbound_ && outbound_->over()) co_return;
    if (secured_ && ended_ != "reset" && ended_ != "deadline" && ended_ != "flood") {
        arm();
        const auto [ec] = co_await tls_->async_shutdown(as_result);
        // Without an error the client's own close_notify came; otherwise the bare TCP end is still to be
        // read.
        if (!ec) note_end(asio::error::eof);
        secured_ = false;
    }
    error_code ignored;
    stream_or_tap().lowest_layer().shutdown(asio::socket_base::shutdown_send, ignored);
}

void Encounter::reset() {
    error_code ec;
    auto& socket = stream_or_tap().lowest_layer();
    socket.set_option(asio::socket_base::linger(true, 0), ec);
    socket.close(ec);
    ended_ = "reset_by_us";
}

Awaitable<void> Encounter::finish() {
    error_code ignored;
    if (stream_or_tap().lowest_layer().is_open()) {
        const bool silent = outbound_ && outbound_->silent();
        if (!secured_ && !silent)
            stream_or_tap().lowest_layer().shutdown(asio::socket_base::shutdown_send, ignored);
        while (ended_.empty()) co_await read();
    }
    timer_.cancel();
    stream_or_tap().lowest_layer().close(ignored);
    journal("closed", {{"how", ended_}, {"app_bytes", app_bytes_}, {"raw_bytes", raw_bytes_}});
}

}  // namespace pinlab::wire
