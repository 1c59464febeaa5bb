// A fuzz target without a fuzzer: gives it every file of the folders and files named on the command line,
// each whole and cut in half. Fails if there is none, so that a corpus that was lost is noticed.
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "cmake/fuzz/property.h"

namespace fs = std::filesystem;

namespace {

void replay(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error(file.string() + ": cannot be read");
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    const std::vector<std::uint8_t> whole(bytes.begin(), bytes.end());  // no NUL behind the end to lean on
    const std::vector<std::uint8_t> half(bytes.begin(), bytes.begin() + static_cast<long>(bytes.size() / 2));
    std::cerr << file.filename().string() << "\n";  // the last line names the culprit
    LLVMFuzzerTestOneInput(whole.data(), whole.size());
    LLVMFuzzerTestOneInput(half.data(), half.size());
}

std::size_t replay_all(const fs::path& place) {
    if (!fs::is_directory(place)) {
        replay(place);
        return 1;
    }
    std::size_t count = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(place)) {
        if (!entry.is_regular_file()) continue;
        replay(entry.path());
        ++count;
    }
    return count;
}

}  // namespace

int main(int argc, char** argv) try {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) count += replay_all(argv[i]);
    std::cerr << count << " inputs\n";
    return count > 0 ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
}
