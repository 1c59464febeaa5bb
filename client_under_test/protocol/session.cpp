#include "client_under_test/protocol/session.h"

#include <string>

namespace pinlab::protocol {
namespace {

// A configuration error is an outcome like any other, in a session too.
Outcome attempt(const std::function<Brief()>& read, const std::function<Outcome(const Brief&)>& visit) {
    try {
        return visit(read());
    } catch (const ConfigError& error) {
        return rejected({Phase::config, {Reason::config_invalid}, error.what()});
    }
}

}  // namespace

int serve_stdin(std::istream& in, std::ostream& out, std::ostream& complain,
                const std::function<Outcome(const Brief&)>& visit) {
    try {
        const std::string text = read_brief(in);
        std::optional<Brief> opening;
        Outcome outcome = attempt([&] { return opening.emplace(parse_brief(text)); }, visit);
        out << to_json(outcome) << std::endl;
        std::string line;
        while (opening && opening->session && std::getline(in, line)) {
            outcome = attempt([&] { return parse_request(*opening, line); }, visit);
            out << to_json(outcome) << std::endl;
        }
        return outcome.claim == Claim::unsupported ? exit_unsupported : exit_opinion;
    } catch (const Unsupported& error) {
        out << to_json(unsupported(error.what())) << std::endl;
        return exit_unsupported;
    } catch (const BriefError& error) {
        complain << "brief: " << error.what() << "\n";
        return exit_bad_brief;
    }
}

}  // namespace pinlab::protocol
