// pinlab-flawed: a client with one named flaw, to prove that the scenarios catch it. Brief on stdin, outcome
// on stdout. Only one flaw at a time, so that it is clear which one was caught.
#include <openssl/ssl.h>

#include <csignal>
#include <iostream>
#include <string_view>

#include "client_under_test/flawed/flaws.h"
#include "client_under_test/flawed/visit.h"
#include "client_under_test/protocol/session.h"

namespace {

using namespace pinlab::protocol;

int usage() {
    std::cerr << "usage: pinlab-flawed --flaw NAME|none < brief.json\n       pinlab-flawed --list\n";
    return exit_bad_brief;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--list") {
        std::cout << pinlab::flawed::list_json() << std::endl;
        return 0;
    }
    if (argc != 3 || std::string_view(argv[1]) != "--flaw") return usage();
    pinlab::flawed::Behaviour behaviour;
    std::string_view name = argv[2];
    const pinlab::flawed::Flaw* flaw = pinlab::flawed::find_flaw(name);
    if (flaw == nullptr && name != "none") {
        std::cerr << "no flaw of the name " << name << "; --list names them\n";
        return usage();
    }
    if (flaw != nullptr) flaw->deviate(behaviour);
    (void)std::signal(SIGPIPE, SIG_IGN);
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
    pinlab::flawed::Memory memory(behaviour);
    return serve_stdin(std::cin, std::cout, std::cerr,
                       [&](const Brief& brief) { return pinlab::flawed::visit(brief, behaviour, memory); });
}
