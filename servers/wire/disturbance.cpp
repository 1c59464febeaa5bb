#include "servers/wire/disturbance.h"

#include <openssl/ssl3.h>

namespace pinlab::wire {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";

bool is_at_body(const std::optional<Fault>& fault) {
    return fault && fault->plan().after == After::body;
}

}  // namespace

Disturbance read_disturbance(Fields& step) {
    Disturbance disturbance;
    if (const auto* fault = step.member("fault"))
        disturbance.fault = read_fault(Fields(*fault, step.path_of("fault")));
    disturbance.handshake_edit = step.text_or("surgery", "");
    if (!disturbance.handshake_edit.empty() && !is_handshake_edit(disturbance.handshake_edit))
        step.fail("surgery", "no handshake edit is called \"" + disturbance.handshake_edit + "\"");
    if (disturbance.fault && !disturbance.handshake_edit.empty())
        step.fail("surgery", "a step has a fault or a handshake edit");
    return disturbance;
}

Outbound::Outbound(const Disturbance& disturbance) : edit_name_(disturbance.handshake_edit) {
    if (disturbance.fault) fault_.emplace(*disturbance.fault);
    if (!edit_name_.empty()) editor_.emplace(edit_name_);
}

void Outbound::on_tls_message(int content_type, std::string_view message, bool tls13) {
    if (!fault_ || message.empty()) return;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(message[at]));
    };
    if (content_type == SSL3_RT_HEADER && message.size() >= SSL3_RT_HEADER_LENGTH)
        fault_->on_record(SSL3_RT_HEADER_LENGTH + (byte(3) << 8 | byte(4)));
    if (content_type == SSL3_RT_HANDSHAKE) fault_->on_message(static_cast<int>(byte(0)), tls13);
}

void Outbound::on_phase(After after) {
    if (fault_) fault_->on_phase(after);
}

Outgoing Outbound::filter(std::string bytes) {
    if (fault_) return fault_->filter(std::move(bytes));
    if (editor_) bytes = editor_->filter(bytes);
    Outgoing outgoing;
    if (!bytes.empty()) outgoing.runs.push_back(std::move(bytes));
    return outgoing;
}

Outgoing Outbound::apply() {
    return fault_ ? fault_->apply() : Outgoing{};
}

std::optional<boost::json::object> Outbound::report_once() {
    const bool happened = (fault_ && fault_->happened()) || (editor_ && editor_->happened());
    if (reported_ || !happened) return std::nullopt;
    reported_ = true;
    if (!fault_) return boost::json::object{{"do", edit_name_}};
    return boost::json::object{{"after", word_for(fault_->plan().after)},
                               {"do", word_for(fault_->plan().action)}};
}

bool Outbound::showed_certificate() const {
    if (fault_) return fault_->certificate_left();
    return edit_name_ != "empty_certificate" && edit_name_ != "garbage_certificate" &&
           edit_name_ != "no_certificate";
}

std::size_t Outbound::split(std::string_view answer) const {
    if (!is_at_body(fault_) || ends_after_answer()) return answer.size();
    const std::size_t body = answer.find(head_end) + head_end.size();
    return body + (answer.size() - body) / 2;
}

bool Outbound::ends_after_answer() const {
    return fault_ && fault_->plan().action == Action::no_close_notify;
}

std::string Outbound::edited_answer(std::string_view answer) const {
    std::string text(answer);
    if (!is_at_body(fault_) || fault_->plan().detail != "until_close") return text;
    const std::size_t at = text.find("\r\nContent-Length:");
    if (at != std::string::npos) text.erase(at, text.find("\r\n", at + 2) - at);
    return text;
}

}  // namespace pinlab::wire
