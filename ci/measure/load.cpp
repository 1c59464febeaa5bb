// pinlab-load: many TLS 1.3 connections with one GET each, for measuring servers and interceptors that stand
// on loopback. One thread, epoll, OpenSSL bare: its own cost stays small and the same for every peer. It
// verifies nothing and judges nothing; a visit that did not end as asked is counted as failed.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* usage =
    R"(pinlab-load: TLS connections with one GET each, to a server on loopback.

  pinlab-load --port PORT [--connections 1000] [--at-once 16] [--sni shop.test] [--path /]
              [--fresh-sni]   a new name for each connection: nNUMBER.SNI, counted from --first
              [--refuse]      refuse the certificate: the visit is well when the handshake fails
              [--hold]        keep every connection open until stdin ends
Prints one JSON line: done, failed, bytes, seconds. Exit: 0, 1 if a visit failed, 2 on usage.
)";

struct Order {
    int port = 0;
    int connections = 1000;
    int at_once = 16;
    int first = 0;
    std::string sni = "shop.test";
    std::string path = "/";
    bool fresh_sni = false;
    bool refuse = false;
    bool hold = false;
};

struct Tally {
    int done = 0;
    int failed = 0;
    std::size_t bytes = 0;
};

enum class State { busy, well, failed };

/// One connection from connect(2) to the last byte of its answer.
class Visit {
  public:
    Visit(const Order& order, int number, SSL_CTX* context, int epoll)
        : order_(order), fd_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), ssl_(SSL_new(context)) {
        const std::string name =
            order.fresh_sni ? "n" + std::to_string(order.first + number) + "." + order.sni : order.sni;
        request_ = "GET " + order.path + " HTTP/1.1\r\nHost: " + name + "\r\n\r\n";
        const int on = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_port = htons(static_cast<std::uint16_t>(order.port));
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(fd_, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0 && errno != EINPROGRESS)
            throw std::runtime_error("no one listens on that port");
        epoll_event event{};
        event.events = EPOLLIN | EPOLLOUT | EPOLLET;
        event.data.ptr = this;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd_, &event);
        SSL_set_fd(ssl_, fd_);
        SSL_set_tlsext_host_name(ssl_, name.c_str());
        SSL_set_connect_state(ssl_);
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
        if (!order_.refuse) SSL_shutdown(ssl_);
        SSL_free(ssl_);
        close(fd_);
    }

    std::size_t received() const { return received_; }
    /// Gets no more events, and stays open.
    void rest(int epoll) const { epoll_ctl(epoll, EPOLL_CTL_DEL, fd_, nullptr); }

    /// Goes as far as the socket allows.
    State go_on() {
        ERR_clear_error();
        if (!sent_) {
            const int result = SSL_do_handshake(ssl_);
            if (result != 1) return waits(result) ? State::busy : order_.refuse ? State::well : State::failed;
            if (order_.refuse) return State::failed;
            if (SSL_write(ssl_, request_.data(), static_cast<int>(request_.size())) <= 0)
                return State::failed;
            sent_ = true;
        }
        return read_on();
    }

  private:
    bool waits(int result) const {
        const int error = SSL_get_error(ssl_, result);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    }

    State read_on() {
        static std::vector<char> buffer(64 * 1024);
        while (true) {
            const int count = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) return waits(count) ? State::busy : State::failed;
            received_ += static_cast<std::size_t>(count);
            if (expected_ == 0) note_head({buffer.data(), static_cast<std::size_t>(count)});
            if (expected_ != 0 && received_ >= expected_) return State::well;
        }
    }

    /// The whole length of the answer, from a head that came in pieces or whole.
    void note_head(std::string_view bytes) {
        head_ += bytes;
        const std::size_t end = head_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        for (char& c : head_) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        constexpr std::string_view field = "\r\ncontent-length:";
        const std::size_t at = head_.find(field);
        if (at == std::string::npos || at > end) throw std::runtime_error("an answer without Content-Length");
        expected_ = end + 4 + std::strtoul(head_.c_str() + at + field.size(), nullptr, 10);
    }

    const Order& order_;
    int fd_;
    SSL* ssl_;
    std::string request_;
    std::string head_;
    std::size_t received_ = 0;
    std::size_t expected_ = 0;
    bool sent_ = false;
};

