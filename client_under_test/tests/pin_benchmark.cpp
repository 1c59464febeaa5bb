// pinlab-pin-benchmark: the cost of the pin check, alone and beside a handshake with the same client without
// pins. Prints one JSON line for each number; processor times are of this machine, ratios can be compared
// between machines.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/reference/tls_context.h"
#include "client_under_test/reference/verification.h"
#include "client_under_test/tests/test_pki.h"

namespace pinlab::reference::testing {

using namespace protocol;
using namespace protocol::testing;
namespace {

constexpr int round_count = 15;
constexpr int check_texts = 2000;
constexpr int handshakes = 60;

// Processor time of this process: other processes on the machine are not counted.
double cpu_us() {
    std::timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

template <class Work>
double mean_us(int repeats, Work work) {
    double begin = cpu_us();
    for (int i = 0; i < repeats; ++i) work();
    return (cpu_us() - begin) / repeats;
}

struct Chain {
    Issued root = issue({.common_name = "Root, do not trust", .extensions = ca_extensions()});
    Issued upper = issue({.common_name = "Upper, do not trust", .extensions = ca_extensions()}, &root);
    Issued lower = issue({.common_name = "Lower, do not trust", .extensions = ca_extensions()}, &upper);
    Issued leaf = issue({.extensions = leaf_extensions("DNS:shop.test")}, &lower);
    PemFile trust{{&root}};
};

// Sixteen pins of which the last is the root's: every comparison is made.
HostPolicy sixteen_pins(const Chain& chain) {
    HostPolicy entry;
    for (unsigned char i = 0; i < 15; ++i) {
        Digest digest{};
        digest.fill(static_cast<unsigned char>(i + 1));
        entry.pins.push_back({.digest = digest});
    }
    entry.pins.push_back({.digest = spki_hash(chain.root.certificate.get())});
    return entry;
}

double check_us(const Chain& chain, const HostPolicy& entry) {
    STACK_OF(X509)* path = sk_X509_new_null();
    for (const Issued* issued : {&chain.leaf, &chain.lower, &chain.upper, &chain.root})
        sk_X509_push(path, issued->certificate.get());
    bool good = true;
    std::vector<double> rounds;
    rounds.reserve(round_count);
    for (int round = 0; round < round_count; ++round)
        rounds.push_back(mean_us(
            check_texts, [&] { good = good && !judge_pins(entry, hashes_of(path, false), {}).fault; }));
    sk_X509_free(path);
    if (!good) throw std::runtime_error("the pin did not match");
    return median(rounds);
}

double handshake_us(const Chain& chain, const HostPolicy& entry, int version) {
    Brief brief = brief_for(chain.trust, {});
    Verifier verifier(entry);
    SslCtxPtr context = make_context(brief, verifier);
    return mean_us(handshakes, [&] {
        SslPtr client(SSL_new(context.get()));
        expect_peer(client.get(), brief);
        if (!shake_hands(client.get(), chain.leaf, {&chain.lower, &chain.upper}, version).server_finished)
            throw std::runtime_error("the handshake failed");
    });
}

void print(const char* what, double us, const char* unit = "us") {
    std::cout << R"({"what": ")" << what << R"(", ")" << unit << R"(": )" << us << "}" << std::endl;
}

void compare(const Chain& chain, const HostPolicy& pinned, const char* name, int version) {
    HostPolicy unpinned;
    unpinned.pinned = false;
    std::vector<double> without, with, ratio;
    for (int round = 0; round < round_count; ++round) {  // in turns, so that both run under the same load
        without.push_back(handshake_us(chain, unpinned, version));
        with.push_back(handshake_us(chain, pinned, version));
        ratio.push_back(with.back() / without.back());
    }
    print((std::string("handshake, ") + name + ", without pins").c_str(), median(without));
    print((std::string("handshake, ") + name + ", 16 pins").c_str(), median(with));
    print((std::string("handshake, ") + name + ", with by without").c_str(), median(ratio), "ratio");
}

}  // namespace
}  // namespace pinlab::reference::testing

int main() {
    using namespace pinlab::reference::testing;
    Chain chain;
    auto pins = sixteen_pins(chain);
    print("pin check, path of 4, 16 pins", check_us(chain, pins));
    compare(chain, pins, "TLS 1.2", TLS1_2_VERSION);
    compare(chain, pins, "TLS 1.3", TLS1_3_VERSION);
    return 0;
}
