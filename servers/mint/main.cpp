// The program pinlab-mint: a recipe on stdin becomes a folder of PEM files, its description one line on
// stdout. It replaces no folder, and leaves nothing behind when it fails.
#include <sys/prctl.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "servers/json/strict_json.h"
#include "servers/mint/world.h"

namespace {

constexpr int failed = 1;
constexpr int bad_recipe = 2;

constexpr std::string_view help = R"(usage: pinlab-mint < recipe.json
       pinlab-mint --many < recipes.jsonl     one recipe a line, one description a line

Makes keys, CAs and certificates for tests, as a recipe says, and writes them into a new folder.
Prints the content of its world.json (names, files, pins, validity) as one line.

The least recipe, and an expired certificate ("now" in Unix seconds, validity in seconds from it):
  {"schema": "pinlab.recipe/1", "out": "/tmp/world", "now": 1790000000,
   "keys": {"active": {"kind": "p256"}},
   "authorities": {"root": {}, "issuing": {"issuer": "root", "path_length": 0}},
   "identities": {"active": {"names": ["shop.test"]},
                  "expired": {"key": "active", "names": ["shop.test"],
                              "not_before": -3456000, "not_after": -864000}}}

Exit status: 0 made, 1 failed (disk), 2 bad recipe: the message begins with the JSON path. With --many a recipe
that fails costs its own world only; the status is then the highest.
)";

int mint(const std::string& text) {
    using namespace pinlab;
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw wire::DocumentError("nothing on stdin, expected a recipe in JSON; see pinlab-mint --help");
    }
    const mint::Recipe recipe = mint::read_recipe(text);
    mint::AtomicFolder folder(recipe.out);
    const std::string description = mint::write_world(mint::make_world(recipe), recipe, folder);
    folder.publish();
    std::cout << description << std::endl;
    return std::cout ? 0 : failed;
}

/// The exit status for one recipe; errors go to stderr.
int minted(const std::string& text) {
    try {
        return mint(text);
    } catch (const pinlab::wire::DocumentError& error) {
        std::cerr << "pinlab-mint: " << error.what() << "\n";
        return bad_recipe;
    } catch (const std::exception& error) {
        std::cerr << "pinlab-mint: " << error.what() << "\n";
        return failed;
    }
}

/// Many worlds by one process: OpenSSL's start and the keys of a pool are paid once.
int mint_many() {
    int status = 0;
    for (std::string line; std::getline(std::cin, line);) status = std::max(status, minted(line));
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    // A killed runner must not leave a mint behind that goes on writing keys; a file that may not grow is
    // reported like a full disk.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)std::signal(SIGXFSZ, SIG_IGN);
    const std::string_view option = argc > 1 ? argv[1] : "";
    if (argc == 2 && (option == "--help" || option == "-h")) {
        std::cout << help;
        return 0;
    }
    if (argc == 2 && option == "--many") return mint_many();
    if (argc > 1) {
        std::cerr << "pinlab-mint: takes no arguments but --many, its recipe comes on stdin; see pinlab-mint "
                     "--help\n";
        return bad_recipe;
    }
    return minted(std::string(std::istreambuf_iterator<char>(std::cin), {}));
}
