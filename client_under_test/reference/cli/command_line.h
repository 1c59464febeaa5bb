// pinlab-client with arguments: a policy, a URL, one JSON line for each connection. Only loopback addresses
// are allowed unless the user says that the host may be tested.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace pinlab::reference {

/// Exit codes of this mode: accepted, refused (or an error of transport), usage and configuration.
inline constexpr int exit_accepted = 0;
inline constexpr int exit_refused = 1;
inline constexpr int exit_usage = 2;

/// Runs one command line (without the program's name). `out` gets JSON lines, or a draft; `people` the rest.
int run_command_line(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& people);

}  // namespace pinlab::reference
