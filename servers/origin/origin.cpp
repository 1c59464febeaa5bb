#include "servers/origin/origin.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <sstream>

#include "servers/net/listener.h"
#include "servers/tls/key_log.h"
#include "servers/util/ascii.h"
#include "servers/util/openssl_check.h"

namespace pinlab::origin {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using wire::Awaitable;
using wire::Connection;

namespace {

constexpr std::uint64_t max_body = std::uint64_t{16} * 1024 * 1024;
constexpr std::uint32_t max_head = 64 * 1024;
using Parser = http::request_parser<http::string_body>;

/// A nonce for each connection in the body, so that a cached answer is not mistaken for a new one.
std::string fresh_nonce() {
    unsigned char bytes[8];
    util::demand(RAND_bytes(bytes, sizeof bytes), "make a nonce");
    return util::hex(bytes);
}

/// RFC 6455 4.2.2: SHA-1 of the client's key and a fixed text proves that the server speaks WebSocket.
std::string websocket_accept(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    std::size_t length = 0;
    util::demand(EVP_Q_digest(nullptr, "SHA1", nullptr, text.data(), text.size(), digest, &length),
                 "accept a WebSocket");
    return util::base64({digest, length});
}

std::string answer_to(const Parser::value_type& request, const Answer& answer, const std::string& nonce) {
    const bool upgrade =
        request.find(http::field::sec_websocket_key) != request.end() && answer.status == 101;
    const int status = answer.status == 101 && !upgrade ? 400 : answer.status;
    http::response<http::string_body> response(http::status::ok, request.version());
    response.result(static_cast<unsigned>(status));
    response.set(http::field::server, "pinlab-origin");
    response.set(http::field::content_type, "text/plain");
    response.set("X-Pinlab-Nonce", nonce);
    response.set(http::field::cache_control, "no-store");
    response.keep_alive(request.keep_alive());
    for (const auto& [name, value] : answer.headers)
        response.set(name, filled(value, request[http::field::host], request.target()));
    if (upgrade) {
        response.set(http::field::connection, "Upgrade");
        response.set(http::field::upgrade, "websocket");
        response.set(http::field::sec_websocket_accept,
                     websocket_accept(request[http::field::sec_websocket_key]));
    } else {
        const bool empty = request.method() == http::verb::head;
        response.body() = empty ? "" : answer.body.value_or("pinlab " + nonce + "\n");
        response.prepare_payload();
    }
    std::ostringstream text;
    text << response;
    return text.str();
}

class Origin {
  public:
    explicit Origin(const OriginBrief& brief)
        : brief_(brief),
          steps_(names(brief), spans(brief)),
          context_(
              wire::server_context(brief.common.tls, brief.common.alpn, brief.common.tickets).release()) {
        wire::log_keys(brief.common.key_log, context_.native_handle());
        if (!brief.common.ticket_key.empty())
            wire::use_ticket_key(brief.common.ticket_key, context_.native_handle());
    }

    Awaitable<void> serve_client(std::shared_ptr<Connection> client) {
        if (const auto& disturbance = brief_.queue[steps_.next()].presentation.disturbance;
            disturbance.at_accept()) {
            // No ClientHello will come of it, so the accept consumes the step.
            co_return co_await client->apply_accept_fault(disturbance, steps_.on_hello(std::nullopt));
        }
        if (!co_await client->read_hello()) co_return;
        const std::size_t step = steps_.on_hello(client->hello().sni);
        client->journal_hello(step);
        if (brief_.queue[step].in_clear) co_return co_await speak_in_clear(*client, step);
        if (!co_await client->handshake(context_, brief_.queue[step].presentation, step)) co_return;
        const std::string nonce = fresh_nonce();
        std::string unread;
        while (co_await exchange(*client, brief_.queue[step].answer, nonce, unread)) steps_.on_exchange(step);
    }

  private:
    static std::vector<std::optional<std::string>> names(const OriginBrief& brief) {
        std::vector<std::optional<std::string>> result;
        for (const QueueStep& step : brief.queue) result.push_back(step.sni);
        return result;
    }

    Awaitable<void> speak_in_clear(Connection& client, std::size_t step) {
        const Answer& answer = brief_.queue[step].answer;
        if (!co_await client.write(in_clear(answer))) co_return;
        client.journal("clear_answer", {{"step", step}, {"status", answer.status}});
        co_await client.end_writing();
    }

    static std::vector<wire::StepSpan> spans(const OriginBrief& brief) {
        std::vector<wire::StepSpan> result;
        for (const QueueStep& step : brief.queue) result.push_back(step.span);
        return result;
    }

    /// Reads one request into `parser`; `unread` keeps what came after it. False at the end or where it is
    /// not HTTP.
    static Awaitable<bool> read_request(Connection& client, Parser& parser, std::string& unread) {
        parser.eager(true);
        parser.body_limit(max_body);
        parser.header_limit(max_head);
        while (!parser.is_done()) {
            boost::system::error_code ec;
            const std::size_t used = unread.empty() ? 0 : parser.put(asio::buffer(unread), ec);
            unread.erase(0, used);
            if (ec == http::error::need_more) ec = {};
            if (ec) {
                client.journal("bad_request", {{"why", ec.message()}});
                co_return false;
            }
            if (parser.is_done()) break;
            const std::string more = co_await client.read();
            if (more.empty()) co_return false;
            unread += more;
        }
        co_return true;
    }

    /// One request and its answer. False where there is no next one on this connection.
    static Awaitable<bool> exchange(Connection& client, const Answer& planned, const std::string& nonce,
                                    std::string& unread) {
        Parser parser;
        const std::size_t before = client.app_bytes();
        if (!co_await read_request(client, parser, unread)) co_return false;
        const auto& request = parser.get();
        client.journal("request", {{"method", wire::printable(request.method_string())},
                                   {"target", wire::printable(request.target(), 1024)},
                                   {"bytes", client.app_bytes() - before}});
        const std::string answer = answer_to(request, planned, nonce);
        if (!co_await client.write_answer(answer)) co_return false;
        client.journal("response", {{"status", std::stoi(answer.substr(9, 3))}, {"bytes", answer.size()}});
        if (!request.keep_alive()) co_await client.end_writing();
        co_return true;
    }

    const OriginBrief& brief_;
    Queues steps_;
    asio::ssl::context context_;
};

}  // namespace

void serve(const OriginBrief& brief) {
    asio::io_context context(1);
    wire::Journal journal("origin", 1);
    Origin origin(brief);
    const bool closed = brief.queue.front().presentation.disturbance.closes_port();
    wire::Listener listener(context, brief.common, journal, !closed);
    listener.run(
        [&origin](std::shared_ptr<Connection> client) { return origin.serve_client(std::move(client)); });
}

}  // namespace pinlab::origin
