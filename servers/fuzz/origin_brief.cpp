// The origin's brief: what both witnesses share, the queue, answers, faults and handshake edits. Files that
// it names are looked for in a folder that holds one identity, made at the start.
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cmake/fuzz/brief_property.h"
#include "servers/origin/origin.h"
#include "servers/pki/authority.h"

namespace {

using namespace pinlab;
using fuzz::must;

/// Goes into a fresh folder with chain.pem and key.pem, which is gone when the program ends.
class Place {
  public:
    Place() {
        std::string name = (std::filesystem::temp_directory_path() / "pinlab-fuzz-XXXXXX").string();
        must(mkdtemp(name.data()) != nullptr && chdir(name.c_str()) == 0, "there is room for a folder");
        folder_ = name;
        const pki::Identity own =
            pki::self_signed({.names = {"shop.test"}}, pki::Key::generate(pki::KeyKind::p256), 1'764'000'000);
        std::ofstream("chain.pem") << own.leaf.to_pem();
        std::ofstream("key.pem") << own.key.to_pem();
    }
    ~Place() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    std::filesystem::path folder_;
};

bool is_loopback(const std::string& address) {
    in_addr v4{};
    if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return address.starts_with("127.");
    in6_addr v6{};
    return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

void check(const origin::OriginBrief& brief) {
    must(!brief.queue.empty(), "there is something to show");
    must(brief.common.beyond_loopback || is_loopback(brief.common.listen.address),
         "beyond loopback only by its own word");
    must(brief.common.tls.min <= brief.common.tls.max, "some version of TLS is left");
    must(brief.common.deadline.count() > 0, "every wait has a deadline");
    for (const std::string& canary : brief.common.canaries)
        must(canary.size() >= 8, "a canary is not seen by chance");
    for (const origin::QueueStep& step : brief.queue) {
        must(step.presentation.identity.leaf.spki_der() == step.presentation.identity.key.spki_der(),
             "a key fits its certificate");
        const std::string clear = origin::in_clear(step.answer);
        const std::size_t body = clear.find("\r\n\r\n") + 4;
        must(clear.substr(body) == step.answer.body.value_or(clear.substr(body)),
             "no header ends the head early");
        for (const auto& [name, value] : step.answer.headers)
            must(origin::filled(value, "shop.test:1", "/").find('\n') == std::string::npos,
                 "a header is one line");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Place place;
    fuzz::must_read_strictly(fuzz::text_of(data, size), origin::read_origin_brief, check);
    return 0;
}
