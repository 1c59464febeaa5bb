#include "servers/net/listener.h"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "servers/net/fork_server.h"

namespace pinlab::wire {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t max_brief = std::size_t{16} * 1024 * 1024;
constexpr std::chrono::milliseconds accept_pause{100};

/// One line of stdin, without its end; `ended` is set where stdin is over. A file as stdin is over after the
/// brief.
Awaitable<std::string> next_command(asio::posix::stream_descriptor& input, std::string& store, bool& ended) {
    while (true) {
        if (const std::size_t end = store.find('\n'); end != std::string::npos) {
            std::string line = store.substr(0, end);
            store.erase(0, end + 1);
            co_return line;
        }
        char buffer[256];
        const auto [ec, count] = co_await input.async_read_some(asio::buffer(buffer), as_result);
        if (ec) {
            ended = true;
            co_return std::string();
        }
        store.append(buffer, count);
        if (store.size() > max_brief) store.clear();
    }
}

/// What a read of the brief brought along of the commands that follow it.
std::string& commands_behind_the_brief() {
    static std::string bytes;
    return bytes;
}

/// Why a place cannot be listened on, and what to do about it.
struct CannotListen : std::runtime_error {
    CannotListen(const tcp::endpoint& place, const error_code& why)
        : std::runtime_error(why.message() + " (" + place.address().to_string() + " port " +
                             std::to_string(place.port()) + hint(place, why) + ")") {}

    static std::string hint(const tcp::endpoint& place, const error_code& why) {
        if (why != asio::error::address_in_use) return "";
        return place.port() == 0 ? ": none is free; widen net.ipv4.ip_local_port_range, or wait for some"
                                 : ": another process has it; name another port, or 0 for any";
    }
};

/// Runs `command` and the signals against each other: true where a signal came first.
Awaitable<bool> signalled(asio::signal_set& signals) {
    co_await signals.async_wait(as_result);
    co_return true;
}

}  // namespace

Listener::Listener(asio::io_context& context, const WitnessBrief& brief, Journal& journal, bool open)
    : context_(context),
      acceptor_(context),
      signals_(context, SIGTERM, SIGINT),
      journal_(journal),
      canaries_(brief.canaries),
      deadline_(brief.deadline),
      lifetime_(brief.lifetime),
      changed_(context, asio::steady_timer::time_point::max()),
      accept_again_(context) {
    const tcp::endpoint place(asio::ip::make_address(brief.listen.address), brief.listen.port);
    open_to_all_ = open;
    error_code ec;
    acceptor_.open(place.protocol(), ec);
    if (!ec) acceptor_.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor_.bind(place, ec);
    if (!ec && open) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) throw CannotListen(place, ec);
}

void Listener::run(Session session, boost::json::object more) {
    session_ = std::move(session);
    const tcp::endpoint place = acceptor_.local_endpoint();
    more["address"] = place.address().to_string();
    more["port"] = place.port();
    journal_.write("listening", more);
    if (open_to_all_) asio::co_spawn(context_, accept_loop(), asio::detached);
    asio::co_spawn(context_, run_commands(), [this](const std::exception_ptr& error) {
        context_.stop();
        if (error) std::rethrow_exception(error);
    });
    context_.run();
}

Awaitable<void> Listener::accept_loop() {
    while (true) {
        auto [ec, socket] = co_await acceptor_.async_accept(as_result);
        if (ec == asio::error::operation_aborted) co_return;
        if (ec) {
            // Out of descriptors: the client waits in the queue until a connection has ended, or another
            // process has closed some, of which there is no notice.
            if (std::exchange(not_accepted_, ec.message()).empty())
                journal_.write("accept_failed", {{"why", not_accepted_}});
            accept_again_.expires_after(accept_pause);
            co_await accept_again_.async_wait(as_result);
            continue;
        }
        not_accepted_.clear();
        auto connection = std::make_shared<Connection>(std::move(socket), ++connections_, journal_, canaries_,
                                                       deadline_, lifetime_);
        open_.push_back(connection);
        asio::co_spawn(context_, serve(std::move(connection)), asio::detached);
    }
}

Awaitable<void> Listener::serve(std::shared_ptr<Connection> connection) {
    try {
        co_await session_(connection);
    } catch (const std::exception& error) {
        // An error of the lab, not of the client. It is journalled, and the judge then concludes nothing from
        // this run.
        connection->journal("lab_fault", {{"why", printable(error.what(), 1024)}});
    }
    co_await connection->finish();
    app_bytes_ += connection->app_bytes();
    open_.remove_if([&](const std::weak_ptr<Connection>& other) { return other.lock() == connection; });
    changed_.cancel();
    accept_again_.cancel();
}

