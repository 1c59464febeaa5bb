// Policy files: each either loads or is refused by ConfigError, never by another exception.
#include <boost/json.hpp>
#include <set>
#include <string>

#include "client_under_test/protocol/pin_text.h"
#include "cmake/fuzz/property.h"
#include "pinlab/client/policy.h"

namespace {

namespace json = boost::json;
using namespace pinlab::client;
using pinlab::fuzz::must;

std::optional<Policy> load(std::string_view text) {
    try {
        return Policy::parse(text, "p.json", "/etc/pins");
    } catch (const ConfigError& error) {
        const std::string_view why = error.what();
        must(why.starts_with("p.json: ") && why.size() > 8, "a refusal names the file and the fault");
        return std::nullopt;
    }
}

void check_entry(const Policy& policy, const HostPolicy& entry) {
    must(!entry.pins.empty() && entry.pinned, "an entry without pins would accept everybody");
    must(canonical_name(entry.host) == entry.host, "hosts are canonical");
    std::set<Digest> seen;
    std::size_t backups = 0;
    for (const Pin& pin : entry.pins) {
        must(seen.insert(pin.digest).second, "no pin stands twice");
        must(pinlab::protocol::parse_pin(pin_text(pin.digest)) == pin.digest,
             "a pin is read as it is written");
        backups += pin.backup ? 1 : 0;
    }
    if (entry.mode == Mode::enforce)
        must(backups > 0 && backups < entry.pins.size(), "enforced pins have a backup and one in use");
    if (entry.match == HostMatch::exact) must(policy.find(entry.host) == &entry, "an exact entry is found");
}

void check(std::string_view text, const Policy& policy) {
    must(!policy.hosts.empty(), "a policy has hosts");
    must(policy.trust_file.empty() || policy.trust_file.starts_with('/'), "a trust store's path is absolute");
    for (const HostPolicy& entry : policy.hosts) check_entry(policy, entry);
    json::value document = json::parse(text);
    const auto again = load(json::serialize(document));
    must(again && again->digest() == policy.digest(), "printed and read again, it is the same policy");
    document.as_object()["no_such_key"] = 1;
    must(!load(json::serialize(document)), "an unknown key is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = pinlab::fuzz::text_of(data, size);
    if (const auto policy = load(text)) check(text, *policy);
    return 0;
}
