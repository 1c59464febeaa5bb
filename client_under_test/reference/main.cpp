// pinlab-client: the pinned client that must hold against every attack of the lab. Brief on stdin, outcome on
// stdout. Refuses options: everything that matters is in the brief (PROTOCOL.md).
#include <iostream>

#include "client_under_test/reference/pinned_client.h"
#include "client_under_test/reference/session.h"
#include "client_under_test/reference/tls_context.h"

int main(int argc, char**) {
    using namespace pinlab_client;
    if (argc != 1) {
        std::cerr << "usage: pinlab-client < brief.json   (client_under_test/PROTOCOL.md)\n";
        return kExitBadBrief;
    }
    start_openssl();
    return serve_stdin(std::cin, std::cout, std::cerr, [](const Brief& brief) { return visit(brief); });
}
