// What both witnesses read from stdin: where to listen, which TLS, what to watch for, how long to wait.
// Strict: an unknown key, a wrong type or a value out of range throws DocumentError with the JSON path.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "servers/json/strict_json.h"
#include "servers/wire/steps.h"

namespace pinlab::wire {

struct Endpoint {
    std::string address;     ///< a numeric IP address
    std::uint16_t port = 0;  ///< 0 as a listener: any free port
};

/// Lowest and highest protocol version, as OpenSSL's TLS1_2_VERSION and TLS1_3_VERSION.
struct TlsRange {
    int min;
    int max;
};

/// The part that pinlab-origin and pinlab-mitm share.
struct WitnessBrief {
    Endpoint listen;
    bool beyond_loopback =
        false;  ///< "listen.beyond_loopback": without it only 127.0.0.0/8 and ::1 are accepted
    TlsRange tls;
    std::vector<std::string> alpn;
    std::vector<std::string> canaries;
    std::chrono::milliseconds deadline{10'000};  ///< for each wait on a connection
    std::chrono::milliseconds lifetime{60'000};  ///< for a whole connection, however lively it is
    std::string ticket_key;  ///< "ticket_key": hex of 80 bytes that seal session tickets; empty: a fresh one
    std::string key_log;     ///< "key_log": a file for the secrets of its own connections; empty: none
    bool tickets = true;     ///< session tickets, always bound to the presentation
};

/// Reads and asks for the shared keys; the caller reads its own and calls `done()`.
WitnessBrief read_witness_brief(Fields& fields);
/// "now": Unix seconds of a year that a certificate can name.
std::int64_t read_now(Fields& fields);
/// "address" (default 127.0.0.1) and "port" (default 0); the caller calls `done()`.
Endpoint read_endpoint(Fields& fields);
TlsRange read_tls(Fields fields);
StepSpan read_span(Fields& fields);

}  // namespace pinlab::wire