bool Listener::client_waits() {
    if (!open_to_all_) return false;
    pollfd queue{acceptor_.native_handle(), POLLIN, 0};
    return ::poll(&queue, 1, 0) > 0 && (queue.revents & POLLIN) != 0;
}

Awaitable<void> Listener::drain() {
    const auto end = std::chrono::steady_clock::now() + deadline_;
    while (client_waits() || !open_.empty()) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= left.zero()) {
            for (const auto& weak : open_) {
                if (const auto connection = weak.lock()) connection->expire_lifetime();
            }
            if (open_.empty() && !not_accepted_.empty())
                throw std::runtime_error("a connection waits that cannot be accepted: " + not_accepted_);
        }
        // A connection that waits in the queue is accepted by the loop, which runs while this coroutine is
        // suspended.
        changed_.expires_after(left <= left.zero()
                                   ? std::chrono::milliseconds(10)
                                   : std::chrono::duration_cast<std::chrono::milliseconds>(
                                         client_waits() ? std::chrono::milliseconds(1) : left));
        co_await changed_.async_wait(as_result);
    }
    changed_.expires_at(asio::steady_timer::time_point::max());
}

Awaitable<void> Listener::mark() {
    const auto unread = [](const std::weak_ptr<Connection>& weak) {
        const auto connection = weak.lock();
        return connection && connection->has_unread();
    };
    const auto end = std::chrono::steady_clock::now() + deadline_;
    while (client_waits() || std::any_of(open_.begin(), open_.end(), unread)) {
        if (std::chrono::steady_clock::now() > end) break;
        // The sessions read while this coroutine is suspended.
        changed_.expires_after(std::chrono::milliseconds(1));
        co_await changed_.async_wait(as_result);
    }
    changed_.expires_at(asio::steady_timer::time_point::max());
}

Awaitable<void> Listener::run_commands() {
    asio::posix::stream_descriptor input(context_, ::dup(STDIN_FILENO));
    std::string store = std::exchange(commands_behind_the_brief(), {});
    bool ended = false;
    while (!ended) {
        auto first = co_await (next_command(input, store, ended) || signalled(signals_));
        if (first.index() == 1 || ended) break;
        const std::string command = std::get<0>(first);
        if (command == "settle") {
            co_await drain();
            journal_.write("settled", {{"connections", connections_}});
        } else if (command == "mark") {
            co_await mark();
            journal_.write("marked", {{"open", open_.size()}});
        } else if (!command.empty()) {
            journal_.write("unknown_command", {{"command", printable(command)}});
        }
    }
    co_await drain();
    error_code ignored;
    acceptor_.close(ignored);
    journal_.write("sealed", {{"connections", connections_}, {"app_bytes", app_bytes_}});
}

std::string read_brief_line() {
    std::string line;
    char buffer[64 * 1024];
    while (true) {
        const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0 && line.empty())
            throw DocumentError("stdin: expected a brief (one line of JSON), found nothing");
        if (count <= 0) return line;
        const std::string_view bytes(buffer, static_cast<std::size_t>(count));
        const std::size_t end = bytes.find('\n');
        line += bytes.substr(0, end);
        if (line.size() > max_brief) throw DocumentError("stdin: the brief is longer than 16 MiB");
        if (end == std::string_view::npos) continue;
        commands_behind_the_brief() = bytes.substr(end + 1);
        return line;
    }
}

int witness_main(int argc, char** argv, const char* usage,
                 const std::function<void(const boost::json::value&)>& serve) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    // A killed runner must not leave its witnesses behind; one that died before this line has closed stdin.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string_view option = argc > 1 ? argv[1] : "";
    if (option == "--help" || option == "-h") {
        std::cout << usage;
        return 0;
    }
    try {
        std::string text;
        if (option == "--brief" && argc == 3) {
            std::ifstream file(argv[2]);
            if (!file) throw DocumentError(std::string(argv[2]) + ": cannot be read");
            text.assign(std::istreambuf_iterator<char>(file), {});
        } else if (option == "--warm" && argc == 2) {
            return run_fork_server([&] { return witness_main(1, argv, usage, serve); });
        } else if (argc == 1) {
            text = read_brief_line();
        } else {
            std::cerr << "unknown option " << option << "\n\n" << usage;
            return 2;
        }
        serve(parse_document(text));
        return 0;
    } catch (const DocumentError& error) {
        std::cerr << "brief: " << error.what() << "\n";
        return 2;
    } catch (const CannotListen& error) {
        std::cerr << "cannot listen: " << error.what() << "\n";
        return 3;
    } catch (const boost::system::system_error& error) {
        std::cerr << "cannot listen: " << error.code().message() << "\n";
        return 3;
    } catch (const std::exception& error) {
        std::cerr << "fault: " << error.what() << "\n";
        return 3;
    }
}

}  // namespace pinlab::wire
