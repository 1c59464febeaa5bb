#include "client_under_test/reference/cli/command_line.h"

#include <boost/program_options.hpp>
#include <charconv>
#include <optional>

#include "client_under_test/protocol/host.h"
#include "client_under_test/reference/cli/draft_policy.h"
#include "pinlab/client/client.h"

namespace pinlab::reference {

using namespace protocol;
namespace {

using namespace pinlab::client;

namespace po = boost::program_options;

constexpr char synopsis[] =
    "usage: pinlab-client < brief.json                        (the lab's protocol: "
    "client_under_test/PROTOCOL.md)\n"
    "       pinlab-client --policy FILE [options] URL...      one JSON line for each connection\n"
    "       pinlab-client --learn --ca FILE [options] URL     a draft of a policy from what the server "
    "shows\n";
constexpr char exit_statuses[] =
    "exit status: 0 every URL was accepted, 1 one was refused, 2 usage or configuration\n";
constexpr unsigned line_length = 110;

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

template <typename T>
po::typed_value<T>* value(const char* metavar) {
    return po::value<T>()->value_name(metavar);
}

po::options_description described() {
    using Text = std::string;
    using Texts = std::vector<std::string>;
    po::options_description options("options", line_length);
    options.add_options()                                                                       //
        ("policy", value<Text>("FILE"), "the policy: hosts, pins, trust anchors")               //
        ("ca", value<Text>("FILE"), "with --learn: the trust anchors, PEM")                     //
        ("learn", "print a draft of a policy")                                                  //
        ("check", "read the policy, connect to nothing")                                        //
        ("explain", "the decision step by step, on stderr")                                     //
        ("connect", value<Text>("ADDRESS"), "connect there in place of resolving the host")     //
        ("header", value<Texts>("N:V"), "send a header; may be given more than once")           //
        ("clock-ahead", value<Text>("S"), "seconds to add to the system's clock")               //
        ("no-pool", "a new connection for each URL")                                            //
        ("timeout-ms", value<Text>("N"), "for each connection and each request; default 8000")  //
        ("i-may-test", value<Texts>("HOST"), "a host beyond loopback that you are allowed to connect to");
    return options;
}

/// The message of an option error in the form "--option: what is wrong", as in the program's other messages.
std::string explained(const po::error_with_option_name& error) {
    std::string option = "--" + error.get_option_name();
    while (option.starts_with("----")) option.erase(0, 2);
    if (dynamic_cast<const po::unknown_option*>(&error)) return option + ": no such option";
    if (dynamic_cast<const po::multiple_occurrences*>(&error)) return option + ": given twice";
    if (auto syntax = dynamic_cast<const po::invalid_command_line_syntax*>(&error);
        syntax && syntax->kind() == po::invalid_syntax::extra_parameter)
        return option + ": takes no value";
    return option + ": a value was expected";
}

struct Arguments {
    po::variables_map values;
    std::vector<std::string> urls;
};

// The URLs are collected, not a positional option: that would need a name, and so add an option.
Arguments parsed(const std::vector<std::string>& words) {
    namespace style = po::command_line_style;
    const po::options_description options = described();
    Arguments arguments;
    try {
        auto read = po::command_line_parser(words)
                        .options(options)
                        .style(style::allow_long | style::long_allow_next | style::long_allow_adjacent)
                        .run();
        po::store(read, arguments.values);
        arguments.urls = po::collect_unrecognized(read.options, po::include_positional);
    } catch (const po::error_with_option_name& error) {
        throw UsageError(explained(error));
    } catch (const po::error& error) {
        throw UsageError(error.what());
    }
    return arguments;
}

std::string text_of(const po::variables_map& values, const char* name) {
    return values.count(name) ? values[name].as<std::string>() : std::string();
}

std::vector<std::string> texts_of(const po::variables_map& values, const char* name) {
    return values.count(name) ? values[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

Options read(const std::vector<std::string>& arguments) {
    const auto [values, urls] = parsed(arguments);
    Options options;
    options.policy = text_of(values, "policy");
    options.ca = text_of(values, "ca");
    options.explain = values.count("explain");
    options.learn = values.count("learn");
    options.check = values.count("check");
    options.urls = urls;
    for (const std::string& url : options.urls)
        if (url.starts_with("-")) throw UsageError(url + ": no such option");
    options.settings.address = text_of(values, "connect");
    if (values.count("no-pool")) options.settings.most_idle = 0;
    for (const std::string& text : texts_of(values, "header"))
        options.request.headers.push_back(header(text));
    if (values.count("clock-ahead"))
        options.settings.clock_ahead = std::chrono::seconds(
            number(text_of(values, "clock-ahead"), "--clock-ahead", 0, 40LL * 365 * 24 * 3600));
    if (values.count("timeout-ms"))
        options.settings.timeout =
            std::chrono::milliseconds(number(text_of(values, "timeout-ms"), "--timeout-ms", 1, 600000));
    for (const std::string& text : texts_of(values, "i-may-test")) {
        auto host = canonical_host(text);
        if (!host) throw UsageError("--i-may-test: not a host");
        options.settings.beyond_loopback.insert(*host);
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
            return exit_accepted;
        }
        bool good = options.learn ? learn_all(options, policy, out, people)
                                  : visit_all(options, std::move(policy), out, people);
        return good ? exit_accepted : exit_refused;
    } catch (const UsageError& error) {
        people << "pinlab-client: " << error.what() << "\n" << synopsis << described() << exit_statuses;
        return exit_usage;
    } catch (const ConfigError& error) {
        ConnectionReport report;
        report.faults = {Reason::config_invalid};
        report.detail = error.what();
        report.time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        out << to_json(report) << std::endl;
        people << "pinlab-client: " << error.what() << "\n";
        return exit_usage;
    }
}

}  // namespace pinlab::reference
