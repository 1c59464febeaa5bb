// pinlab-client: the pinned client that must hold against every attack of the lab. Brief on stdin, outcome on
// stdout. Refuses options: everything that matters is in the brief (PROTOCOL.md).
#include <iostream>

#include "client_under_test/reference/pinned_client.h"
#include "client_under_test/reference/tls_context.h"

namespace {

int say(const pinlab_client::Outcome& outcome) {
    std::cout << pinlab_client::to_json(outcome) << std::endl;
    return outcome.claim == pinlab_client::Claim::unsupported ? pinlab_client::kExitUnsupported
                                                              : pinlab_client::kExitOpinion;
}

}  // namespace

int main(int argc, char**) {
    using namespace pinlab_client;
    if (argc != 1) {
        std::cerr << "usage: pinlab-client < brief.json   (client_under_test/PROTOCOL.md)\n";
        return kExitBadBrief;
    }
    start_openssl();
    try {
        return say(visit(parse_brief(read_brief(std::cin))));
    } catch (const ConfigError& error) {
        return say(rejected({Phase::config, {Reason::config_invalid}, error.what()}));
    } catch (const Unsupported& error) {
        return say(unsupported(error.what()));
    } catch (const BriefError& error) {
        std::cerr << "brief: " << error.what() << "\n";
        return kExitBadBrief;
    }
}
