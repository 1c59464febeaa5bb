// What a client says to a proxy before its ClientHello, and the proxy's answers: CONNECT (RFC 9110 9.3.6) or
// SOCKS5 (RFC 1928, no authentication). Sans-io: bytes in, a reply and its meaning out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pinlab::wire {

enum class ProxyKind { none, connect, https, socks5 };

/// How a proxy behaves. `https` speaks CONNECT inside TLS of its own.
struct ProxyRule {
    ProxyKind kind = ProxyKind::none;
    int answer = 0;  ///< an HTTP status, or a SOCKS5 reply code; `granting` says which one lets pass
};

/// The answer that lets the client pass: 200, or 0 for SOCKS5 (RFC 1928 6).
int granting(ProxyKind kind);

class ProxyDialogue {
  public:
    explicit ProxyDialogue(const ProxyRule& rule) : rule_(rule) {}

    enum class State {
        need_more,  ///< the state is not known yet
        going_on,   ///< `reply` is to be sent and more will come
        granted,    ///< `reply` is to be sent, and what follows is the client's own
        refused,    ///< `reply` is to be sent, and that was all
        no_request  ///< these bytes are not a request to this proxy; nothing was used
    };
    struct Step {
        State state = State::need_more;
        std::string reply;
        std::size_t used = 0;  ///< bytes of `received` that belong to the dialogue
    };

    /// Takes all bytes that were not used yet.
    Step next(std::string_view received);

    /// The host that the client asked for, once granted or refused: any bytes in `host`.
    const std::string& host() const { return host_; }
    const std::string& port() const { return port_; }

  private:
    Step connect(std::string_view received);
    Step socks_greeting(std::string_view received);
    Step socks_request(std::string_view received);
    Step concluded(std::string reply, std::size_t used) const;

    ProxyRule rule_;
    bool greeted_ = false;
    std::string host_;
    std::string port_;
};

}  // namespace pinlab::wire
