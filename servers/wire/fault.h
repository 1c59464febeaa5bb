// A fault of the wire, keyed to a handshake message: what leaves of a server's bytes, in which runs, and how
// it ends. Sans-io: it takes what the TLS engine writes and returns what may leave.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servers/json/strict_json.h"

namespace pinlab::wire {

/// The moment of a fault: when everything up to this has left.
enum class After {
    accept,        ///< TCP alone; nothing is read
    client_hello,  ///< nothing is answered
    server_hello,
    certificate,
    server_done,  ///< the server's first flight: ServerHelloDone in TLS 1.2, Finished in TLS 1.3
    finished,     ///< the server's Finished: the same moment in TLS 1.3, the end of the handshake in TLS 1.2
    request,      ///< a request was read and nothing of the answer has left
    body,         ///< the head of the answer and half of its body have left
};

enum class Action {
    refuse,           ///< the port is closed (after accept, as the first step, only)
    reset,            ///< RST
    close,            ///< FIN, in good TCP order, without close_notify
    stall,            ///< nothing more, and the connection stays
    drip,             ///< 128 bytes of each write one by one, 100 microseconds apart
    slow,             ///< 64 bytes each 2 milliseconds: a bad line, about 32 kB/s
    delay,            ///< 20 milliseconds before each write
    garbage,          ///< bytes that are no TLS record, then silence
    alert,            ///< a fatal alert in clear, then FIN; `detail` names it (RFC 8446 6)
    cut,              ///< FIN in the middle of the message `after`, or of the body
    no_close_notify,  ///< all of the answer, then FIN in the place of close_notify (after body only)
};

struct FaultPlan {
    After after;
    Action action;
    /// alert: its name. cut, no_close_notify after body: "until_close" sends no Content-Length. Else empty.
    std::string detail;
};

/// Reads {"after","do","detail"}; throws DocumentError where the words do not exist or do not go together.
FaultPlan read_fault(Fields fields);
std::string_view word_for(After after);
std::string_view word_for(Action action);

/// What leaves in the place of some bytes.
struct Outgoing {
    /// What follows the runs: more to come, nothing ever again, FIN, or RST.
    enum class End { none, silence, fin, rst };
    std::vector<std::string> runs;       ///< each is a write of its own
    std::chrono::microseconds pause{0};  ///< before each run
    End end = End::none;
};

/// The fault of one connection.
class Fault {
  public:
    explicit Fault(FaultPlan plan);

    const FaultPlan& plan() const { return plan_; }
    /// The engine wrote a record of `size` bytes, header included; it will be in what leaves.
    void on_record(std::size_t size);
    /// The records so far end with this handshake message (RFC 8446 4: type).
    void on_message(int type, bool tls13);
    /// The conversation has come to `after` (request, body).
    void on_phase(After after);
    /// The next bytes, in order, are about to leave.
    Outgoing filter(std::string bytes);
    /// Ends the connection as planned, now: at accept, or after the answer.
    Outgoing apply();

    /// Something was withheld, broken or slowed.
    bool happened() const { return happened_; }
    /// The whole Certificate message has left.
    bool certificate_left() const { return certificate_ && left_ >= *certificate_; }
    /// Nothing may leave any more.
    bool over() const { return over_; }
    /// No FIN may follow either.
    bool silent() const { return over_ && end() == Outgoing::End::silence; }
    Outgoing::End end() const;

  private:
    bool slows() const;
    Outgoing slowed(std::string bytes);

    FaultPlan plan_;
    std::size_t made_ = 0;                    // bytes that the engine has written
    std::size_t left_ = 0;                    // bytes that have left
    std::size_t last_message_ = 0;            // where the message before this one ended
    std::optional<std::size_t> certificate_;  // where it ended
    std::optional<std::size_t> at_;
    bool happened_ = false;
    bool over_ = false;
};

}  // namespace pinlab::wire
