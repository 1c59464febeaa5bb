#include "client_under_test/flawed/tls_socket.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "client_under_test/protocol/tls_faults.h"

namespace pinlab::flawed {
namespace {

using pinlab::protocol::Reason;

[[noreturn]] void fail(int error) {
    throw LinkError(Reason::transport_failed, std::generic_category().message(error));
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const pinlab::protocol::Endpoint& to) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    int error = getaddrinfo(to.address.c_str(), std::to_string(to.port).c_str(), &hints, &found);
    if (error != 0) throw LinkError(Reason::transport_failed, to.address + ": " + gai_strerror(error));
    return {found, &freeaddrinfo};
}

}  // namespace

Link::Link(const pinlab::protocol::Endpoint& to, Clock::time_point deadline) : deadline_(deadline) {
    Addresses found = resolve(to);
    fd_ = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) fail(errno);
    int error = connect(fd_, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
    try {
        if (error == EINPROGRESS) {
            wait(POLLOUT, deadline_);
            socklen_t size = sizeof error;
            getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (error != 0) fail(error);
    } catch (const LinkError&) {
        close(fd_);
        throw;
    }
}

Link::~Link() {
    close(fd_);
}

void Link::wait(short events, Clock::time_point until) const {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    pollfd watched{fd_, events, 0};
    int ready = poll(&watched, 1, static_cast<int>(std::max<long long>(left.count(), 0)));
    if (ready < 0 && errno != EINTR) fail(errno);
    if (ready == 0) throw LinkError(Reason::transport_failed, "nothing came within the time limit");
}

SSL* Link::start_tls(SSL_CTX* context) {
    pinlab::protocol::SslPtr above(SSL_new(context));
    if (!above) throw LinkError(Reason::internal, "no SSL");
    if (tls_) {
        BIO* below = BIO_new(BIO_f_ssl());
        BIO_set_ssl(below, tls_.get(), BIO_NOCLOSE);
        SSL_set_bio(above.get(), below, below);
        below_ = std::move(tls_);
    } else if (SSL_set_fd(above.get(), fd_) != 1) {
        throw LinkError(Reason::internal, "no SSL");
    }
    tls_ = std::move(above);
    return tls_.get();
}

template <class Call>
int Link::drive(Call call) {
    for (;;) {
        pinlab::protocol::drain_openssl_errors();
        errno = 0;
        int result = call(tls_.get());
        int system = errno;
        if (result > 0) return result;
        switch (SSL_get_error(tls_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                wait(POLLIN, deadline_);
                continue;
            case SSL_ERROR_WANT_WRITE:
                wait(POLLOUT, deadline_);
                continue;
            case SSL_ERROR_ZERO_RETURN:
                return 0;
            case SSL_ERROR_SYSCALL:
                fail(system == 0 ? ECONNRESET : system);
            default: {
                auto codes = pinlab::protocol::drain_openssl_errors();
                throw LinkError(pinlab::protocol::reason_of_tls(codes),
                                pinlab::protocol::tls_text(codes, "TLS failed"));
            }
        }
    }
}

void Link::handshake() {
    if (drive([](SSL* tls) { return SSL_connect(tls); }) == 0)
        throw LinkError(Reason::transport_failed, "closed during the handshake");
}

void Link::write_early(std::string_view bytes) {
    drive([&](SSL* tls) {
        std::size_t written = 0;
        return SSL_write_early_data(tls, bytes.data(), bytes.size(), &written);
    });
}

void Link::listen() {
    const auto limit =
        std::exchange(deadline_, std::min(deadline_, Clock::now() + std::chrono::milliseconds(250)));
    try {
        char byte = 0;
        drive([&](SSL* tls) { return SSL_peek(tls, &byte, 1); });
    } catch (const LinkError&) {
        pinlab::protocol::drain_openssl_errors();  // nothing was received in time, which is not an error
    }
    deadline_ = limit;
}

void Link::write(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t sent = 0;
        if (tls_) {
            sent =
                drive([&](SSL* tls) { return SSL_write(tls, bytes.data(), static_cast<int>(bytes.size())); });
            if (sent == 0) fail(ECONNRESET);
        } else if ((sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)) < 0) {
            if (errno != EAGAIN) fail(errno);
            wait(POLLOUT, deadline_);
            continue;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Link::read() {
    std::array<char, 4096> buffer;
    if (tls_) {
        int size = static_cast<int>(buffer.size());
        int count = drive([&](SSL* tls) { return SSL_read(tls, buffer.data(), size); });
        return {buffer.data(), static_cast<std::size_t>(count)};
    }
    for (;;) {
        ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
        if (count >= 0) return {buffer.data(), static_cast<std::size_t>(count)};
        if (errno != EAGAIN && errno != EINTR) fail(errno);
        wait(POLLIN, deadline_);
    }
}

void Link::part() noexcept {
    try {
        if (tls_ && SSL_is_init_finished(tls_.get())) SSL_shutdown(tls_.get());
        shutdown(fd_, SHUT_WR);
        auto until = std::min(deadline_, Clock::now() + std::chrono::milliseconds(250));
        std::array<char, 4096> rest;
        for (;;) {
            ssize_t count = recv(fd_, rest.data(), rest.size(), 0);
            if (count == 0 || (count < 0 && errno != EAGAIN)) return;
            if (count < 0) wait(POLLIN, until);
        }
    } catch (const std::exception&) {
        return;  // no close_notify from the peer; the close that follows is enough
    }
}

}  // namespace pinlab::flawed
