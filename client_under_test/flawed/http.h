// The least HTTP/1.1 that one GET needs, over a Link: no redirects, no chunks.
#pragma once

#include <string>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/flawed/tls_socket.h"
#include "client_under_test/protocol/outcome.h"

namespace pinlab::flawed {

/// The GET with the canary; without `keep` it has "Connection: close".
std::string get_text(const pinlab::protocol::Brief& brief, bool keep = false);

/// Reads one head (up to and with the empty line); what follows stays in `rest`. Throws LinkError at an early
/// end or after 64 KiB.
std::string read_head(Link& link, std::string& rest);

/// The status code of a head, or 0 if it is not HTTP.
int status_of(const std::string& head);

/// The value of a header field of a head, or an empty text.
std::string field_of(const std::string& head, std::string_view name);

/// Sends a request and reads its answer: as long as Content-Length says, else up to the end. Throws
/// LinkError. `head`, if not null, gets the head of the answer; `cut` says what may be truncated.
pinlab::protocol::Answer ask(Link& link, const std::string& request, std::string* head = nullptr,
                             CutAnswer cut = CutAnswer::refused);

}  // namespace pinlab::flawed
