// An application with its pins compiled in: fetches one page, or says why not.
//   shop URL CA_FILE       the environment's CONNECT_TO is an address to use in place of the name
// Exit 0: the page was read. 1: refused. 2: usage. What pinning cannot stop: lab/docs/tampering.md.
#include <pinlab/client/client.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace {

// Two keys: the one in use, and one kept offline for the day when the first is lost (RFC 7469 4.3).
constexpr char policy_text[] = R"({
  "schema": "pinlab.policy/1", "version": "shop 1.0", "trust": {"file": "CA_FILE"},
  "hosts": [{"host": "shop.test", "pins": [
    {"pin": ")" SHOP_PIN_ACTIVE R"(", "label": "active"},
    {"pin": ")" SHOP_PIN_BACKUP R"(", "label": "backup", "backup": true}]}]
})";

}  // namespace

int main(int argc, char** argv) {
    using namespace pinlab::client;
    if (argc != 3) {
        std::cerr << "usage: shop URL CA_FILE\n";
        return 2;
    }
    try {
        Policy policy = Policy::parse(policy_text, "the compiled-in policy");
        policy.trust_file = argv[2];
        Settings settings;
        if (const char* address = std::getenv("CONNECT_TO")) settings.address = address;
        settings.on_report = [](const ConnectionReport& report) { std::cerr << to_json(report) << "\n"; };
        Client client(std::move(policy), std::move(settings));

        auto connected = client.connect(argv[1]);
        if (!std::holds_alternative<Verified>(connected)) return 1;
        auto answered = client.send(std::get<Verified>(std::move(connected)));  // no token, no request
        if (!std::holds_alternative<Response>(answered)) return 1;
        std::cout << std::get<Response>(answered).body << "\n";
        return std::get<Response>(answered).status == 200 ? 0 : 1;
    } catch (const ConfigError& error) {
        std::cerr << "shop: " << error.what() << "\n";
        return 2;
    }
}
