#include "servers/tls/watch.h"

#include <algorithm>
#include <stdexcept>

#include "servers/util/ascii.h"

namespace pinlab::wire {
namespace {

std::string escaped(std::string_view text, std::string_view prefix) {
    std::string result;
    for (const char c : text) result.append(prefix).append(util::hex(static_cast<unsigned char>(c)));
    return result;
}

/// Base64 of `text` as it looks at byte offset `shift` (0 to 2) of a longer input, without the characters
/// that its neighbours change.
std::string base64_inside(std::string_view text, std::size_t shift) {
    std::string padded = std::string(shift, '\0') + std::string(text);
    padded.resize(padded.size() / 3 * 3);
    return util::base64(util::bytes_of(padded)).substr(shift == 0 ? 0 : shift + 1);
}

}  // namespace

CanaryPatterns::CanaryPatterns(const std::vector<std::string>& canaries) {
    for (std::size_t i = 0; i < canaries.size(); ++i) {
        const std::string& canary = canaries[i];
        if (canary.size() < 8) throw std::invalid_argument("a canary needs at least 8 characters");
        add(i, "plain", canary);
        for (std::size_t shift = 0; shift < 3; ++shift) add(i, "base64", base64_inside(canary, shift));
        add(i, "hex", escaped(canary, ""));
        add(i, "url", escaped(canary, "%"));
        add(i, "json", escaped(canary, "\\u00"));
    }
}

void CanaryPatterns::add(std::size_t canary, const char* form, const std::string& bytes) {
    longest_ = std::max(longest_, bytes.size());
    patterns_.push_back({canary, form, util::lower(bytes)});
}

std::vector<Sighting> Watch::feed(std::string_view bytes) {
    // Case is folded on both sides: an upper-case hex canary is the same secret, and a false match of 8 or
    // more characters is out of reach.
    tail_ += util::lower(bytes);
    std::vector<Sighting> fresh;
    for (const auto& pattern : patterns_->patterns()) {
        if (tail_.find(pattern.bytes) == std::string::npos) continue;
        Sighting sighting{pattern.canary, pattern.form};
        if (std::find(seen_.begin(), seen_.end(), sighting) != seen_.end()) continue;
        seen_.push_back(sighting);
        fresh.push_back(std::move(sighting));
    }
    const std::size_t keep = patterns_->longest() == 0 ? 0 : patterns_->longest() - 1;
    if (tail_.size() > keep) tail_.erase(0, tail_.size() - keep);
    return fresh;
}

}  // namespace pinlab::wire
