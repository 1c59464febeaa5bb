// What goes wrong on purpose with one presentation: a fault of the wire or an edit of the handshake, applied
// to what leaves on one connection. Sans-io.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "servers/tls/handshake_edit.h"
#include "servers/wire/fault.h"

namespace pinlab::wire {

/// At most one of the two.
struct Disturbance {
    std::optional<FaultPlan> fault;
    std::string handshake_edit;  ///< a name of `handshake_edits()`, or empty

    bool at_accept() const { return fault && fault->after == After::accept; }
    bool closes_port() const { return fault && fault->action == Action::refuse; }
};

/// Reads the optional keys "fault" and "surgery" of a step.
Disturbance read_disturbance(Fields& step);

/// Everything that leaves on one connection, with its disturbance.
class Outbound {
  public:
    explicit Outbound(const Disturbance& disturbance);

    /// From OpenSSL's message callback, for what is sent (SSL_CTX_set_msg_callback(3)).
    void on_tls_message(int content_type, std::string_view message, bool tls13);
    void on_phase(After after);
    Outgoing filter(std::string bytes);
    Outgoing apply();

    /// {after, do} after the disturbance has happened; nothing before, and nothing the second time.
    std::optional<boost::json::object> report_once();
    /// The certificates of the presentation have left.
    bool showed_certificate() const;
    /// Where an answer is to be split; `size` where it is not.
    std::size_t split(std::string_view answer) const;
    /// The answer without its length, where the plan says that its end is the end of the connection.
    std::string edited_answer(std::string_view answer) const;
    bool ends_after_answer() const;
    bool over() const { return fault_ && fault_->over(); }
    bool silent() const { return fault_ && fault_->silent(); }
    Outgoing::End end() const { return fault_ ? fault_->end() : Outgoing::End::none; }

  private:
    std::optional<Fault> fault_;
    std::optional<HandshakeEditor> editor_;
    std::string edit_name_;
    bool reported_ = false;
};

}  // namespace pinlab::wire
