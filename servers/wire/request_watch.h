// The watch for what a user calls secret in a client's request: a header, a path or words, by pattern.
// Works line by line on decrypted HTTP/1 bytes, at a bounded cost; gives the index of the pattern, never the
// matching text. Sans-io.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pinlab::wire {

/// One pattern. In a header or a path `*` stands for any run of bytes; no other sign has a meaning.
struct RequestPattern {
    enum class In { header, path, body } in;
    std::string name;   ///< of the header field; case does not count (RFC 9110 5.1)
    std::string match;  ///< of the whole value or target; of `body`: these very bytes, anywhere
};

/// Whether all of `text` is as `pattern` says.
bool matches(std::string_view pattern, std::string_view text);

/// One connection.
class RequestWatch {
  public:
    static constexpr std::size_t most_patterns = 16;
    static constexpr std::size_t longest_pattern = 256;
    /// A bound for hostile clients: what a connection sends beyond this is not scanned.
    static constexpr std::size_t most_bytes = 1 << 20;

    /// Keeps a reference.
    explicit RequestWatch(const std::vector<RequestPattern>& patterns) : patterns_(&patterns) {}

    /// Feeds the next bytes; the index of each pattern that is met for the first time.
    std::vector<std::size_t> feed(std::string_view bytes);

  private:
    bool meets(const RequestPattern& pattern) const;

    const std::vector<RequestPattern>* patterns_;
    std::vector<std::size_t> met_;
    std::string line_;  ///< the last line, which is not over
    std::string tail_;  ///< what a pattern of `body` may have begun in
    std::size_t fed_ = 0;
};

}  // namespace pinlab::wire
