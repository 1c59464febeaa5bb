// Names for the enumerations of report.h. (The JSON line is in report_json.cpp.)
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
