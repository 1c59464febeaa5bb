#include "servers/net/connection.h"

#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <boost/asio/write.hpp>

#include "servers/tls/early_data.h"
#include "servers/tls/openssl_words.h"

namespace pinlab::wire {
namespace asio = boost::asio;
namespace json = boost::json;
using boost::system::error_code;

namespace {

constexpr std::size_t chunk = std::size_t{16} * 1024;

/// Rekeys that a client may ask for in a row without sending data (BoringSSL's kMaxKeyUpdates).
constexpr int most_rekeys = 32;

/// What ended a read, in the words of `closed`.
std::string how_it_ended(const boost::system::error_code& ec, bool timed_out) {
    if (timed_out) return "deadline";
    if (ec == asio::error::eof) return "close_notify";  // Asio's word for it on a TLS stream
    if (ec == asio::ssl::error::stream_truncated) return "eof";
    if (ec == asio::error::connection_reset || ec == asio::error::broken_pipe) return "reset";
    return "error";
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, int number, Journal& journal,
                       const CanaryPatterns& canaries, std::chrono::milliseconds deadline,
                       std::chrono::milliseconds lifetime)
    : number_(number),
      journal_(journal),
      canaries_(canaries),
      deadline_(deadline),
      lifetime_ends_(asio::steady_timer::clock_type::now() + lifetime),
      tap_(std::in_place, std::move(socket)),
      timer_(tap_->get_executor()),
      clear_watch_(canaries),
      connect_watch_(canaries),
      tls_watch_(canaries) {
    tap_->on_read = [this](const std::string& bytes) { on_raw_bytes(bytes); };
    error_code ec;
    const auto peer = tap_->lowest_layer().remote_endpoint(ec);
    const std::string address = ec ? "gone" : peer.address().to_string() + ":" + std::to_string(peer.port());
    this->journal("accepted", {{"peer", address}});
    tap_->lowest_layer().set_option(asio::ip::tcp::no_delay(true), ec);
}

Connection::~Connection() {
    // The callback's argument is this object: it must not outlive it.
    if (tls_) SSL_set_msg_callback(tls_->native_handle(), nullptr);
}

TapStream& Connection::stream_or_tap() {
    return tls_ ? tls_->next_layer() : *tap_;
}

void Connection::journal(std::string_view what, const json::object& facts) {
    journal_.write(number_, what, facts);
}

void Connection::arm() {
    stream_or_tap().resume();
    timer_.expires_at(std::min(asio::steady_timer::clock_type::now() + deadline_, lifetime_ends_));
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
        const auto self = weak.lock();
        if (ec || !self || self->timer_.expiry() > asio::steady_timer::clock_type::now()) return;
        self->expire();
    });
}

void Connection::expire() {
    timed_out_ = true;
    error_code ec;
    stream_or_tap().interrupt();
    stream_or_tap().lowest_layer().cancel(ec);
}

void Connection::expire_lifetime() {
    lifetime_ends_ = asio::steady_timer::clock_type::now();
    expire();
}

bool Connection::lifetime_over() {
    if (asio::steady_timer::clock_type::now() < lifetime_ends_) return false;
    timed_out_ = true;
    note_end(asio::error::operation_aborted);
    return true;
}

void Connection::scan(const char* where, Watch& watch, std::string_view bytes) {
    for (const Sighting& sighting : watch.feed(bytes)) {
        journal("canary_seen", {{"where", where}, {"form", sighting.form}, {"canary", sighting.canary}});
    }
}

void Connection::on_raw_bytes(const std::string& bytes) {
    raw_bytes_ += bytes.size();
    // What belongs to a CONNECT head is separated later, when the head is whole.
    if (!in_connect_) scan("clear", clear_watch_, bytes);
}

void Connection::note_end(const error_code& ec) {
    if (ended_.empty()) ended_ = flooded_ ? "flood" : how_it_ended(ec, timed_out_);
}

void Connection::count_rekey() {
    if (++rekeys_ <= most_rekeys) return;
    flooded_ = true;
    stream_or_tap().interrupt();
}

Awaitable<bool> Connection::read_more_raw() {
    if (lifetime_over()) co_return false;
    char buffer[chunk];
    arm();
    const auto [ec, count] = co_await stream_or_tap().async_read_some(asio::buffer(buffer), as_result);
    raw_.append(buffer, count);
    // On bare TCP an EOF is an EOF: there is no close_notify to distinguish it from.
    if (ec) note_end(ec == asio::error::eof ? error_code(asio::ssl::error::stream_truncated) : ec);
    co_return !ec;
}

Awaitable<bool> Connection::run_proxy_dialogue(const ProxyRule& rule) {
    using State = ProxyDialogue::State;
    ProxyDialogue dialogue(rule);
    ProxyDialogue::Step step;
    do {
        step = dialogue.next(raw_);
        if (step.state == State::need_more) {
            if (co_await read_more_raw()) continue;
            scan("connect", connect_watch_, raw_);
            co_return false;
        }
        scan("connect", connect_watch_, raw_.substr(0, step.used));
        raw_.erase(0, step.used);
        if (step.state == State::going_on && !co_await write(step.reply)) co_return false;
    } while (step.state == State::need_more || step.state == State::going_on);
    in_connect_ = false;
    scan("clear", clear_watch_, raw_);
    if (step.state == State::no_request) co_return true;
    journal("connect_request", {{"host", printable(dialogue.host())}, {"port", printable(dialogue.port())}});
    if (step.state == State::refused) journal("proxy_refused", {{"answer", rule.answer}});
    co_return co_await write(step.reply) && step.state == State::granted;
}

