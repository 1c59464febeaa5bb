// The Beast client behind pinned_client.h; the only file here that includes Beast.
// Refuses retries, redirects, other transports: whatever fails, fails once and is told.
#include "client_under_test/reference/pinned_client.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <iostream>

#include "client_under_test/reference/first_hop.h"
#include "client_under_test/reference/socks5.h"
#include "client_under_test/reference/tls_context.h"
#include "client_under_test/reference/tls_faults.h"

namespace pinlab_client {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;
using Error = boost::system::error_code;
using Fault = std::optional<Refusal>;  // nullopt: the step went well
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
// RFC 6455 1.3, the example; the key is no secret and guards against caches only.
constexpr std::string_view kWebsocketKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kWebsocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::chrono::milliseconds kParting{250};  // how long a peer may take to say goodbye

Refusal refuse(Phase phase, Reason reason, std::string detail) {
    return {phase, {reason}, std::move(detail)};
}

// Asio hands over the oldest code and leaves the rest in the queue; only all together tell garbage from a bad
// signature.
std::vector<unsigned long> codes_of(const Error& error) {
    std::vector<unsigned long> codes;
    if (error.category() == asio::error::get_ssl_category())
        codes.push_back(static_cast<unsigned int>(error.value()));
    for (unsigned long code : drain_openssl_errors()) codes.push_back(code);
    return codes;
}

}  // namespace

class PinnedClient::Impl {
  public:
    Impl(const Brief& brief, PinPolicy policy)
        : brief_(brief),
          deadline_(Clock::now() + brief.timeout),
          verifier_(std::move(policy)),
          context_(make_context(brief, verifier_).release()),
          stream_(io_, context_) {
        expect_peer(stream_.native_handle(), brief_);
    }

    std::variant<Verified, Refusal> connect() {
        Fault fault = run(Phase::connect, [this] { return open(); });
        if (!fault) {
            fault = run(Phase::handshake, [this] { return shake_hands(); });
            if (fault) run_for(kParting, [this] { return drain(); });
        }
        if (fault) return *fault;
        return verifier_.conclude(stream_.native_handle());
    }

    std::variant<Answer, Refusal> get(Verified token) {
        if (!token.covers(stream_.native_handle()))
            return refuse(Phase::request, Reason::internal, "the token is used up or of another connection");
        Fault fault = run(Phase::request, [this] { return exchange(); });
        if (fault) return *fault;
        run_for(kParting, [this] { return say_goodbye(); });
        return std::move(answer_);
    }

  private:
    // Runs one step to its end or to the time limit. A step that is cut off is ended by closing its socket,
    // so that nothing of it outlives its frame.
    template <class Step>
    Fault run_for(Clock::duration limit, Step step) {
        Fault result;
        bool done = false;
        asio::co_spawn(io_, step(), [&](std::exception_ptr error, Fault fault) {
            if (error) std::rethrow_exception(error);
            result = std::move(fault);
            done = true;
        });
        io_.restart();
        io_.run_for(limit);
        if (done) return result;
        resolver_.cancel();
        Error ignored;
        socket().close(ignored);
        io_.restart();
        io_.run();
        return Refusal{};
    }

    template <class Step>
    Fault run(Phase phase, Step step) {
        Clock::time_point started = Clock::now();
        Fault fault = run_for(std::max(deadline_ - started, Clock::duration::zero()), step);
        bool in_time = Clock::now() < deadline_;
        if (!fault || (in_time && !fault->faults.empty())) return fault;
        return refuse(phase, Reason::transport_failed,
                      "nothing decided within " + std::to_string(brief_.timeout.count()) + " ms");
    }

    FirstHop& hop() { return stream_.next_layer(); }
    asio::ip::tcp::socket& socket() { return hop().lowest_layer(); }

