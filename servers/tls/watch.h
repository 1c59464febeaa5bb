// The watch for the canaries: a streaming match over every byte that one connection brings.
// Matches across reads, and in the usual encodings of a secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::wire {

/// A canary found: which (index in the list), and how it was written.
struct Sighting {
    std::size_t canary;
    std::string form;  ///< "plain", "base64", "hex", "url", "json"
    bool operator==(const Sighting&) const = default;
};

/// What to look for: made once for a process, shared by the watches.
class CanaryPatterns {
  public:
    /// Canaries shorter than 8 characters are refused (std::invalid_argument): they would be seen by chance.
    explicit CanaryPatterns(const std::vector<std::string>& canaries);

    struct Pattern {
        std::size_t canary;
        std::string form;
        std::string bytes;  ///< lower case
    };
    const std::vector<Pattern>& patterns() const { return patterns_; }
    std::size_t longest() const { return longest_; }

  private:
    void add(std::size_t canary, const char* form, const std::string& bytes);

    std::vector<Pattern> patterns_;
    std::size_t longest_ = 0;
};

/// One direction of one layer of one connection (clear bytes, decrypted bytes, a CONNECT head …).
class Watch {
  public:
    explicit Watch(const CanaryPatterns& patterns) : patterns_(&patterns) {}

    /// Feeds the next bytes; returns what is seen for the first time in this stream.
    std::vector<Sighting> feed(std::string_view bytes);

  private:
    const CanaryPatterns* patterns_;
    std::string tail_;
    std::vector<Sighting> seen_;
};

}  // namespace pinlab::wire
