// Replies of a proxy, and texts that name a destination: SOCKS5 replies, URLs, Location headers. The first
// byte of the input chooses the parser. What is accepted can be written and read again, and never leads away
// from https.
#include <string>

#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/socks5.h"
#include "client_under_test/protocol/url.h"
#include "client_under_test/reference/redirects.h"
#include "cmake/fuzz/property.h"

namespace {

using namespace pinlab::protocol;
using namespace pinlab::reference;
using pinlab::client::ConfigError;
using pinlab::fuzz::must;

void read_socks(std::string_view reply) {
    if (const auto more = socks5_more(reply)) {
        must(reply.size() >= socks5_reply_head_size && reply[0] == 5, "only a reply of version 5 has an end");
        must(*more >= 2 && *more <= 257, "an address and a port follow, and no more");
    }
    if (!socks5_refusal(reply))
        must(reply.size() >= socks5_choice_size && reply[0] == 5 && reply[1] == 0, "0 alone lets pass");
}

void name_host(std::string_view text) {
    const auto host = canonical_host(text);
    if (!host) return;
    must(canonical_host(*host) == host, "a canonical name is canonical");
    must(host->size() <= 253 && host->find('\0') == std::string::npos, "a host fits into SOCKS5 and SNI");
    Dial dial;
    set_host(dial, text);
    dial.port = 443;
    const std::string request = socks5_request(dial);
    const std::size_t address =
        dial.host_is_ip ? (host->find(':') == std::string::npos ? 4 : 16) : 1 + host->size();
    must(request.size() == 4 + address + 2, "a request holds the address, whole");
    const Url url = parse_url("https://" + dial.authority() + "/");
    must(canonical_host(url.host) == host && url.port == 443, "host and port are read as it was written");
}

void read_url(std::string_view text) {
    const Url url = parse_url(text);
    must(!target_fault(url.target), "a target can be sent");
    must(url.port != 0, "0 is no port");
}

void follow(std::string_view location) {
    const std::string base = "https://shop.test:8443/a/b?c=d";
    const auto to = resolve_location(base, location);
    if (!to) return;
    must(to->starts_with("https://"), "a redirect never leaves https");
    must(to->find('#') == std::string::npos, "a fragment is not sent");
    read_url(*to);
}

void use_proxy(std::string_view text) {
    Dial dial;
    if (!set_proxy(dial, text)) return;
    must(dial.proxy && dial.proxy->port != 0 && canonical_host(dial.proxy->address) == dial.proxy->address,
         "a proxy has a canonical address and a port");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    try {
        constexpr void (*readers[])(std::string_view) = {&read_socks, &name_host, &read_url, &follow,
                                                         &use_proxy};
        readers[data[0] % std::size(readers)](pinlab::fuzz::text_of(data + 1, size - 1));
    } catch (const ConfigError& error) {
        must(*error.what() != '\0', "a refusal says why");
    }
    return 0;
}
