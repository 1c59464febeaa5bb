#include "servers/wire/fault.h"

#include <openssl/ssl3.h>

#include <algorithm>
#include <array>
#include <utility>

namespace pinlab::wire {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, After>, 8> moments = {{
    {"accept", After::accept},
    {"client_hello", After::client_hello},
    {"server_hello", After::server_hello},
    {"certificate", After::certificate},
    {"server_done", After::server_done},
    {"finished", After::finished},
    {"request", After::request},
    {"body", After::body},
}};

constexpr std::array<std::pair<std::string_view, Action>, 11> actions = {{
    {"refuse", Action::refuse},
    {"reset", Action::reset},
    {"close", Action::close},
    {"stall", Action::stall},
    {"drip", Action::drip},
    {"slow", Action::slow},
    {"delay", Action::delay},
    {"garbage", Action::garbage},
    {"alert", Action::alert},
    {"cut", Action::cut},
    {"no_close_notify", Action::no_close_notify},
}};

// RFC 8446 6: the ones that a server has reason to send.
constexpr std::array<std::pair<std::string_view, unsigned char>, 7> alerts = {{
    {"handshake_failure", 40},
    {"illegal_parameter", 47},
    {"access_denied", 49},
    {"protocol_version", 70},
    {"internal_error", 80},
    {"user_canceled", 90},
    {"unrecognized_name", 112},
}};

template <typename Table>
auto find(const Table& table, std::string_view word) {
    return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == word; });
}

template <typename Table, typename Value>
std::string_view name_in(const Table& table, Value value) {
    return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == value; })
        ->first;
}

std::string alert_record(std::string_view name) {
    const char code = static_cast<char>(find(alerts, name)->second);
    return {SSL3_RT_ALERT, 3, 3, 0, 2, SSL3_AL_FATAL, code};
}

void check_sense(const Fields& fields, const FaultPlan& plan) {
    const bool at_body = plan.after == After::body;
    if (plan.action == Action::refuse && plan.after != After::accept)
        fields.fail("do", "only the accept can be refused");
    if (plan.action == Action::no_close_notify && !at_body)
        fields.fail("do", R"(a missing close_notify comes after "body")");
    if (plan.action == Action::alert && find(alerts, plan.detail) == alerts.end())
        fields.fail("detail", "no alert is called \"" + plan.detail + "\"");
    const bool of_body = at_body && (plan.action == Action::cut || plan.action == Action::no_close_notify);
    if (plan.action != Action::alert && !plan.detail.empty() && !(of_body && plan.detail == "until_close"))
        fields.fail("detail", "has no meaning here");
    if (plan.action == Action::cut &&
        (plan.after == After::accept || plan.after == After::client_hello || plan.after == After::request))
        fields.fail("after", "there is nothing of the server's to cut");
}

}  // namespace

FaultPlan read_fault(Fields fields) {
    const std::string after = fields.text("after");
    const std::string action = fields.text("do");
    if (find(moments, after) == moments.end()) fields.fail("after", "no moment is called \"" + after + "\"");
    if (find(actions, action) == actions.end()) fields.fail("do", "no fault is called \"" + action + "\"");
    FaultPlan plan{find(moments, after)->second, find(actions, action)->second, fields.text_or("detail", "")};
    fields.done();
    check_sense(fields, plan);
    return plan;
}

std::string_view word_for(After after) {
    return name_in(moments, after);
}

std::string_view word_for(Action action) {
    return name_in(actions, action);
}

Fault::Fault(FaultPlan plan) : plan_(std::move(plan)) {
    if (plan_.after == After::client_hello) at_ = 0;
}

void Fault::on_record(std::size_t size) {
    made_ += size;
}

void Fault::on_message(int type, bool tls13) {
    const std::size_t begin = std::exchange(last_message_, made_);
    if (type == SSL3_MT_CERTIFICATE) certificate_ = made_;
    if (at_) return;
    const int done = tls13 ? SSL3_MT_FINISHED : SSL3_MT_SERVER_DONE;
    const bool now = (plan_.after == After::server_hello && type == SSL3_MT_SERVER_HELLO) ||
                     (plan_.after == After::certificate && type == SSL3_MT_CERTIFICATE) ||
                     (plan_.after == After::server_done && type == done) ||
                     (plan_.after == After::finished && type == SSL3_MT_FINISHED);
    if (now) at_ = plan_.action == Action::cut ? begin + (made_ - begin) / 2 : made_;
}

void Fault::on_phase(After after) {
    if (!at_ && plan_.after == after) at_ = left_;
}

bool Fault::slows() const {
    return plan_.action == Action::drip || plan_.action == Action::slow || plan_.action == Action::delay;
}

Outgoing::End Fault::end() const {
    if (slows()) return Outgoing::End::none;
    if (plan_.action == Action::reset) return Outgoing::End::rst;
    const bool silent = plan_.action == Action::stall || plan_.action == Action::garbage;
    return silent ? Outgoing::End::silence : Outgoing::End::fin;
}

Outgoing Fault::apply() {
    happened_ = over_ = true;
    Outgoing outgoing{.runs = {}, .pause = 0us, .end = end()};
    if (plan_.action == Action::garbage)
        outgoing.runs = {"220 pinlab.test ESMTP ready, and this is no TLS\r\n"};
    if (plan_.action == Action::alert) outgoing.runs = {alert_record(plan_.detail)};
    return outgoing;
}

Outgoing Fault::slowed(std::string bytes) {
    happened_ = true;
    const std::size_t size = plan_.action == Action::drip   ? 1
                             : plan_.action == Action::slow ? 64
                                                            : bytes.size();
    Outgoing outgoing{.runs = {},
                      .pause = plan_.action == Action::drip   ? 100us
                               : plan_.action == Action::slow ? 2000us
                                                              : 20000us,
                      .end = Outgoing::End::none};
    // A wait for each of some thousand bytes would be a stall; what matters has been in pieces by then.
    constexpr std::size_t drops = 128;
    while (!bytes.empty()) {
        const bool rest = plan_.action == Action::drip && outgoing.runs.size() == drops;
        outgoing.runs.push_back(bytes.substr(0, rest ? bytes.size() : size));
        bytes.erase(0, outgoing.runs.back().size());
    }
    return outgoing;
}

Outgoing Fault::filter(std::string bytes) {
    if (over_) return {.runs = {}, .pause = 0us, .end = end()};
    const std::size_t before = left_;
    left_ += bytes.size();
    // What comes after the last byte of a flight may be a long time coming: the end does not wait for it.
    if (!at_ || *at_ > left_ || (slows() && *at_ == left_))
        return {.runs = {std::move(bytes)}, .pause = 0us, .end = Outgoing::End::none};
    if (slows()) return slowed(std::move(bytes));
    left_ = std::max(before, *at_);
    bytes.resize(left_ - before);
    Outgoing outgoing = apply();
    if (!bytes.empty()) outgoing.runs.insert(outgoing.runs.begin(), std::move(bytes));
    return outgoing;
}

}  // namespace pinlab::wire
