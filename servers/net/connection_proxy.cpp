// An encounter that begins at a proxy: the dialogue before the ClientHello, watched and journalled.
#include "servers/net/connection.h"

namespace pinlab::wire {

Awaitable<bool> Encounter::pass_proxy(const ProxyRule& rule) {
    using State = ProxyDialogue::State;
    ProxyDialogue dialogue(rule);
    ProxyDialogue::Step step;
    do {
        step = dialogue.next(raw_);
        if (step.state == State::need_more) {
            if (co_await read_more_raw()) continue;
            see("connect", connect_watch_, raw_);
            co_return false;
        }
        see("connect", connect_watch_, raw_.substr(0, step.used));
        raw_.erase(0, step.used);
        if (step.state == State::going_on && !co_await write(step.reply)) co_return false;
    } while (step.state == State::need_more || step.state == State::going_on);
    in_connect_ = false;
    see("clear", clear_watch_, raw_);
    if (step.state == State::no_request) co_return true;
    journal("connect_request", {{"host", printable(dialogue.host())}, {"port", printable(dialogue.port())}});
    if (step.state == State::refused) journal("proxy_refused", {{"answer", rule.answer}});
    co_return co_await write(step.reply) && step.state == State::granted;
}

}  // namespace pinlab::wire
