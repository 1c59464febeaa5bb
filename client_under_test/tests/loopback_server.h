// A small HTTPS server on loopback for the tests of the public client: threads, OpenSSL, one answer ("ok").
// It counts connections, resumptions and requests.
#pragma once

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client_under_test/tests/test_pki.h"

namespace pinlab::reference::testing {

using namespace protocol;
using namespace protocol::testing;

class LoopbackServer {
  public:
    /// Listens; resumes sessions of any certificate that it has shown. Chain: leaf first.
    LoopbackServer(std::vector<const Issued*> chain, int version);
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    /// The chain presented to connections from now on.
    void show(std::vector<const Issued*> chain);
    /// Closes every connection after its answer, without announcing it in the answer.
    void close_after_answer() { closes_ = true; }

    int port() const { return port_; }
    int connections() const { return connections_; }
    int resumed() const { return resumed_; }
    int requests() const { return requests_; }

  private:
    void accept_all();
    void serve(int socket);
    bool answer(SSL* connection);

    SslCtxPtr context_;
    std::mutex mutex_;
    std::vector<const Issued*> chain_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_ = 0, resumed_ = 0, requests_ = 0;
    std::atomic<bool> closes_ = false;
    std::mutex open_mutex_;
    std::vector<int> open_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace pinlab::reference::testing
