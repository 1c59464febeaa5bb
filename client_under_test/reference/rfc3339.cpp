// mktime would silently repair dates such as the 31st of June; here they are errors.
#include "client_under_test/reference/rfc3339.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace pinlab::reference {

std::string utc_text(std::chrono::sys_seconds time) {
    std::time_t seconds = time.time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return std::string(text.data(), length);
}

// The time printed again must equal the text: this catches every value that was repaired.
std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text) {
    std::string written(text);
    std::tm parts{};
    const char* end = strptime(written.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    std::chrono::sys_seconds time{std::chrono::seconds(timegm(&parts))};
    if (utc_text(time) != written) return std::nullopt;
    return time;
}

}  // namespace pinlab::reference