Awaitable<bool> Connection::read_hello(const ProxyRule& proxy) {
    in_connect_ = proxy.kind != ProxyKind::none;
    while (raw_.empty()) {
        if (!co_await read_more_raw()) co_return false;
    }
    if (in_connect_ && !co_await run_proxy_dialogue(proxy)) co_return false;
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

void Connection::journal_hello(std::size_t step) {
    journal("client_hello", hello_facts(hello_, step));
    Watch sni(canaries_);
    if (hello_.sni) scan("sni", sni, *hello_.sni);
    Watch alpn(canaries_);
    for (const auto& name : hello_.alpn) scan("alpn", alpn, name);
}

void Connection::message_callback(int sent, int, int type, const void* bytes, std::size_t length, SSL*,
                                  void* self) {
    static_cast<Connection*>(self)->on_tls_message(sent != 0, type,
                                                   {static_cast<const char*>(bytes), length});
}

void Connection::on_tls_message(bool sent, int type, std::string_view message) {
    if (sent && outbound_)
        outbound_->on_tls_message(type, message, SSL_version(tls_->native_handle()) == TLS1_3_VERSION);
    if (type == SSL3_RT_ALERT && message.size() >= 2) {
        // OpenSSL's answer to each renegotiation that a client asks for.
        if (sent && message[1] == SSL_AD_NO_RENEGOTIATION) count_rekey();
        if (!flooded_) journal("alert", alert_facts(sent, static_cast<unsigned char>(message[1])));
    } else if (type == SSL3_RT_HANDSHAKE && !sent && !message.empty() && message[0] == SSL3_MT_KEY_UPDATE) {
        count_rekey();
    } else if (type == SSL3_RT_HANDSHAKE && sent && !message.empty() && message[0] == SSL3_MT_CERTIFICATE) {
        presented_written_ = true;
    }
}

void Connection::journal_presented() {
    if (!presented_ || !presented_written_) return;
    if (outbound_ && !outbound_->showed_certificate()) return;
    journal("presented", *presented_);
    presented_.reset();
}

Awaitable<std::string> Connection::take_early_data(std::string before) {
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
        scan("tls", tls_watch_, early.data());
        early_ = early.data();
    }
    co_return before + early.unread();
}

Awaitable<bool> Connection::handshake(asio::ssl::context& context, const Presentation& presentation,
                                      std::size_t step) {
    tls_ = std::make_unique<TlsStream>(std::move(*tap_), context);
    tap_.reset();
    // Only when bytes have left after the Certificate message was made: what was not sent was not shown.
    tls_->next_layer().on_written = [this] { journal_presented(); };
    begin_disturbance(presentation, step);
    presented_ = json::object{
        {"step", step}, {"label", presentation.label}, {"chain", describe_chain(presentation.identity)}};
    SSL* ssl = tls_->native_handle();
    apply(presentation, ssl);
    SSL_set_msg_callback(ssl, message_callback);
    SSL_set_msg_callback_arg(ssl, this);
    arm();
    std::string before = altered_hello(presentation.disturbance.handshake_edit, take_raw());
    if (presentation.sessions.early_data && hello_.early_data)
        before = co_await take_early_data(std::move(before));
    const auto [ec, used] =
        co_await tls_->async_handshake(asio::ssl::stream_base::server, asio::buffer(before), as_result);
    // A resumed handshake presents nothing, so this line says which server the client met, even if the client
    // then refuses: some clients check a resumed session too.
    const bool resumed = SSL_session_reused(ssl) == 1;
    if (ec) {
        if (apply_end_if_over()) co_return false;
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

std::string Connection::take_raw() {
    return std::exchange(raw_, {});
}

Awaitable<std::string> Connection::read() {
    if (!raw_.empty()) co_return take_raw();
    if (!ended_.empty() || lifetime_over()) co_return std::string();
    if (!secured_) {
        co_await read_more_raw();
        co_return take_raw();
    }
    char buffer[chunk];  // a string of that size would be filled with zeros first
    arm();
    const auto [ec, count] = co_await tls_->async_read_some(asio::buffer(buffer), as_result);
    std::string bytes(buffer, count);
    app_bytes_ += count;
    if (count > 0) rekeys_ = 0;
    scan("tls", tls_watch_, bytes);
    if (ec) note_end(ec);
    co_return bytes;
}

Awaitable<bool> Connection::write(std::string_view bytes) {
    if (lifetime_over()) co_return false;
    arm();
    if (secured_) {
        const auto [ec, count] = co_await asio::async_write(*tls_, asio::buffer(bytes), as_result);
        apply_end_if_over();
        co_return !ec;
    }
    const auto [ec, count] = co_await asio::async_write(stream_or_tap(), asio::buffer(bytes), as_result);
    co_return !ec;
}

Awaitable<void> Connection::end_writing() {
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

void Connection::reset() {
    error_code ec;
    auto& socket = stream_or_tap().lowest_layer();
    socket.set_option(asio::socket_base::linger(true, 0), ec);
    socket.close(ec);
    ended_ = "reset_by_us";
}

bool Connection::has_unread() {
    if (!ended_.empty() || !stream_or_tap().lowest_layer().is_open()) return false;
    pollfd socket{stream_or_tap().lowest_layer().native_handle(), POLLIN, 0};
    return ::poll(&socket, 1, 0) > 0 && (socket.revents & (POLLIN | POLLHUP)) != 0;
}

Awaitable<void> Connection::finish() {
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
