// One trouble, read and applied; see the header.
#include "servers/wire/disturbance.h"

#include <openssl/ssl3.h>

namespace pinlab::wire {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";

bool is_at_body(const std::optional<Fault>& fault) {
    return fault && fault->plan().after == After::body;
}

}  // namespace

Trouble read_trouble(Fields& step) {
    Trouble trouble;
    if (const auto* fault = step.member("fault"))
        trouble.fault = read_fault(Fields(*fault, step.path_of("fault")));
    trouble.surgery = step.text_or("surgery", "");
    if (!trouble.surgery.empty() && !is_surgery(trouble.surgery))
        step.fail("surgery", "no surgery is called \"" + trouble.surgery + "\"");
    if (trouble.fault && !trouble.surgery.empty()) step.fail("surgery", "a step has a fault or a surgery");
    return trouble;
}

Outbound::Outbound(const Trouble& trouble) : surgery_(trouble.surgery) {
    if (trouble.fault) fault_.emplace(*trouble.fault);
    if (!surgery_.empty()) surgeon_.emplace(surgery_);
}

void Outbound::hear(int content_type, std::string_view message, bool tls13) {
    if (!fault_ || message.empty()) return;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(message[at]));
    };
    if (content_type == SSL3_RT_HEADER && message.size() >= SSL3_RT_HEADER_LENGTH)
        fault_->hear_record(SSL3_RT_HEADER_LENGTH + (byte(3) << 8 | byte(4)));
    if (content_type == SSL3_RT_HANDSHAKE) fault_->hear_message(static_cast<int>(byte(0)), tls13);
}

void Outbound::reach(After after) {
    if (fault_) fault_->reach(after);
}

Departure Outbound::leave(std::string bytes) {
    if (fault_) return fault_->leave(std::move(bytes));
    if (surgeon_) bytes = surgeon_->pass(bytes);
    Departure departure;
    if (!bytes.empty()) departure.runs.push_back(std::move(bytes));
    return departure;
}

Departure Outbound::strike() {
    return fault_ ? fault_->strike() : Departure{};
}

std::optional<boost::json::object> Outbound::news() {
    const bool happened = (fault_ && fault_->happened()) || (surgeon_ && surgeon_->happened());
    if (told_ || !happened) return std::nullopt;
    told_ = true;
    if (!fault_) return boost::json::object{{"do", surgery_}};
    return boost::json::object{{"after", word_for(fault_->plan().after)},
                               {"do", word_for(fault_->plan().deed)}};
}

bool Outbound::showed_certificate() const {
    if (fault_) return fault_->certificate_left();
    return surgery_ != "empty_certificate" && surgery_ != "garbage_certificate" &&
           surgery_ != "no_certificate";
}

std::size_t Outbound::split(std::string_view answer) const {
    if (!is_at_body(fault_) || ends_after_answer()) return answer.size();
    const std::size_t body = answer.find(head_end) + head_end.size();
    return body + (answer.size() - body) / 2;
}

bool Outbound::ends_after_answer() const {
    return fault_ && fault_->plan().deed == Deed::no_close_notify;
}

std::string Outbound::dressed_answer(std::string_view answer) const {
    std::string text(answer);
    if (!is_at_body(fault_) || fault_->plan().detail != "until_close") return text;
    const std::size_t at = text.find("\r\nContent-Length:");
    if (at != std::string::npos) text.erase(at, text.find("\r\n", at + 2) - at);
    return text;
}

}  // namespace pinlab::wire
