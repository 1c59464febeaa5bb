// The part of an encounter that goes wrong on purpose; see connection.h and disturbance.h.
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "servers/net/connection.h"

namespace pinlab::wire {
namespace asio = boost::asio;
using boost::system::error_code;

void Encounter::begin_trouble(const Presentation& presentation, std::size_t step) {
    const Trouble& trouble = presentation.trouble;
    if (!trouble.fault && trouble.surgery.empty()) return;
    // Extensions are answers (RFC 8446 4.2): OpenSSL sends this one to nobody who has not asked.
    if (trouble.surgery == "unoffered_alpn" && hello_.alpn.empty())
        throw std::runtime_error("the client offers no ALPN, so none can be chosen against its offer");
    outbound_.emplace(trouble);
    trouble_step_ = step;
    tls_->next_layer().on_leaving = [this](std::string bytes) { return leave(std::move(bytes)); };
    tls_->next_layer().on_written = [this] {
        tell_presented();
        tell_trouble();
    };
}

void Encounter::tell_trouble() {
    auto news = outbound_->news();
    if (!news) return;
    news->insert_or_assign("step", trouble_step_);
    journal("fault", *news);
}

Departure Encounter::leave(std::string bytes) {
    Departure departure = outbound_->leave(std::move(bytes));
    // After an end the write fails and `on_written` is not called, though the runs before it were shown.
    if (departure.end != Departure::End::none) tell_presented();
    return departure;
}

void Encounter::obey(Departure::End end) {
    error_code ignored;
    tell_trouble();
    secured_ = false;
    if (end == Departure::End::rst) reset();
    if (end == Departure::End::fin)
        stream_or_tap().lowest_layer().shutdown(asio::socket_base::shutdown_send, ignored);
}

bool Encounter::end_trouble() {
    if (!outbound_ || !outbound_->over()) return false;
    obey(outbound_->end());
    return true;
}

Awaitable<void> Encounter::strike(const Trouble& trouble, std::size_t step) {
    outbound_.emplace(trouble);
    trouble_step_ = step;
    const Departure departure = outbound_->strike();
    for (const std::string& run : departure.runs) co_await write(run);
    end_trouble();
}

Awaitable<bool> Encounter::write_answer(std::string_view bytes) {
    if (!outbound_) co_return co_await write(bytes);
    outbound_->reach(After::request);
    const std::string text = outbound_->dressed_answer(bytes);
    const std::size_t half = outbound_->split(text);
    if (!co_await write(std::string_view(text).substr(0, half))) co_return false;
    outbound_->reach(After::body);
    if (half < text.size()) co_return co_await write(std::string_view(text).substr(half));
    if (!outbound_->ends_after_answer()) co_return true;
    outbound_->strike();
    end_trouble();
    co_return false;
}

}  // namespace pinlab::wire
