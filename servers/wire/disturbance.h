// What may go wrong with one presentation, on purpose: a fault of the wire or a surgery of the handshake, and
// both applied to what leaves on one connection. Sans-io; refuses both at once.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "servers/tls/handshake_edit.h"
#include "servers/wire/fault.h"

namespace pinlab::wire {

/// At most one of the two.
struct Trouble {
    std::optional<FaultPlan> fault;
    std::string surgery;  ///< a name of `surgeries()`, or empty

    bool at_accept() const { return fault && fault->after == After::accept; }
    bool closes_port() const { return fault && fault->deed == Deed::refuse; }
};

/// Reads the optional keys "fault" and "surgery" of a step.
Trouble read_trouble(Fields& step);

/// Everything that leaves on one connection, with its trouble.
class Outbound {
  public:
    explicit Outbound(const Trouble& trouble);

    /// From OpenSSL's message callback, for what is sent (SSL_CTX_set_msg_callback(3)).
    void hear(int content_type, std::string_view message, bool tls13);
    void reach(After after);
    Departure leave(std::string bytes);
    Departure strike();

    /// {after, do} once the trouble has really happened, and only once.
    std::optional<boost::json::object> news();
    /// The certificates of the presentation have left.
    bool showed_certificate() const;
    /// Where an answer is to be split; `size` where it is not.
    std::size_t split(std::string_view answer) const;
    /// The answer without its length, where the plan says that its end is the end of the connection.
    std::string dressed_answer(std::string_view answer) const;
    bool ends_after_answer() const;
    bool over() const { return fault_ && fault_->over(); }
    bool silent() const { return fault_ && fault_->silent(); }
    Departure::End end() const { return fault_ ? fault_->end() : Departure::End::none; }

  private:
    std::optional<Fault> fault_;
    std::optional<Surgeon> surgeon_;
    std::string surgery_;
    bool told_ = false;
};

}  // namespace pinlab::wire
