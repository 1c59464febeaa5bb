// The Beast client; the only file here that includes Beast. No retry, no redirect and no other transport:
// each failure is final and is reported.
#include "client_under_test/reference/pinned_client.h"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>

#include "client_under_test/protocol/tls_faults.h"
#include "client_under_test/reference/net/first_hop.h"
#include "client_under_test/reference/net/route.h"
#include "client_under_test/reference/net/run_until.h"
#include "client_under_test/reference/tls_context.h"

namespace pinlab::reference {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Clock = Pace::Clock;
using Error = boost::system::error_code;
// RFC 6455 1.3, the example; the key is no secret and guards against caches only.
constexpr std::string_view websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view websocket_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::chrono::milliseconds parting{250};  // how long a peer may take to close

}  // namespace

class PinnedClient::Impl {
  public:
    Impl(const Dial& dial, HostPolicy entry, bool resumes)
        : dial_(dial),
          verifier_(std::move(entry), dial.clock_ahead),
          context_(make_context(dial, verifier_).release()),
          stream_(io_, prepared(resumes)) {
        grant_time();
        watch_.attach(stream_.native_handle());
        expect_peer(stream_.native_handle(), dial_);
    }

    void offer(StoredSession session) {
        if (SSL_set_session(stream_.native_handle(), session.session.get()) != 1) return;
        verifier_.expect_resumption(std::move(session.evidence));
    }

    std::variant<Verified, Refusal> connect() {
        Fault fault = run(Phase::connect, [this] { return open(); });
        if (!fault) {
            fault = run(Phase::handshake, [this] { return shake_hands(); });
            if (fault) run_for(parting, [this] { return drain(); });
        }
        if (fault) return *fault;
        return verifier_.conclude(stream_.native_handle());
    }

    std::variant<Verified, Refusal> again(HostPolicy entry) {
        return verifier_.conclude_again(stream_.native_handle(), std::move(entry));
    }

    std::variant<Answer, Refusal> get(Verified token, const Request& request) {
        if (!token.covers(stream_.native_handle()))
            return refuse(Phase::request, Reason::internal, "the token is used up or of another connection");
        Fault fault = run(Phase::request, [&] { return exchange(request); });
        if (fault) return *fault;
        return std::move(answer_);
    }

    void grant_time() { deadline_ = Clock::now() + dial_.timeout; }
    void close() {
        run_for(parting, [this] { return say_goodbye(); });
    }

    bool is_quiet() {
        char byte = 0;
        auto got = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

    const std::optional<Finding>& finding() const { return verifier_.finding(); }

    LinkFacts facts() {
        LinkFacts facts = facts_of(stream_.native_handle());
        facts.address = address_;
        facts.alert_sent = watch_.alert_sent();
        facts.bytes_written = written_;
        return facts;
    }

    std::vector<StoredSession> take_sessions() {
        return sessions_of(stream_.native_handle(), watch_, finding());
    }

  private:
    template <class Step>
    Fault run_for(Clock::duration limit, Step step) {
        return pace_.run_for(limit, std::move(step), [this] {
            approach_.cancel();
            Error ignored;
            socket().close(ignored);
        });
    }

    template <class Step>
    Fault run(Phase phase, Step step) {
        Fault fault = run_for(std::max(deadline_ - Clock::now(), Clock::duration::zero()), step);
        bool in_time = Clock::now() < deadline_;
        if (!fault || (in_time && !fault->faults.empty())) return fault;
        return refuse(phase, Reason::transport_failed,
                      "nothing decided within " + std::to_string(dial_.timeout.count()) + " ms");
    }

    asio::ssl::context& prepared(bool resumes) {
        if (resumes) TlsWatch::collect_sessions(context_.native_handle());
        return context_;
    }

    FirstHop& hop() { return stream_.next_layer(); }
    asio::ip::tcp::socket& socket() { return hop().lowest_layer(); }

    asio::awaitable<Fault> open() {
        if (Fault fault = co_await approach_.open()) co_return fault;
        Error ignored;
        address_ = socket().remote_endpoint(ignored).address().to_string();
        if (dial_.proxy && dial_.proxy_kind != ProxyKind::socks5) co_return co_await open_tunnel();
        co_return std::nullopt;
    }

    // RFC 9110 9.3.6. Only 200 continues, and only host and port are sent to the proxy (CVE-2015-3153).
    asio::awaitable<Fault> open_tunnel() {
        http::request<http::empty_body> request(http::verb::connect, dial_.authority(), 11);
        request.set(http::field::host, dial_.authority());
        auto [unsent, written] = co_await http::async_write(hop(), request, no_throw);
        if (unsent)
            co_return refuse(Phase::connect, Reason::transport_failed, "to the proxy: " + unsent.message());
        http::response_parser<http::empty_body> parser;
        parser.skip(true);
        boost::beast::flat_buffer buffer;
        auto [error, read] = co_await http::async_read_header(hop(), buffer, parser, no_throw);
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
        auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::client, no_throw);
        if (!error) co_return std::nullopt;
        const auto& finding = verifier_.finding();
        if (finding && !finding->faults.empty())
            co_return Refusal{Phase::handshake, finding->faults, finding->detail};
        auto codes = codes_of(error);
        co_return refuse(Phase::handshake, reason_of_tls(codes), tls_text(codes, error.message()));
    }

