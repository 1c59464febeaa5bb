// The main loop of a witness: listen, accept, run the commands on stdin, and end with `sealed` when stdin
// closes. Loopback unless the brief says otherwise. Without a complete journal there is no `sealed`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "servers/net/connection.h"
#include "servers/wire/brief.h"

namespace pinlab::wire {

/// What a witness does with one connection. The listener calls `finish` afterwards, and on an exception too.
using Session = std::function<Awaitable<void>(std::shared_ptr<Connection>)>;

class Listener {
  public:
    /// Binds and listens; throws std::runtime_error where the address or port cannot be had, with why.
    /// Without `open` the port is taken and stays closed: every client is refused (RFC 9293 3.10.7.1).
    Listener(boost::asio::io_context& context, const WitnessBrief& brief, Journal& journal, bool open = true);

    /// Serves until stdin ends or SIGTERM or SIGINT comes, then reads all connections to their end and prints
    /// `sealed`. `more` is what `listening` says besides where.
    void run(Session session, boost::json::object more = {});

  private:
    Awaitable<void> accept_loop();
    Awaitable<void> serve(std::shared_ptr<Connection> connection);
    Awaitable<void> run_commands();
    /// Throws where connections wait to the end that cannot be accepted: the journal would lack them.
    Awaitable<void> drain();
    Awaitable<void> mark();
    bool client_waits();

    boost::asio::io_context& context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    /// Caught from the beginning: they may come as soon as `listening` is printed.
    boost::asio::signal_set signals_;
    Journal& journal_;
    CanaryPatterns canaries_;
    std::chrono::milliseconds deadline_;
    std::chrono::milliseconds lifetime_;
    boost::asio::steady_timer changed_;
    boost::asio::steady_timer accept_again_;
    std::list<std::weak_ptr<Connection>> open_;
    Session session_;
    bool open_to_all_ = true;
    int connections_ = 0;
    std::size_t app_bytes_ = 0;
    std::string not_accepted_;  ///< why the last try to accept failed; empty: it did not
};

/// The first line of stdin. Throws DocumentError where stdin ends first or the line is longer than 16 MiB.
/// What came along of the commands behind it is kept for `run`.
std::string read_brief_line();

/// The whole of a witness's `main`: help, brief, listener; exit status 0, 2 (bad brief) or 3 (cannot listen).
int witness_main(int argc, char** argv, const char* usage,
                 const std::function<void(const boost::json::value&)>& serve);

}  // namespace pinlab::wire
