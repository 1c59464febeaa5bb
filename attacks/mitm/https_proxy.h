// The front of an HTTPS proxy (RFC 9110 9.3.6 over TLS to the proxy): it ends that outer TLS and passes what
// is inside to a Connection of its own, over a loopback pair. Its journal lines are signed "proxy".
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>

#include "attacks/mitm/brief.h"
#include "servers/net/connection.h"

namespace pinlab::mitm {

class HttpsProxy {
  public:
    using Handler = std::function<wire::Awaitable<void>(std::shared_ptr<wire::Connection>)>;

    /// Keeps references to all; `brief` holds a proxy identity. What is inside is journalled to `inside`.
    HttpsProxy(const MitmBrief& brief, wire::Journal& inside, Handler handler);

    /// One client: outer handshake, then `handler` with what is inside, to the end of both.
    wire::Awaitable<void> front(std::shared_ptr<wire::Connection> client);

  private:
    wire::Awaitable<std::shared_ptr<wire::Connection>> inner(boost::asio::ip::tcp::socket& near);

    const MitmBrief& brief_;
    wire::Journal& inside_;
    Handler handler_;
    wire::CanaryPatterns canaries_;
    boost::asio::ssl::context context_;
    int connections_ = 0;
};

}  // namespace pinlab::mitm
