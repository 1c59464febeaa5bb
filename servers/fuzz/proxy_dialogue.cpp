// What a client says to a proxy: CONNECT and SOCKS5. The first byte chooses the proxy, the second its answer.
// However the bytes are cut, the dialogue ends in the same way and uses the same bytes.
#include <string>

#include "cmake/fuzz/property.h"
#include "servers/wire/proxy_dialogue.h"

namespace {

using namespace pinlab::wire;
using pinlab::fuzz::must;
using State = ProxyDialogue::State;

struct Ending {
    State state = State::need_more;
    std::string replies;
    std::size_t used = 0;
    std::string host, port;
    bool operator==(const Ending&) const = default;
};

bool is_last(State state) {
    return state == State::granted || state == State::refused || state == State::no_request;
}

/// As Connection does: bytes arrive `step` at a time, and what a step uses is gone.
Ending talk(const ProxyRule& rule, std::string_view bytes, std::size_t step) {
    ProxyDialogue dialogue(rule);
    Ending ending;
    for (std::size_t arrived = std::min(step, bytes.size());;
         arrived = std::min(arrived + step, bytes.size())) {
        while (true) {
            const auto reply_step = dialogue.next(bytes.substr(ending.used, arrived - ending.used));
            must(reply_step.used <= arrived - ending.used, "no more is used than has arrived");
            must((reply_step.state == State::need_more || reply_step.state == State::no_request) ==
                     reply_step.reply.empty(),
                 "a reply comes with a conclusion, and only then");
            must(reply_step.state != State::need_more || reply_step.used == 0, "waiting uses nothing");
            must(reply_step.state != State::going_on || reply_step.used > 0, "going on uses something");
            ending.state = reply_step.state;
            ending.replies += reply_step.reply;
            ending.used += reply_step.used;
            if (reply_step.state != State::going_on) break;
        }
        if (is_last(ending.state) || arrived == bytes.size()) break;
    }
    if (ending.state == State::granted || ending.state == State::refused) {
        ending.host = dialogue.host();
        ending.port = dialogue.port();
    }
    return ending;
}

void check_http(const ProxyRule& rule, std::string_view bytes, const Ending& ending) {
    must(ending.replies.starts_with("HTTP/1.1 ") && ending.replies.ends_with("\r\n\r\n"), "a reply is HTTP");
    const std::string_view head = bytes.substr(0, ending.used);
    must(head.ends_with("\r\n\r\n"), "a request ends with an empty line");
    must(head.find(ending.host) != std::string_view::npos, "the host stands in the request");
    must((ending.state == State::granted) == (rule.answer == 200), "only 200 lets pass");
    must(ending.host.find_first_of(" \r") == std::string::npos, "a host is one word of one line");
}

void check_socks(const ProxyRule& rule, const Ending& ending) {
    must(ending.replies[0] == 5, "a reply is SOCKS5");
    if (ending.state != State::granted) return;
    must(rule.answer == 0, "only 0 lets pass");
    must(ending.replies.size() == 12, "a choice of two bytes, a reply of ten");
    must(!ending.host.empty() && ending.host.size() <= 255, "a host has 1 to 255 bytes");
    must(std::stoul(ending.port) <= 65535, "a port is one");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    constexpr ProxyKind kinds[] = {ProxyKind::none, ProxyKind::connect, ProxyKind::https, ProxyKind::socks5};
    ProxyRule rule{kinds[data[0] % 4], 0};
    const bool socks = rule.kind == ProxyKind::socks5;
    rule.answer = data[1] == 0 ? granting(rule.kind) : socks ? data[1] : 200 + data[1];
    const std::string_view bytes = pinlab::fuzz::text_of(data + 2, size - 2);
    const Ending whole = talk(rule, bytes, bytes.size() + 1);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
        // A head without an end is given up where the limit is noticed; until then it does not matter.
        if (bytes.size() > 4096) break;
        must(talk(rule, bytes, step) == whole, "the dialogue does not depend on how the bytes are cut");
    }
    if (whole.state != State::granted && whole.state != State::refused) return 0;
    socks ? check_socks(rule, whole) : check_http(rule, bytes, whole);
    return 0;
}
