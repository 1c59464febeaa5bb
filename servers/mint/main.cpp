// The program pinlab-mint: a recipe on stdin becomes a folder of PEM files, its description one line on
// stdout. Refuses to replace a folder, and leaves nothing behind when it fails.
#include <sys/prctl.h>

#include <boost/json/serialize.hpp>
#include <csignal>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "servers/mint/world.h"
#include "servers/wire/strict_json.h"

namespace {

constexpr int failed = 1;
constexpr int bad_recipe = 2;

constexpr std::string_view help = R"(usage: pinlab-mint < recipe.json

Makes keys, authorities and certificates for tests, as a recipe says, and writes them into a new folder.
Prints the content of its world.json (names, files, pins, validity) as one line.

The least recipe, and a bent certificate ("now" in Unix seconds, validity in seconds from it):
  {"schema": "pinlab.recipe/1", "out": "/tmp/world", "now": 1790000000,
   "keys": {"active": {"kind": "p256"}},
   "authorities": {"root": {}, "issuing": {"issuer": "root", "path_length": 0}},
   "identities": {"active": {"names": ["shop.test"]},
                  "expired": {"key": "active", "names": ["shop.test"],
                              "not_before": -3456000, "not_after": -864000}}}

Exit status: 0 made, 1 failed (disk), 2 bad recipe: the message begins with the JSON path.
)";

int mint(const std::string& text) {
    using namespace pinlab;
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw wire::DocumentError("nothing on stdin, expected a recipe in JSON; see pinlab-mint --help");
    }
    const mint::Recipe recipe = mint::read_recipe(text);
    mint::NewFolder folder(recipe.out);
    const mint::World world = mint::make_world(recipe);
    mint::write_world(world, recipe, folder);
    folder.publish();
    std::cout << boost::json::serialize(mint::describe(recipe, world)) << std::endl;
    return std::cout ? 0 : failed;
}

}  // namespace

int main(int argc, char** argv) {
    // A killed runner must not leave a mint behind that goes on writing keys; a file that may not grow is
    // told like a disk that is full.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGXFSZ, SIG_IGN);
    const std::string_view option = argc > 1 ? argv[1] : "";
    if (argc == 2 && (option == "--help" || option == "-h")) {
        std::cout << help;
        return 0;
    }
    if (argc > 1) {
        std::cerr << "pinlab-mint: takes no arguments, its recipe comes on stdin; see pinlab-mint --help\n";
        return bad_recipe;
    }
    try {
        return mint(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    } catch (const pinlab::wire::DocumentError& error) {
        std::cerr << "pinlab-mint: " << error.what() << "\n";
        return bad_recipe;
    } catch (const std::exception& error) {
        std::cerr << "pinlab-mint: " << error.what() << "\n";
        return failed;
    }
}
