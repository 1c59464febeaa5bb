// Witnesses forked from a warm process: OpenSSL fetches its algorithms, and the C++ runtime sorts its unwind
// tables, once for many witnesses. Each witness is still a process of its own with its own evidence.
#pragma once

#include <functional>

namespace pinlab::wire {

/// Stays until stdin, a Unix stream socket, ends. For each byte that comes with three descriptors a process
/// is forked that has them as stdin, stdout and stderr, nothing else of this one's, and a session of its own;
/// it runs `witness`. The answer on stdin is its process id in decimal, one a line.
///
/// The fork is a sibling, not a child (clone(2), CLONE_PARENT): the parent of this process collects its exit
/// status, and the fork outlives this process. Gives the exit status: the witness's in
/// the fork; 0 here, or `fork_server_unsupported`.
int run_fork_server(const std::function<int()>& witness);

/// Built with a sanitizer: LeakSanitizer knows threads by the ids that they had when the program started.
inline constexpr int fork_server_unsupported = 69;

/// What each witness needs of OpenSSL, done once for nothing: a key and a certificate written and read, and
/// handshakes in memory in TLS 1.2 and 1.3. Throws pki::Error.
void warm_up();

}  // namespace pinlab::wire
