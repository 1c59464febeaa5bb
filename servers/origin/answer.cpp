#include "servers/origin/answer.h"

#include <algorithm>

#include "servers/util/ascii.h"

namespace pinlab::origin {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
}

bool is_field_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

Answer read_answer(const boost::json::value& value, const std::string& path) {
    wire::Fields fields(value, path);
    Answer answer;
    const std::int64_t status = fields.integer_or("status", 200);
    if (status < 100 || status > 599) fields.fail("status", "expected 100 to 599");
    answer.status = static_cast<int>(status);
    fields.each_member("headers", [&](const auto& name, const auto& member, const auto& at) {
        if (!member.is_string() || !is_field_text(std::string_view(member.get_string())) ||
            !is_field_text(name))
            throw wire::DocumentError(at + ": expected text on one line");
        answer.headers.emplace_back(name, std::string(member.get_string()));
    });
    answer.body = fields.optional_text("body");
    fields.done();
    return answer;
}

std::string filled(std::string text, std::string_view host_header, std::string_view target) {
    const std::size_t colon = host_header.rfind(':');
    const bool named =
        colon != std::string_view::npos && host_header.find(']', colon) == std::string_view::npos;
    replace_all(text, "{port}", named ? host_header.substr(colon + 1) : "443");
    replace_all(text, "{target}", target);
    return text;
}

std::string in_clear(const Answer& answer) {
    const std::string body = answer.body.value_or("pinlab speaks no TLS here\n");
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " pinlab\r\n";
    for (const auto& [name, value] : answer.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

Queues::Queues(const std::vector<std::optional<std::string>>& names,
               const std::vector<wire::StepSpan>& spans) {
    std::map<std::string, std::vector<wire::StepSpan>> sorted;
    for (std::size_t index = 0; index < names.size(); ++index) {
        const std::string name = util::lower(names[index].value_or(""));
        lanes_[name].members.push_back(index);
        sorted[name].push_back(spans[index]);
    }
    for (auto& [name, lane] : lanes_) lane.steps.emplace(sorted[name]);
    if (!lanes_.contains("") && !names.empty()) fallback_ = util::lower(names.front().value_or(""));
}

std::size_t Queues::next() const {
    const auto unnamed = lanes_.find("");
    const Lane& lane = unnamed == lanes_.end() ? lanes_.at(fallback_) : unnamed->second;
    return lane.members[lane.steps->current()];
}

std::size_t Queues::on_hello(const std::optional<std::string>& sni) {
    auto lane = lanes_.find(util::lower(sni.value_or("")));
    if (lane == lanes_.end()) lane = lanes_.find(fallback_);
    return lane->second.members[lane->second.steps->on_hello()];
}

void Queues::on_exchange(std::size_t index) {
    for (auto& [name, lane] : lanes_) {
        const auto place = std::find(lane.members.begin(), lane.members.end(), index);
        if (place != lane.members.end())
            lane.steps->on_exchange(static_cast<std::size_t>(place - lane.members.begin()));
    }
}

}  // namespace pinlab::origin
