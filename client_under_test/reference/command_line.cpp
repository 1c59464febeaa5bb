// Arguments; see command_line.h.
// Refuses an argument that it does not know, and one that is given twice.
#include "client_under_test/reference/command_line.h"

#include <charconv>
#include <optional>
#include <set>

#include "client_under_test/reference/host.h"
#include "client_under_test/reference/learn.h"
#include "pinlab/client/client.h"

namespace pinlab_client {
namespace {

using namespace pinlab::client;

constexpr char kUsage[] =
    "usage: pinlab-client < brief.json                        (the lab's protocol: "
    "client_under_test/PROTOCOL.md)\n"
    "       pinlab-client --policy FILE [options] URL...      one JSON line for each connection\n"
    "       pinlab-client --learn --ca FILE [options] URL     a draft of a policy from what the server "
    "shows\n"
    "  --check            read the policy, connect to nothing\n"
    "  --explain          the decision step by step, on stderr\n"
    "  --connect ADDRESS  connect there in place of resolving the host\n"
    "  --header N:V       send a header; may be given more than once\n"
    "  --clock-ahead S    seconds to add to the system's clock\n"
    "  --no-pool          a new connection for each URL\n"
    "  --timeout-ms N     for each connection and each request; default 8000\n"
    "  --i-may-test HOST  a host beyond loopback that you are allowed to connect to\n"
    "exit status: 0 every URL was accepted, 1 one was refused, 2 usage or configuration\n";

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Options {
    std::string policy, ca;
    bool explain = false, learn = false, check = false;
    Settings settings;
    Request request;
    std::vector<std::string> urls;
};

std::int64_t number(const std::string& text, const std::string& option, std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
        throw UsageError(option + ": a whole number from " + std::to_string(low) + " to " +
                         std::to_string(high) + " was expected");
    return value;
}

std::pair<std::string, std::string> header(const std::string& text) {
    std::size_t colon = text.find(':');
    if (colon == std::string::npos) throw UsageError("--header: NAME:VALUE was expected");
    std::size_t value = text.find_first_not_of(' ', colon + 1);
    return {text.substr(0, colon), value == std::string::npos ? "" : text.substr(value)};
}

void take_value(Options& options, const std::string& option, const std::string& value) {
    if (option == "--policy")
        options.policy = value;
    else if (option == "--ca")
        options.ca = value;
    else if (option == "--connect")
        options.settings.address = value;
    else if (option == "--header")
        options.request.headers.push_back(header(value));
    else if (option == "--clock-ahead")
        options.settings.clock_ahead = std::chrono::seconds(number(value, option, 0, 40LL * 365 * 24 * 3600));
    else if (option == "--timeout-ms")
        options.settings.timeout = std::chrono::milliseconds(number(value, option, 1, 600000));
    else if (auto host = canonical_host(value))
        options.settings.beyond_loopback.insert(*host);
    else
        throw UsageError("--i-may-test: not a host");
}

Options read(const std::vector<std::string>& arguments) {
    static const std::set<std::string> with_value = {
        "--policy", "--ca", "--connect", "--header", "--clock-ahead", "--timeout-ms", "--i-may-test"};
    static const std::set<std::string> repeatable = {"--header", "--i-may-test"};
    Options options;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (!argument.starts_with("-")) {
            options.urls.push_back(argument);
            continue;
        }
        if (!seen.insert(argument).second && !repeatable.contains(argument))
            throw UsageError(argument + ": given twice");
        if (with_value.contains(argument)) {
            if (++i == arguments.size()) throw UsageError(argument + ": a value was expected");
            take_value(options, argument, arguments[i]);
        } else if (argument == "--explain") {
            options.explain = true;
        } else if (argument == "--learn") {
            options.learn = true;
        } else if (argument == "--no-pool") {
            options.settings.most_idle = 0;
        } else if (argument == "--check") {
            options.check = true;
        } else {
            throw UsageError(argument + ": no such option");
        }
    }
    if (options.policy.empty() == options.ca.empty()) throw UsageError("one of --policy and --ca is wanted");
    if (!options.ca.empty() && !options.learn)
        throw UsageError("--ca goes with --learn; otherwise: --policy");
    if (options.urls.empty() != options.check) throw UsageError("a URL is wanted, or --check");
    return options;
}

Policy policy_of(const Options& options) {
    if (!options.policy.empty()) return Policy::load(options.policy);
    Policy policy;
    policy.trust_file = options.ca;
    return policy;
}

Settings settings_of(const Options& options, std::ostream& people) {
    Settings settings = options.settings;
    settings.loopback_only = true;
    if (options.explain) settings.on_step = [&](const std::string& text) { people << text << "\n"; };
    return settings;
}

bool visit_all(const Options& options, Policy policy, std::ostream& out, std::ostream& people) {
    Settings settings = settings_of(options, people);
    settings.on_report = [&](const ConnectionReport& report) { out << to_json(report) << std::endl; };
    Client client(std::move(policy), settings);
    bool all = true;
    for (const std::string& url : options.urls)
        all = std::holds_alternative<Response>(client.get(url, options.request)) && all;
    return all;
}

bool learn_all(const Options& options, const Policy& policy, std::ostream& out, std::ostream& people) {
    Client client(policy, settings_of(options, people));
    bool all = true;
    for (const std::string& url : options.urls) {
        ConnectionReport report = client.look(url);
        if (report.acceptance) {
            out << draft_of(report, policy);
        } else {
            people << "nothing to learn from " << url << ": " << name(report.faults.front()) << ": "
                   << report.detail << "\n";
            all = false;
        }
    }
    return all;
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& people) {
    try {
        Options options = read(arguments);
        Policy policy = policy_of(options);
        if (options.check) {
            Client client(policy);
            people << options.policy << ": " << policy.hosts.size() << " entries, digest " << policy.digest()
                   << "\n";
            return kExitAccepted;
        }
        bool good = options.learn ? learn_all(options, policy, out, people)
                                  : visit_all(options, std::move(policy), out, people);
        return good ? kExitAccepted : kExitRefused;
    } catch (const UsageError& error) {
        people << "pinlab-client: " << error.what() << "\n" << kUsage;
        return kExitUsage;
    } catch (const ConfigError& error) {
        ConnectionReport report;
        report.faults = {Reason::config_invalid};
        report.detail = error.what();
        report.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        out << to_json(report) << std::endl;
        people << "pinlab-client: " << error.what() << "\n";
        return kExitUsage;
    }
}

}  // namespace pinlab_client
