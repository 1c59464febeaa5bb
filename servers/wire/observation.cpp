// Writing the journal; see the header.
#include "servers/wire/observation.h"

#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>

namespace pinlab::wire {
namespace json = boost::json;

std::string printable(std::string_view bytes, std::size_t limit) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string result;
    for (const char c : bytes) {
        if (result.size() >= limit) return result + "…";
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '\\') {
            result += c;
        } else {
            result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return result;
}

Journal::Journal(std::string who, int fd)
    : who_(std::move(who)), fd_(fd), started_(std::chrono::steady_clock::now()) {}

void Journal::say(std::string_view what, json::object facts) {
    write_line({{"who", who_}, {"what", what}}, std::move(facts));
}

void Journal::say(int connection, std::string_view what, json::object facts) {
    write_line({{"who", who_}, {"conn", connection}, {"what", what}}, std::move(facts));
}

void Journal::write_line(json::object head, json::object facts) {
    const auto age = std::chrono::steady_clock::now() - started_;
    json::object line{{"seq", next_++},
                      {"t_us", std::chrono::duration_cast<std::chrono::microseconds>(age).count()}};
    for (auto& member : head) line.insert_or_assign(member.key(), std::move(member.value()));
    for (auto& member : facts) line.insert_or_assign(member.key(), std::move(member.value()));
    const std::string text = json::serialize(line) + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        // Nobody listens to this witness any more: testimony that cannot be given ends it.
        if (written <= 0) std::_Exit(4);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace pinlab::wire
