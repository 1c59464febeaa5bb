// One accepted connection: the ClientHello read raw, the handshake, the decrypted bytes, the end. Every wait
// has a deadline, every byte passes the canary watch, and everything that happens goes to the journal.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "servers/net/tap_stream.h"
#include "servers/tls/client_hello.h"
#include "servers/tls/presentation.h"
#include "servers/tls/watch.h"
#include "servers/wire/disturbance.h"
#include "servers/wire/observation.h"
#include "servers/wire/proxy_dialogue.h"

namespace pinlab::wire {

using TlsStream = boost::asio::ssl::stream<TapStream>;
template <typename T>
using Awaitable = boost::asio::awaitable<T>;

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(boost::asio::ip::tcp::socket socket, int number, Journal& journal,
               const CanaryPatterns& canaries, std::chrono::milliseconds deadline,
               std::chrono::milliseconds lifetime);
    ~Connection();

    /// Reads until a whole ClientHello is there. Where a proxy listens, its dialogue may come first. False
    /// where no ClientHello came or the proxy refused: the journal says why, and only `finish` is left to
    /// call.
    Awaitable<bool> read_hello(const ProxyRule& proxy = {});
    const ClientHello& hello() const { return hello_; }
    /// Journals the hello with the step of the script that it consumed.
    void journal_hello(std::size_t step);

    /// Server side handshake with `context`, showing `presentation`. False where it failed; the journal says
    /// how.
    Awaitable<bool> handshake(boost::asio::ssl::context& context, const Presentation& presentation,
                              std::size_t step);

    /// Bytes received before TLS began here, for a relay that leaves TLS to others; empties the store.
    std::string take_raw();
    /// The next bytes from the client, decrypted where a handshake was made here, raw otherwise. Empty at the
    /// end.
    Awaitable<std::string> read();
    /// False where the client is gone.
    Awaitable<bool> write(std::string_view bytes);
    /// One whole answer; the faults `request` and `body` happen here. False where no other one can follow.
    Awaitable<bool> write_answer(std::string_view bytes);
    /// The fault at the accept, before anything is read; nothing but `finish` is left to call.
    Awaitable<void> apply_accept_fault(const Disturbance& disturbance, std::size_t step);
    /// No more will be written: close_notify and FIN. Reading goes on.
    Awaitable<void> end_writing();
    /// Ends the connection at once, with RST (RFC 9293 3.5.2).
    void reset();
    /// The time that this connection may take is over: it ends as `deadline`, even if bytes come all the
    /// time.
    void expire_lifetime();

    /// Reads to the end or the deadline, then journals `closed`.
    Awaitable<void> finish();

    /// Whether bytes, or the end, have arrived and are not yet read.
    bool has_unread();

    void journal(std::string_view what, const boost::json::object& facts = {});
    std::size_t app_bytes() const { return app_bytes_; }
    boost::asio::ip::tcp::socket::executor_type get_executor() { return stream_or_tap().get_executor(); }

  private:
    /// Every wait gives an error as a value, never an exception.
    static constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

    TapStream& stream_or_tap();
    void arm();
    /// The time of one wait is over.
    void expire();
    /// Whether the connection's time is over; then it has ended. A peer that never pauses lets no wait end.
    bool lifetime_over();
    /// Renegotiations and key updates without data between them: work that a client can ask for endlessly.
    void count_rekey();
    void scan(const char* where, Watch& watch, std::string_view bytes);
    void on_raw_bytes(const std::string& bytes);
    void on_tls_message(bool sent, int type, std::string_view message);
    void journal_presented();
    void begin_disturbance(const Presentation& presentation, std::size_t step);
    void journal_fault();
    Outgoing filter_outgoing(std::string bytes);
    void apply_end(Outgoing::End end);
    /// Applies the fault's end where it is reached: true where nothing may leave any more.
    bool apply_end_if_over();
    void note_end(const boost::system::error_code& ec);
    Awaitable<bool> read_more_raw();
    /// Takes what the client sends before its handshake is over; gives the bytes that belong to the rest of
    /// it.
    Awaitable<std::string> take_early_data(std::string before);
    Awaitable<bool> run_proxy_dialogue(const ProxyRule& rule);
    static void message_callback(int, int, int, const void*, std::size_t, SSL*, void*);

    int number_;
    Journal& journal_;
    const CanaryPatterns& canaries_;
    std::chrono::milliseconds deadline_;
    boost::asio::steady_timer::time_point lifetime_ends_;
    std::optional<TapStream> tap_;
    std::unique_ptr<TlsStream> tls_;
    boost::asio::steady_timer timer_;
    bool timed_out_ = false;
    int rekeys_ = 0;
    bool flooded_ = false;

    ClientHello hello_;
    std::string raw_;
    std::string early_;
    Watch clear_watch_;
    Watch connect_watch_;
    Watch tls_watch_;
    bool in_connect_ = false;

    std::optional<boost::json::object> presented_;
    bool presented_written_ = false;
    std::optional<Outbound> outbound_;
    std::size_t fault_step_ = 0;
    bool secured_ = false;
    std::string ended_;
    std::size_t app_bytes_ = 0;
    std::size_t raw_bytes_ = 0;
};

}  // namespace pinlab::wire
