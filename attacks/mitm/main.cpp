// pinlab-mitm: the man in the middle, scripted, a witness on stdout.
#include <boost/json/serialize.hpp>
#include <iostream>
#include <string_view>

#include "attacks/mitm/intercepted_connection.h"
#include "servers/net/listener.h"

namespace {

constexpr const char* usage =
    R"(pinlab-mitm: intercepts connections by a script of attacks and reports what it sees.

  pinlab-mitm --list            the attacks with their parameters, as JSON
  pinlab-mitm < pipe            first line of stdin: the brief (JSON); then commands, one a line:
                                  settle   read every open connection to its end, then print `settled`
                                  mark     read what has arrived by now, then print `marked`
                                end of stdin, SIGTERM or SIGINT: the same, print `sealed`, exit 0
  pinlab-mitm --brief FILE      the brief from a file; stdin holds commands only
  pinlab-mitm --warm            stdin is a Unix socket: forks a witness for each three descriptors
                                  sent there (servers/net/fork_server.h)

A small brief:
  {"schema":"pinlab.mitm/1","now":1764000000,"upstream":{"address":"127.0.0.1","port":8443},
   "cast":{"keys":{"attacker":"/path/key.pem"}},"script":[{"kind":"self_signed"}]}
Optional: "listen":{"address":"127.0.0.1","port":0}, "proxy":"none|connect|https|socks5",
  "proxy_answer":407 (SOCKS5: a reply code), "proxy_identity":{"chain","key"} (https), "tls":{"min":"1.2","max":"1.3"},
  "alpn":["http/1.1"], "canaries":["8 or more characters"], "deadline_ms":10000 (for each wait),
  "lifetime_ms":60000 (for a whole connection; six deadlines unless it is named), "tickets":true,
  "ticket_key":"160 hex digits", "key_log":"/path/secrets.keys", in the cast
  "authorities":{NAME:{"certificate","key","chain":[]}} and "identities":{NAME:{"chain","key"}}, and in a step
  "params":{…}, "until":"hello|exchange" with "times":N (the last step repeats for ever),
  "tickets":"bound|shared|ids|none", "early_data":true.
Of the origin: "foreseen":["PEM chain that it is going to show"] (forged copies are made at once, and `listening`
  announces their leaves), "remember_upstream":true (its chain counts until the end, its session is resumed).
Of secrets: "watch":[{"in":"header|path|body","name":"of the header","match":"Bearer *"}], "discreet":true to write
  down no target.
Prints one JSON fact per line. Exit: 0 sealed, 2 bad brief, 3 cannot listen.
)";

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--list") {
        std::cout << boost::json::serialize(pinlab::mitm::describe_kinds()) << "\n";
        return 0;
    }
    return pinlab::wire::witness_main(argc, argv, usage, [](const boost::json::value& document) {
        pinlab::mitm::serve(pinlab::mitm::read_mitm_brief(document));
    });
}