    asio::awaitable<Fault> open() {
        const Endpoint& to = brief_.proxy ? *brief_.proxy : brief_.connect_to;
        auto [unresolved, found] =
            co_await resolver_.async_resolve(to.address, std::to_string(to.port), kNoThrow);
        if (unresolved)
            co_return refuse(Phase::connect, Reason::transport_failed,
                             to.address + ": " + unresolved.message());
        auto [error, endpoint] = co_await asio::async_connect(socket(), found, kNoThrow);
        if (error) co_return refuse(Phase::connect, Reason::transport_failed, error.message());
        if (!brief_.proxy) co_return std::nullopt;
        if (brief_.proxy_kind == ProxyKind::socks5) co_return co_await open_socks();
        if (brief_.proxy_kind == ProxyKind::https) {
            if (Fault fault = co_await secure_proxy()) co_return fault;
        }
        co_return co_await open_tunnel();
    }

    // The proxy's own certificate: same anchors, its own name. No pin of the origin has a say in it
    // (curl/curl#2192).
    asio::awaitable<Fault> secure_proxy() {
        proxy_context_.emplace(make_proxy_context(brief_).release());
        FirstHop::Tls& tls = hop().secure(*proxy_context_);
        expect_name(tls.native_handle(), brief_.proxy->address);
        auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, kNoThrow);
        if (!error) co_return std::nullopt;
        auto codes = codes_of(error);
        co_return refuse(Phase::connect, Reason::proxy_untrusted,
                         "the proxy: " + tls_text(codes, error.message()));
    }

    asio::awaitable<Fault> open_socks() {
        std::string said(kSocks5Choice, '\0');
        if (Fault fault = co_await ask_socks(socks5_greeting(), said)) co_return fault;
        said.resize(kSocks5Begin);
        if (Fault fault = co_await ask_socks(socks5_request(brief_), said)) co_return fault;
        auto more = socks5_more(said);
        if (!more) co_return refuse(Phase::connect, Reason::proxy_refused, "the proxy's reply is none");
        said.resize(*more);
        auto [error, count] = co_await asio::async_read(hop(), asio::buffer(said), kNoThrow);
        if (error) co_return refuse(Phase::connect, Reason::proxy_refused, "reply cut: " + error.message());
        co_return std::nullopt;
    }

    // Sends, then reads as many bytes as `said` has room for.
    asio::awaitable<Fault> ask_socks(std::string text, std::string& said) {
        auto [unsent, written] = co_await asio::async_write(hop(), asio::buffer(text), kNoThrow);
        if (unsent)
            co_return refuse(Phase::connect, Reason::transport_failed, "to the proxy: " + unsent.message());
        auto [error, count] = co_await asio::async_read(hop(), asio::buffer(said), kNoThrow);
        if (count < kSocks5Choice)
            co_return refuse(Phase::connect, Reason::proxy_refused, "no reply: " + error.message());
        if (auto why = socks5_refusal(said)) co_return refuse(Phase::connect, Reason::proxy_refused, *why);
        if (error) co_return refuse(Phase::connect, Reason::proxy_refused, "reply cut: " + error.message());
        co_return std::nullopt;
    }

    // RFC 9110 9.3.6. Nothing but 200 goes on, and nothing but the authority is told to the proxy
    // (CVE-2015-3153).
    asio::awaitable<Fault> open_tunnel() {
        http::request<http::empty_body> request(http::verb::connect, brief_.authority(), 11);
        request.set(http::field::host, brief_.authority());
        auto [unsent, written] = co_await http::async_write(hop(), request, kNoThrow);
        if (unsent)
            co_return refuse(Phase::connect, Reason::transport_failed, "to the proxy: " + unsent.message());
        http::response_parser<http::empty_body> parser;
        parser.skip(true);
        boost::beast::flat_buffer buffer;
        auto [error, read] = co_await http::async_read_header(hop(), buffer, parser, kNoThrow);
        if (error)
            co_return refuse(Phase::connect, Reason::proxy_refused,
                             "no answer to CONNECT: " + error.message());
        if (parser.get().result_int() != 200)
            co_return refuse(Phase::connect, Reason::proxy_refused,
                             "CONNECT was answered " + std::to_string(parser.get().result_int()));
        if (buffer.size() != 0)
            co_return refuse(Phase::connect, Reason::not_tls, "the tunnel spoke before it was asked");
        co_return std::nullopt;
    }

    asio::awaitable<Fault> shake_hands() {
        auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, kNoThrow);
        if (!error) co_return std::nullopt;
        const auto& finding = verifier_.finding();
        if (finding && !finding->faults.empty())
            co_return Refusal{Phase::handshake, finding->faults, finding->detail};
        auto codes = codes_of(error);
        co_return refuse(Phase::handshake, reason_of_tls(codes), tls_text(codes, error.message()));
    }

    asio::awaitable<Fault> exchange() {
        http::request<http::empty_body> request(http::verb::get, brief_.target, 11);
        request.set(http::field::host, brief_.authority());
        request.set(http::field::user_agent, "pinlab-client");
        request.set("X-Pinlab-Canary", brief_.canary);
        if (brief_.websocket) {
            request.set(http::field::connection, "Upgrade");
            request.set(http::field::upgrade, "websocket");
            request.set(http::field::sec_websocket_version, "13");
            request.set(http::field::sec_websocket_key, kWebsocketKey);
        }
        auto [unsent, written] = co_await http::async_write(stream_, request, kNoThrow);
        if (unsent) co_return failed_request(unsent);
        http::response_parser<http::string_body> parser;
        parser.body_limit(1 << 20);
        boost::beast::flat_buffer buffer;
        auto [error, read] = co_await http::async_read(stream_, buffer, parser, kNoThrow);
        if (error) co_return failed_request(error);
        answer_ = Answer{static_cast<int>(parser.get().result_int()), parser.get().body()};
        if (answer_.status >= 300 && answer_.status < 400 && parser.get().count(http::field::location) != 0)
            co_return refuse(Phase::request, Reason::redirect_denied, "redirects are not followed");
        const bool upgraded = parser.get()[http::field::sec_websocket_accept] == kWebsocketAccept;
        if (brief_.websocket && (answer_.status != 101 || !upgraded))
            co_return refuse(Phase::request, Reason::transport_failed, "the server speaks no WebSocket");
        co_return std::nullopt;
    }

    // In TLS 1.3 a server's objection to our Finished arrives only now.
    static Refusal failed_request(const Error& error) {
        auto codes = codes_of(error);
        bool tls = reason_of_tls(codes) != Reason::transport_failed;
        return refuse(Phase::request, tls ? Reason::handshake_failed : Reason::transport_failed,
                      tls_text(codes, error.message()));
    }

    // A close with unread bytes becomes a reset, which can overtake the alert: the refused peer should get to
    // know.
    asio::awaitable<Fault> drain() {
        Error ignored;
        socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        std::array<char, 4096> rest;
        for (Error error; !error;) {
            auto [read_error, count] = co_await socket().async_read_some(asio::buffer(rest), kNoThrow);
            error = read_error;
        }
        co_return std::nullopt;
    }

    asio::awaitable<Fault> say_goodbye() {
        co_await stream_.async_shutdown(kNoThrow);
        co_return std::nullopt;
    }

    Brief brief_;
    Clock::time_point deadline_;
    Verifier verifier_;
    asio::io_context io_;
    asio::ssl::context context_;
    asio::ip::tcp::resolver resolver_{io_};
    std::optional<asio::ssl::context> proxy_context_;
    asio::ssl::stream<FirstHop> stream_;
    Answer answer_;
};

PinnedClient::PinnedClient(const Brief& brief, PinPolicy policy)
    : impl_(std::make_unique<Impl>(brief, std::move(policy))) {}
PinnedClient::~PinnedClient() = default;

std::variant<Verified, Refusal> PinnedClient::connect() {
    return impl_->connect();
}

std::variant<Answer, Refusal> PinnedClient::get(Verified token) {
    return impl_->get(std::move(token));
}

}  // namespace pinlab_client
