// pinlab-origin: the server of the lab, a witness on stdout.
#include "servers/net/listener.h"
#include "servers/origin/origin.h"

namespace {

constexpr const char* usage =
    R"(pinlab-origin: an HTTPS server that shows a queue of certificates and reports what it sees.

  pinlab-origin < pipe          first line of stdin: the brief (JSON); then commands, one a line:
                                  settle   read every open connection to its end, then print `settled`
                                  mark     read what has arrived by now, then print `marked`
                                end of stdin, SIGTERM or SIGINT: the same, print `sealed`, exit 0
  pinlab-origin --brief FILE    the brief from a file; stdin holds commands only
  pinlab-origin --warm          stdin is a Unix socket: forks a witness for each three descriptors
                                  sent there (servers/net/fork_server.h)

A small brief:
  {"schema":"pinlab.origin/1","queue":[{"label":"active","chain":"/path/chain.pem","key":"/path/key.pem"}]}
Optional: "listen":{"address":"127.0.0.1","port":0}, "tls":{"min":"1.2","max":"1.3"}, "alpn":["http/1.1"],
  "canaries":["8 or more characters"], "deadline_ms":10000 (for each wait),
  "lifetime_ms":60000 (for a whole connection; six deadlines unless it is named), "tickets":true,
  "ticket_key":"160 hex digits", "key_log":"/path/secrets.keys", and in
  a queue entry "until":"hello|exchange" with "times":N (the last entry repeats for ever),
  "tickets":"bound|shared|ids|none", "early_data":true, "answer":{"status":302,
  "headers":{"Location":"https://other.test:{port}{target}"},"body":"…"}, "sni":"other.test" (the entry is for
  that name alone), "in_clear":true (the ClientHello is answered in clear HTTP), and what goes wrong on purpose:
  "fault":{"after":"certificate","do":"reset"} (words: servers/wire/fault.h) or "surgery":"hello_retry"
  (names: servers/tls/handshake_edit.cpp).
Prints one JSON fact per line. Exit: 0 sealed, 2 bad brief, 3 cannot listen.
)";

}  // namespace

int main(int argc, char** argv) {
    return pinlab::wire::witness_main(argc, argv, usage, [](const boost::json::value& document) {
        pinlab::origin::serve(pinlab::origin::read_origin_brief(document));
    });
}
