// Policy::load and Policy::parse: strict JSON by policy.schema.json. Unknown keys, repeated keys and
// defaults that weaken what the author wrote are errors.
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/protocol/strict_json.h"
#include "client_under_test/protocol/url.h"
#include "client_under_test/reference/json_duplicate_keys.h"
#include "client_under_test/reference/rfc3339.h"
#include "pinlab/client/policy.h"

namespace pinlab::client {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;
using Fields = pinlab::protocol::StrictObject<ConfigError>;
constexpr std::int64_t longest_session = std::int64_t{7} * 24 * 3600;  // RFC 8446 4.6.1

template <class Enum>
struct Word {
    std::string_view text;
    Enum value;
};

// One of a closed list of words; the error message contains the list.
template <class Enum, std::size_t N>
Enum choice(Fields& fields, std::string_view key, const Word<Enum> (&words)[N], Enum otherwise) {
    if (fields.find(key) == nullptr) return otherwise;
    std::string text = fields.text(key);
    std::string all;
    for (const auto& word : words) {
        if (word.text == text) return word.value;
        all += (all.empty() ? "" : ", ") + std::string(word.text);
    }
    throw ConfigError(fields.at(key) + ": \"" + text + "\" is none of " + all);
}

bool flag(Fields& fields, std::string_view key) {
    const json::value* value = fields.find(key);
    if (value == nullptr) return false;
    if (!value->is_bool()) throw ConfigError(fields.at(key) + ": true or false was expected");
    return value->get_bool();
}

std::string optional_text(Fields& fields, std::string_view key) {
    return fields.find(key) == nullptr ? "" : fields.text(key);
}

Pin read_pin(const json::value& value, const std::string& path, bool may_be_backup) {
    Fields fields(value, path);
    Pin pin;
    std::string text = fields.text("pin");
    try {
        pin.digest = pinlab::protocol::parse_pin(text);
    } catch (const ConfigError& error) {
        throw ConfigError(fields.at("pin") + ": " + error.what());
    }
    pin.kind =
        choice(fields, "kind", {Word<PinKind>{"spki", PinKind::spki}, {"certificate", PinKind::certificate}},
               PinKind::spki);
    pin.role = choice(fields, "role",
                      {Word<PinRole>{"any", PinRole::any}, {"leaf", PinRole::leaf}, {"ca", PinRole::ca}},
                      PinRole::any);
    pin.label = optional_text(fields, "label");
    if (may_be_backup) pin.backup = flag(fields, "backup");
    fields.finish();
    return pin;
}

std::vector<Pin> read_pins(Fields& fields, std::string_view key, bool accepted) {
    const json::value& list = fields.need(key);
    if (!list.is_array()) throw ConfigError(fields.at(key) + ": a list was expected");
    std::vector<Pin> pins;
    std::set<Digest> seen;
    for (const json::value& value : list.get_array()) {
        std::string path = fields.at(key) + "[" + std::to_string(pins.size()) + "]";
        Pin pin = read_pin(value, path, accepted);
        if (!seen.insert(pin.digest).second)
            throw ConfigError(path + ": stands twice in the list; is the backup a copy of another pin?");
        pins.push_back(std::move(pin));
    }
    if (pins.empty())
        throw ConfigError(fields.at(key) +
                          ": an empty list; it must not come to mean that everybody is accepted");
    return pins;
}

void demand_backup(const HostPolicy& entry, const std::string& path) {
    if (entry.mode == Mode::report) return;
    std::size_t backups = 0;
    for (const Pin& pin : entry.pins) backups += pin.backup ? 1U : 0U;
    if (backups == 0)
        throw ConfigError(path +
                          ".pins: no pin with \"backup\": true; without one no one can rotate the key " +
                          "(RFC 7469 4.3)");
    if (backups == entry.pins.size())
        throw ConfigError(path + ".pins: every pin is a backup; one must be of a key in use");
}

// A rule for everything below one label would cover a whole top-level domain. (The Public Suffix
// List is not used: the author must avoid co.uk and similar names.)
void demand_sensible_host(const HostPolicy& entry, const std::string& path) {
    if (entry.match == HostMatch::exact) return;
    if (entry.host.find(':') != std::string::npos || entry.host.find('.') == std::string::npos ||
        entry.host.find_first_not_of("0123456789.") == std::string::npos)
        throw ConfigError(path + ".match: only \"exact\" fits an IP address or a name of one label");
}

void demand_unspoiled(const HostPolicy& entry, const std::string& path) {
    for (const Pin& rejected : entry.rejected)
        for (const Pin& pin : entry.pins)
            if (pin.digest == rejected.digest && pin.kind == rejected.kind)
                throw ConfigError(path + ".rejected: " + pin_text(pin.digest) + " is also among the pins");
}

void read_session_rule(Fields& fields, HostPolicy& entry) {
    entry.resumption =
        choice(fields, "resumption",
               {Word<Resumption>{"off", Resumption::off}, {"same_policy", Resumption::same_policy}},
               Resumption::off);
    if (const json::value* age = fields.find("max_session_age_s"))
        entry.max_session_age =
            std::chrono::seconds(fields.number(*age, "max_session_age_s", 1, longest_session));
}

HostPolicy read_entry(const json::value& value, const std::string& path) {
    Fields fields(value, path);
    HostPolicy entry;
    auto host = canonical_name(fields.text("host"));
    if (!host)
        throw ConfigError(path +
                          ".host: not a host name or IP literal; write neither scheme, port nor wildcard " +
                          "(\"match\" says what is covered), and an international name in its A-label form");
    entry.host = *host;
    entry.match = choice(fields, "match",
                         {Word<HostMatch>{"exact", HostMatch::exact},
                          {"one_label", HostMatch::one_label},
                          {"any_depth", HostMatch::any_depth},
                          {"any_depth_and_self", HostMatch::any_depth_and_self}},
                         HostMatch::exact);
    entry.mode = choice(fields, "mode", {Word<Mode>{"enforce", Mode::enforce}, {"report", Mode::report}},
                        Mode::enforce);
    entry.pins = read_pins(fields, "pins", true);
    if (fields.find("rejected") != nullptr) entry.rejected = read_pins(fields, "rejected", false);
    if (fields.find("expires") != nullptr) {
        entry.expires = pinlab::reference::parse_utc(fields.text("expires"));
        if (!entry.expires)
            throw ConfigError(path + ".expires: a time like \"2027-06-30T00:00:00Z\" was expected (UTC)");
    }
    entry.on_expiry =
        choice(fields, "on_expiry", {Word<OnExpiry>{"closed", OnExpiry::closed}, {"open", OnExpiry::open}},
               OnExpiry::closed);
    entry.redirect = choice(fields, "redirect",
                            {Word<RedirectRule>{"deny", RedirectRule::deny},
                             {"same_policy", RedirectRule::same_policy},
                             {"policy_of_target", RedirectRule::policy_of_target},
                             {"deny_unpinned_target", RedirectRule::deny_unpinned_target}},
                            RedirectRule::deny);
    read_session_rule(fields, entry);
    entry.min_tls =
        choice(fields, "min_tls", {Word<TlsVersion>{"1.2", TlsVersion::v1_2}, {"1.3", TlsVersion::v1_3}},
               TlsVersion::v1_2);
    fields.finish();
    demand_backup(entry, path);
    demand_sensible_host(entry, path);
    demand_unspoiled(entry, path);
    return entry;
}

std::string read_trust(Fields& fields, const std::string& folder) {
    Fields trust(fields.need("trust"), "trust");
    if (trust.find("system") != nullptr) {
        if (!flag(trust, "system") || trust.find("file") != nullptr)
            throw ConfigError("trust: either \"file\": PATH or \"system\": true, never both stores together");
        trust.finish();
        return "";
    }
    std::string file = trust.text("file");
    trust.finish();
    if (file.empty()) throw ConfigError("trust.file: empty; a template that was not filled in?");
    return fs::absolute(fs::path(folder) / file).lexically_normal().string();
}

std::optional<std::string> read_proxy(Fields& fields) {
    const json::value* value = fields.find("proxy");
    if (value == nullptr || value->is_null()) return std::nullopt;
    std::string text = fields.text("proxy");
    pinlab::protocol::Dial dial;
    if (!pinlab::protocol::set_proxy(dial, text))
        throw ConfigError("proxy: only http://, https:// and socks5:// are spoken");
    return text;
}

void read_hosts(Fields& fields, Policy& policy) {
    const json::value& hosts = fields.need("hosts");
    if (!hosts.is_array() || hosts.get_array().empty())
        throw ConfigError("hosts: a list with at least one entry was expected");
    for (const json::value& value : hosts.get_array()) {
        std::string path = "hosts[" + std::to_string(policy.hosts.size()) + "]";
        HostPolicy entry = read_entry(value, path);
        for (const HostPolicy& other : policy.hosts)
            if (other.host == entry.host && other.match == entry.match)
                throw ConfigError(path + ": a second entry for " + entry.host + " with the same \"match\"");
        policy.hosts.push_back(std::move(entry));
    }
}

Policy read_document(const json::value& document, const std::string& folder) {
    Fields fields(document, "");
    if (fields.text("schema") != "pinlab.policy/1")
        throw ConfigError("schema: \"pinlab.policy/1\" was expected");
    Policy policy;
    policy.version = optional_text(fields, "version");
    policy.trust_file = read_trust(fields, folder);
    enum class Unlisted { deny, allow };
    policy.allow_unlisted =
        choice(fields, "unlisted_hosts", {Word<Unlisted>{"deny", Unlisted::deny}, {"allow", Unlisted::allow}},
               Unlisted::deny) == Unlisted::allow;
    policy.proxy = read_proxy(fields);
    read_hosts(fields, policy);
    fields.finish();
    return policy;
}

}  // namespace

Policy Policy::parse(std::string_view text, const std::string& origin, const std::string& folder) {
    try {
        boost::system::error_code error;
        json::value document = json::parse(text, error);
        if (error) throw ConfigError("not JSON: " + error.message());
        if (auto key = pinlab::reference::duplicate_key(text))
            throw ConfigError("the key \"" + *key + "\" stands twice in one object; which one is meant?");
        return read_document(document, folder);
    } catch (const ConfigError& error) {
        throw ConfigError(origin + ": " + error.what());
    }
}

Policy Policy::load(const std::string& path) {
    constexpr std::size_t limit = 1 << 20;
    std::error_code none;
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open() || !fs::is_regular_file(path, none)) throw ConfigError(path + ": cannot be read");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.bad()) throw ConfigError(path + ": cannot be read");
    if (text.size() > limit) throw ConfigError(path + ": longer than 1 MiB");
    return parse(text, path, fs::path(path).parent_path().string());
}

}  // namespace pinlab::client
