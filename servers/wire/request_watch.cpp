#include "servers/wire/request_watch.h"

#include <algorithm>

#include "servers/util/ascii.h"

namespace pinlab::wire {
namespace {

constexpr std::size_t longest_line = std::size_t{16} * 1024;

/// The target of a request line (RFC 9112 3), empty where the line is none.
std::string_view target_of(std::string_view line) {
    const std::size_t begin = line.find(' ');
    const std::size_t end = line.rfind(" HTTP/");
    if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin) return {};
    return line.substr(begin + 1, end - begin - 1);
}

bool line_meets(const RequestPattern& pattern, std::string_view line) {
    if (pattern.in == RequestPattern::In::path) {
        const std::string_view target = target_of(line);
        return !target.empty() && matches(pattern.match, target);
    }
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos &&
           util::lower(line.substr(0, colon)) == util::lower(pattern.name) &&
           matches(pattern.match, util::trim(line.substr(colon + 1)));
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
    // The leftmost place of each literal piece is as good as any other: no way back, so the cost is linear.
    const std::size_t first = pattern.find('*');
    if (first == std::string_view::npos) return pattern == text;
    if (text.substr(0, first) != pattern.substr(0, first)) return false;
    text.remove_prefix(first);
    pattern.remove_prefix(first + 1);
    for (std::size_t star = pattern.find('*'); star != std::string_view::npos; star = pattern.find('*')) {
        const std::size_t found = text.find(pattern.substr(0, star));
        if (found == std::string_view::npos) return false;
        text.remove_prefix(found + star);
        pattern.remove_prefix(star + 1);
    }
    return text.size() >= pattern.size() && text.substr(text.size() - pattern.size()) == pattern;
}

std::vector<std::size_t> RequestWatch::feed(std::string_view bytes) {
    std::vector<std::size_t> fresh;
    if (patterns_->empty()) return fresh;
    bytes = bytes.substr(0, most_bytes - std::min(most_bytes, fed_));
    fed_ += bytes.size();
    tail_ += bytes;
    line_ += bytes;
    const bool line_ended = bytes.find('\n') != std::string_view::npos;
    for (std::size_t i = 0; i < patterns_->size(); ++i) {
        const bool due = line_ended || (*patterns_)[i].in == RequestPattern::In::body;
        if (!due || std::find(met_.begin(), met_.end(), i) != met_.end() || !meets((*patterns_)[i])) continue;
        met_.push_back(i);
        fresh.push_back(i);
    }
    if (line_ended) line_.erase(0, line_.rfind('\n') + 1);
    if (line_.size() > longest_line)
        line_.clear();  // whatever it is, it is no field that a server would take
    if (tail_.size() > longest_pattern) tail_.erase(0, tail_.size() - longest_pattern);
    return fresh;
}

bool RequestWatch::meets(const RequestPattern& pattern) const {
    if (pattern.in == RequestPattern::In::body) return tail_.find(pattern.match) != std::string::npos;
    std::string_view lines = line_;
    for (std::size_t end = lines.find('\n'); end != std::string_view::npos; end = lines.find('\n')) {
        if (line_meets(pattern, util::trim(lines.substr(0, end)))) return true;
        lines.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace pinlab::wire
