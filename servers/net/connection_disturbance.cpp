// Faults and handshake edits on one connection (disturbance.h).
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "servers/net/connection.h"

namespace pinlab::wire {
namespace asio = boost::asio;
using boost::system::error_code;

void Connection::begin_disturbance(const Presentation& presentation, std::size_t step) {
    const Disturbance& disturbance = presentation.disturbance;
    if (!disturbance.fault && disturbance.handshake_edit.empty()) return;
    // Extensions are answers (RFC 8446 4.2): OpenSSL sends this one only to a client that asked for it.
    if (disturbance.handshake_edit == "unoffered_alpn" && hello_.alpn.empty())
        throw std::runtime_error("the client offers no ALPN, so none can be chosen against its offer");
    outbound_.emplace(disturbance);
    fault_step_ = step;
    tls_->next_layer().filter_outgoing = [this](std::string bytes) {
        return filter_outgoing(std::move(bytes));
    };
    tls_->next_layer().on_written = [this] {
        journal_presented();
        journal_fault();
    };
}

void Connection::journal_fault() {
    auto report = outbound_->report_once();
    if (!report) return;
    report->insert_or_assign("step", fault_step_);
    journal("fault", *report);
}

Outgoing Connection::filter_outgoing(std::string bytes) {
    Outgoing outgoing = outbound_->filter(std::move(bytes));
    // After an end the write fails and `on_written` is not called, though the runs before it were shown.
    if (outgoing.end != Outgoing::End::none) journal_presented();
    return outgoing;
}

void Connection::apply_end(Outgoing::End end) {
    error_code ignored;
    journal_fault();
    secured_ = false;
    if (end == Outgoing::End::rst) reset();
    if (end == Outgoing::End::fin)
        stream_or_tap().lowest_layer().shutdown(asio::socket_base::shutdown_send, ignored);
}

bool Connection::apply_end_if_over() {
    if (!outbound_ || !outbound_->over()) return false;
    apply_end(outbound_->end());
    return true;
}

Awaitable<void> Connection::apply_accept_fault(const Disturbance& disturbance, std::size_t step) {
    outbound_.emplace(disturbance);
    fault_step_ = step;
    const Outgoing outgoing = outbound_->apply();
    for (const std::string& run : outgoing.runs) co_await write(run);
    apply_end_if_over();
}

Awaitable<bool> Connection::write_answer(std::string_view bytes) {
    if (!outbound_) co_return co_await write(bytes);
    outbound_->on_phase(After::request);
    const std::string text = outbound_->edited_answer(bytes);
    const std::size_t half = outbound_->split(text);
    if (!co_await write(std::string_view(text).substr(0, half))) co_return false;
    outbound_->on_phase(After::body);
    if (half < text.size()) co_return co_await write(std::string_view(text).substr(half));
    if (!outbound_->ends_after_answer()) co_return true;
    outbound_->apply();
    apply_end_if_over();
    co_return false;
}

}  // namespace pinlab::wire
