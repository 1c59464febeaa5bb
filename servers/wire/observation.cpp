#include "servers/wire/observation.h"

#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>

#include "servers/util/ascii.h"

namespace pinlab::wire {
namespace json = boost::json;

std::string printable(std::string_view bytes, std::size_t limit) {
    std::string result;
    for (const char c : bytes) {
        if (result.size() >= limit) return result + "…";
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '\\') {
            result += c;
        } else {
            result += "\\x" + util::hex(byte);
        }
    }
    return result;
}

Journal::Journal(const std::string& who, int fd)
    : fd_(fd), who_(json::serialize(who)), started_(std::chrono::steady_clock::now()) {}

void Journal::write(std::string_view what, const json::object& facts) {
    write_line({}, what, facts);
}

void Journal::write(int connection, std::string_view what, const json::object& facts) {
    write_line(",\"conn\":" + std::to_string(connection), what, facts);
}

// The head is put together as text: a JSON object would cost more than the rest of the line.
void Journal::write_line(std::string_view connection, std::string_view what, const json::object& facts) {
    const auto age = std::chrono::steady_clock::now() - started_;
    const auto age_us = std::chrono::duration_cast<std::chrono::microseconds>(age).count();
    std::string text =
        "{\"seq\":" + std::to_string(next_++) + ",\"t_us\":" + std::to_string(age_us) + ",\"who\":" + who_;
    text.append(connection).append(",\"what\":").append(json::serialize(what));
    if (!facts.empty()) {
        // Less its opening brace.
        text.append(",").append(json::serialize(facts), 1, std::string::npos);
    }
    text += facts.empty() ? "}\n" : "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        // The reader of the journal is gone: without a journal the witness has no purpose.
        if (written <= 0) std::_Exit(4);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace pinlab::wire
