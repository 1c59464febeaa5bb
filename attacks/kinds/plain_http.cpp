// Clear HTTP from a port that should speak TLS: a captive network, a proxy in the wrong place, a downgrade.
#include "attacks/registry.h"

namespace pinlab::mitm {
namespace {

class PlainHttp : public Attack {
  public:
    explicit PlainHttp(const Arguments& arguments) : status_(arguments["status"]), body_(arguments["body"]) {}

    Decision on_client_hello(const wire::ClientHello&) override {
        return SpeakClear{"HTTP/1.1 " + status_ + " pinlab\r\nContent-Type: text/plain\r\nContent-Length: " +
                          std::to_string(body_.size()) + "\r\nConnection: close\r\n\r\n" + body_};
    }

  private:
    std::string status_;
    std::string body_;
};

PINLAB_ATTACK(PlainHttp, {.name = "plain_http",
                          .summary = "answers the ClientHello with clear HTTP",
                          .source = "CWE-319; RFC 9110 4.2.2: https without TLS is no https",
                          .parameters = {{"status", "200", "the status code of the answer"},
                                         {"body", "Welcome. Please log in.", "its body"}}});

}  // namespace
}  // namespace pinlab::mitm
