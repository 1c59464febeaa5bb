#include "servers/net/fork_server.h"

#include <linux/sched.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "servers/pki/authority.h"
#include "servers/pki/openssl.h"
#include "servers/tls/presentation.h"

namespace pinlab::wire {
namespace {

/// A sanitizer's runtime does not survive a raw clone(2).
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

using Three = std::array<int, 3>;

/// The next three descriptors; nothing where the other side is gone or does not keep to the rules.
std::optional<Three> receive_three(int socket) {
    char byte = 0;
    iovec data{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(Three))];
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t count = 0;
    do {
        count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    const cmsghdr* head = count == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(Three)))
        return std::nullopt;
    Three three{};
    std::memcpy(three.data(), CMSG_DATA(head), sizeof three);
    return three;
}

/// In the fork: the three take the place of stdio, the socket included, and nothing else stays.
void become_witness(const Three& three) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int place = 0; place < 3; ++place) ::dup2(three[static_cast<std::size_t>(place)], place);
    ::close_range(3, ~0U, 0);
}

bool send_pid(int socket, long pid) {
    const std::string line = std::to_string(pid) + "\n";
    return ::send(socket, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

void move_bytes(SSL* from, SSL* to) {
    char buffer[16384];
    for (int count = 0; (count = BIO_read(SSL_get_wbio(from), buffer, sizeof buffer)) > 0;)
        BIO_write(SSL_get_rbio(to), buffer, count);
}

struct SslDeleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

SslPtr side(SSL_CTX* context) {
    SslPtr ssl(SSL_new(context));
    if (!ssl) throw pki::Error::from_openssl("warm up");
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    return ssl;
}

void shake_hands(const Presentation& presentation, int version) {
    const ContextPtr serving = server_context({version, version}, {"http/1.1"}, true);
    const ContextPtr calling = trust_anything_context({"http/1.1"});
    const SslPtr server = side(serving.get());
    const SslPtr client = side(calling.get());
    apply(presentation, server.get());
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    char byte = 0;
    // Three flights in TLS 1.3, four in 1.2, and the tickets behind them.
    for (int flight = 0; flight < 4; ++flight) {
        SSL_read(client.get(), &byte, 1);
        move_bytes(client.get(), server.get());
        SSL_read(server.get(), &byte, 1);
        move_bytes(server.get(), client.get());
    }
    if (!SSL_is_init_finished(client.get()) || !SSL_is_init_finished(server.get()))
        throw pki::Error::from_openssl("warm up by a handshake");
    ERR_clear_error();
}

}  // namespace

void warm_up() {
    const pki::Key made = pki::Key::generate(pki::KeyKind::p256);
    const pki::Key key = pki::Key::from_pem(made.to_pem());
    const pki::Certificate leaf = pki::Certificate::from_pem(
        pki::self_signed({.common_name = "warm"}, key, 1'700'000'000).leaf.to_pem());
    const Presentation presentation{{leaf, key, {leaf}}, "warm", {}, {}};
    describe_chain(presentation.identity);
    shake_hands(presentation, TLS1_2_VERSION);
    shake_hands(presentation, TLS1_3_VERSION);
    try {
        // The first exception of a static program sorts all unwind tables: 4 ms.
        throw pki::Error("warm");
    } catch (const pki::Error&) {
    }
}

int run_fork_server(const std::function<int()>& witness) {
    if (sanitized) {
        std::cerr << "built with a sanitizer: each witness is started fresh\n";
        return fork_server_unsupported;
    }
    warm_up();
    while (const std::optional<Three> three = receive_three(STDIN_FILENO)) {
        // Not fork(2), which knows no CLONE_PARENT. There is one thread, and OpenSSL notices a new process by
        // its id (its random generators are seeded anew), so no handler of pthread_atfork is missed.
        const long pid = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
        if (pid == 0) {
            become_witness(*three);
            // Nothing is tidied up that the kernel takes anyway: to free what was inherited would copy it
            // first.
            ::_exit(witness());
        }
        for (const int fd : *three) ::close(fd);
        if (pid < 0 || !send_pid(STDIN_FILENO, pid)) return 3;
    }
    return 0;
}

}  // namespace pinlab::wire
