// pinlab-client: the pinned client that must hold against every attack of the lab.
// Without arguments it speaks the lab's protocol (brief on stdin, outcome on stdout); with arguments it is a
// client with a policy file.
#include <exception>
#include <iostream>

#include "client_under_test/protocol/session.h"
#include "client_under_test/reference/cli/command_line.h"
#include "client_under_test/reference/pinned_client.h"
#include "client_under_test/reference/tls_context.h"

int main(int argc, char** argv) {
    using namespace pinlab::reference;
    start_openssl();
    try {
        if (argc > 1) return run_command_line({argv + 1, argv + argc}, std::cout, std::cerr);
        return serve_stdin(std::cin, std::cout, std::cerr, [](const Brief& brief) { return visit(brief); });
    } catch (const std::exception& error) {
        std::cerr << "pinlab-client: " << error.what() << "\n";
        return exit_bad_brief;
    }
}