SSL_CTX* make_context(const Order& order) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set1_groups_list(context, "X25519:P-256");
    SSL_CTX_set_security_level(context, 0);  // some peers forge with weak keys
    if (order.refuse) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_cert_verify_callback(
            context, [](X509_STORE_CTX*, void*) { return 0; }, nullptr);
    }
    return context;
}

/// Keeps `at_once` visits going until all are over.
class Crowd {
  public:
    explicit Crowd(const Order& order)
        : order_(order), context_(make_context(order)), epoll_(epoll_create1(0)) {}

    Tally run() {
        while (open_ < order_.at_once && started_ < order_.connections) start();
        epoll_event events[64];
        while (open_ > 0) {
            const int count = epoll_wait(epoll_, events, 64, 30'000);
            if (count <= 0) throw std::runtime_error("no answer for 30 s");
            for (int i = 0; i < count; ++i) see(static_cast<Visit*>(events[i].data.ptr));
        }
        return tally_;
    }

    /// Those that are held open.
    std::vector<std::unique_ptr<Visit>> held;

  private:
    void start() {
        new Visit(order_, started_++, context_, epoll_);  // owned by the epoll set until it is over
        ++open_;
    }

    void see(Visit* visit) {
        const State state = visit->go_on();
        if (state == State::busy) return;
        (state == State::well ? tally_.done : tally_.failed) += 1;
        tally_.bytes += visit->received();
        std::unique_ptr<Visit> over(visit);
        if (order_.hold && state == State::well) {
            over->rest(epoll_);
            held.push_back(std::move(over));
        }
        --open_;
        if (started_ < order_.connections) start();
    }

    const Order& order_;
    SSL_CTX* context_;
    int epoll_;
    int started_ = 0;
    int open_ = 0;
    Tally tally_;
};

Order read_order(int argc, char** argv) {
    Order order;
    for (int i = 1; i < argc; ++i) {
        const std::string_view flag = argv[i];
        const auto value = [&] { return i + 1 < argc ? argv[++i] : throw std::invalid_argument(argv[i]); };
        if (flag == "--port")
            order.port = std::stoi(value());
        else if (flag == "--connections")
            order.connections = std::stoi(value());
        else if (flag == "--at-once")
            order.at_once = std::stoi(value());
        else if (flag == "--first")
            order.first = std::stoi(value());
        else if (flag == "--sni")
            order.sni = value();
        else if (flag == "--path")
            order.path = value();
        else if (flag == "--fresh-sni")
            order.fresh_sni = true;
        else if (flag == "--refuse")
            order.refuse = true;
        else if (flag == "--hold")
            order.hold = true;
        else
            throw std::invalid_argument(argv[i]);
    }
    if (order.port <= 0 || order.port > 65535 || order.connections < 1 || order.at_once < 1)
        throw std::invalid_argument("--port, --connections or --at-once");
    return order;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    Order order;
    try {
        order = read_order(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "pinlab-load: what is " << error.what() << "?\n" << usage;
        return 2;
    }
    try {
        Crowd crowd(order);
        const auto began = std::chrono::steady_clock::now();
        const Tally tally = crowd.run();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
        std::cout << R"({"done": )" << tally.done << R"(, "failed": )" << tally.failed << R"(, "bytes": )"
                  << tally.bytes << R"(, "seconds": )" << seconds.count() << "}" << std::endl;
        if (order.hold) std::cin.ignore(std::numeric_limits<std::streamsize>::max());
        return tally.failed == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::cerr << "pinlab-load: " << error.what() << "\n";
        return 1;
    }
}
