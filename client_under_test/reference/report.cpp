// Names; see report.h. (The line itself is in report_json.cpp.)
// Refuses a name of its own for anything that the enumerations name.
#include "pinlab/client/report.h"

namespace pinlab::client {

std::string_view name(Phase phase) {
    constexpr std::string_view names[] = {"config", "connect", "handshake", "request"};
    return names[static_cast<int>(phase)];
}

std::string_view name(Acceptance acceptance) {
    constexpr std::string_view names[] = {"accept_pinned", "accept_unpinned", "accept_report_only",
                                          "accept_policy_expired_open"};
    return names[static_cast<int>(acceptance)];
}

}  // namespace pinlab::client
