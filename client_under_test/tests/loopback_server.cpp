// Every socket is shut down and every thread joined before the object ends.
#include "client_under_test/tests/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace pinlab::reference::testing {

using namespace protocol;
using namespace protocol::testing;

LoopbackServer::LoopbackServer(std::vector<const Issued*> chain, int version)
    : context_(SSL_CTX_new(TLS_server_method())), chain_(std::move(chain)) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    const unsigned char id[] = "loopback";
    SSL_CTX_set_session_id_context(context_.get(), id, sizeof id - 1);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        std::lock_guard lock(open_mutex_);
        for (int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    for (int socket : open_) ::close(socket);
    ::close(listener_);
}

void LoopbackServer::show(std::vector<const Issued*> chain) {
    std::lock_guard lock(mutex_);
    chain_ = std::move(chain);
}

void LoopbackServer::accept_all() {
    // A client may close before the last write to it. Only the server's threads block SIGPIPE (the threads
    // that it starts inherit the mask): a client that raises the signal must fail its test.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
        ++connections_;
        {
            std::lock_guard lock(open_mutex_);
            open_.push_back(socket);
        }
        threads_.emplace_back([this, socket] { serve(socket); });
    }
}

void LoopbackServer::serve(int socket) {
    SslPtr connection(SSL_new(context_.get()));
    {
        std::lock_guard lock(mutex_);
        SSL_use_certificate(connection.get(), chain_.front()->certificate.get());
        SSL_use_PrivateKey(connection.get(), chain_.front()->key.get());
        for (std::size_t i = 1; i < chain_.size(); ++i)
            SSL_add1_chain_cert(connection.get(), chain_[i]->certificate.get());
    }
    SSL_set_fd(connection.get(), socket);
    if (SSL_accept(connection.get()) == 1) {
        if (SSL_session_reused(connection.get()) == 1) ++resumed_;
        while (answer(connection.get()) && !closes_) {
        }
        SSL_shutdown(connection.get());
    }
    ::shutdown(socket, SHUT_RDWR);
}

bool LoopbackServer::answer(SSL* connection) {
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        char byte = 0;
        if (SSL_read(connection, &byte, 1) != 1) return false;
        head.push_back(byte);
    }
    ++requests_;
    static constexpr char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    return SSL_write(connection, ok, sizeof ok - 1) == sizeof ok - 1;
}

}  // namespace pinlab::reference::testing