    http::request<http::string_body> made_of(const Request& request) {
        http::request<http::string_body> made;
        made.method_string(request.method);
        made.target(request.target);
        made.version(11);
        made.set(http::field::host, dial_.authority());
        for (const auto& [name, value] : request.headers) made.set(name, value);
        if (!request.body.empty()) {
            made.body() = request.body;
            made.prepare_payload();
        }
        if (request.websocket) {
            made.set(http::field::connection, "Upgrade");
            made.set(http::field::upgrade, "websocket");
            made.set(http::field::sec_websocket_version, "13");
            made.set(http::field::sec_websocket_key, websocket_key);
        }
        return made;
    }

    asio::awaitable<Fault> exchange(const Request& request) {
        auto made = made_of(request);
        auto [unsent, written] = co_await http::async_write(stream_, made, no_throw);
        written_ += written;
        if (unsent) co_return failed_request(unsent);
        http::response_parser<http::string_body> parser;
        parser.body_limit(request.most_body);
        parser.skip(request.method == "HEAD");
        boost::beast::flat_buffer buffer;
        auto [error, read] = co_await http::async_read(stream_, buffer, parser, no_throw);
        if (error) co_return failed_request(error);
        const bool upgraded = parser.get()[http::field::sec_websocket_accept] == websocket_accept;
        answer_ = answer_of(parser, buffer.size() == 0);
        if (request.websocket && !answer_.location && (answer_.status != 101 || !upgraded))
            co_return refuse(Phase::request, Reason::transport_failed, "the server speaks no WebSocket");
        co_return std::nullopt;
    }

    static Answer answer_of(http::response_parser<http::string_body>& parser, bool read_all) {
        const auto& response = parser.get();
        Answer answer{.status = static_cast<int>(response.result_int()), .body = response.body()};
        for (const auto& field : response) answer.headers.emplace_back(field.name_string(), field.value());
        if (answer.status >= 300 && answer.status < 400 && response.count(http::field::location) != 0)
            answer.location = std::string(response[http::field::location]);
        answer.reusable = parser.keep_alive() && read_all && answer.status != 101;
        return answer;
    }

    // In TLS 1.3 a server's objection to our Finished arrives only now.
    static Refusal failed_request(const Error& error) {
        auto codes = codes_of(error);
        bool tls = reason_of_tls(codes) != Reason::transport_failed;
        return refuse(Phase::request, tls ? Reason::handshake_failed : Reason::transport_failed,
                      tls_text(codes, error.message()));
    }

    // A close with unread bytes becomes a reset, which can overtake the alert: the refused peer should
    // receive it.
    asio::awaitable<Fault> drain() {
        Error ignored;
        socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        std::array<char, 4096> rest;
        for (Error error; !error;) {
            auto [read_error, count] = co_await socket().async_read_some(asio::buffer(rest), no_throw);
            error = read_error;
        }
        co_return std::nullopt;
    }

    asio::awaitable<Fault> say_goodbye() {
        co_await stream_.async_shutdown(no_throw);
        co_return std::nullopt;
    }

    Dial dial_;
    Clock::time_point deadline_;
    Verifier verifier_;
    TlsWatch watch_;
    asio::io_context io_;
    Pace pace_{io_};
    asio::ssl::context context_;
    asio::ssl::stream<FirstHop> stream_;
    Approach approach_{dial_, stream_.next_layer()};
    std::string address_;
    std::size_t written_ = 0;
    Answer answer_;
};

PinnedClient::PinnedClient(const Dial& dial, HostPolicy entry, bool resumes)
    : impl_(std::make_unique<Impl>(dial, std::move(entry), resumes)) {}
PinnedClient::~PinnedClient() = default;

void PinnedClient::offer(StoredSession session) {
    impl_->offer(std::move(session));
}

std::variant<Verified, Refusal> PinnedClient::connect() {
    return impl_->connect();
}

std::variant<Verified, Refusal> PinnedClient::again(HostPolicy entry) {
    return impl_->again(std::move(entry));
}

std::variant<Answer, Refusal> PinnedClient::get(Verified token, const Request& request) {
    return impl_->get(std::move(token), request);
}

void PinnedClient::grant_time() {
    impl_->grant_time();
}

void PinnedClient::close() {
    impl_->close();
}

bool PinnedClient::is_quiet() {
    return impl_->is_quiet();
}

const std::optional<Finding>& PinnedClient::finding() const {
    return impl_->finding();
}

LinkFacts PinnedClient::facts() const {
    return impl_->facts();
}

std::vector<StoredSession> PinnedClient::take_sessions() {
    return impl_->take_sessions();
}

}  // namespace pinlab::reference
