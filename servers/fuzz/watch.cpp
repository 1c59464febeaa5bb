// The watch for canaries, on which every verdict BREACHED depends: a secret is seen wherever it stands, in
// each of its spellings, and however the stream is cut. The first byte says how.
#include <algorithm>
#include <string>
#include <vector>

#include "cmake/fuzz/property.h"
#include "servers/tls/watch.h"

namespace {

using namespace pinlab::wire;
using pinlab::fuzz::must;

const CanaryPatterns& patterns() {
    static const CanaryPatterns made({"canary-7f3a9c21", "a\"b/c\\d e\xc3\xbcgh?"});
    return made;
}

std::vector<Sighting> scan(std::string_view bytes, std::size_t step) {
    Watch watch(patterns());
    std::vector<Sighting> all;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        const auto seen = watch.feed(bytes.substr(at, step));
        all.insert(all.end(), seen.begin(), seen.end());
    }
    std::sort(all.begin(), all.end(), [](const Sighting& a, const Sighting& b) {
        return std::pair(a.canary, a.form) < std::pair(b.canary, b.form);
    });
    return all;
}

bool has(const std::vector<Sighting>& seen, const CanaryPatterns::Pattern& pattern) {
    return std::any_of(seen.begin(), seen.end(), [&](const Sighting& sighting) {
        return sighting.canary == pattern.canary && sighting.form == pattern.form;
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = 1 + data[0] % 40U;
    const auto& pattern = patterns().patterns()[data[1] % patterns().patterns().size()];
    const std::string_view bytes = pinlab::fuzz::text_of(data + 2, size - 2);
    const auto whole = scan(bytes, bytes.size() + 1);
    must(scan(bytes, step) == whole, "what is seen does not depend on how the bytes are cut");
    must(std::adjacent_find(whole.begin(), whole.end()) == whole.end(), "each is reported once");
    const std::string planted = std::string(bytes.substr(0, bytes.size() / 2)) + pattern.bytes +
                                std::string(bytes.substr(bytes.size() / 2));
    must(has(scan(planted, step), pattern), "a planted secret is seen");
    return 0;
}
