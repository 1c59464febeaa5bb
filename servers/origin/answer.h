// What the origin says over HTTP instead of its ordinary 200: status, headers, body; and which part of the
// queue a name has for itself. Text and indexes only, without sockets.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servers/json/strict_json.h"
#include "servers/wire/steps.h"

namespace pinlab::origin {

/// An answer as a brief writes it. In header values `{port}` stands for the port that the client asked at and
/// `{target}` for the request's target: neither is known when the brief is written.
struct Answer {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::string> body;  ///< none: the ordinary body with its nonce
};

/// Reads {"status","headers":{NAME:VALUE},"body"}. Throws wire::DocumentError with the JSON path.
Answer read_answer(const boost::json::value& value, const std::string& path);

/// `text` with `{port}` (from `host_header`, "name:port"; 443 where it names none) and `{target}` filled in.
std::string filled(std::string text, std::string_view host_header, std::string_view target);

/// A whole HTTP/1.1 message of the answer, for a client that sent a ClientHello and gets clear text.
std::string in_clear(const Answer& answer);

/// Which step a ClientHello meets. Steps with a name are the queue of that name; all others, and
/// unknown names, meet the steps without one (or those of the first name, if every step has one).
class Queues {
  public:
    /// One name or none for each step, in order; `spans` runs beside it.
    Queues(const std::vector<std::optional<std::string>>& names, const std::vector<wire::StepSpan>& spans);

    /// The step that a ClientHello without a name would meet: what comes before any hello is decided by it.
    std::size_t next() const;
    /// The index of the step, in the order of the brief.
    std::size_t on_hello(const std::optional<std::string>& sni);
    /// An exchange was completed on a connection that met step `index`.
    void on_exchange(std::size_t index);

  private:
    struct Lane {
        std::vector<std::size_t> members;
        std::optional<wire::Steps> steps;
    };
    std::map<std::string, Lane> lanes_;  ///< by name in lower case; "" is the one without a name
    std::string fallback_;
};

}  // namespace pinlab::origin
