// The lab's brief as the client reads it: three ways to refuse, each documented, and no other.
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/url.h"
#include "cmake/fuzz/property.h"

namespace {

namespace json = boost::json;
using namespace pinlab::protocol;
using pinlab::fuzz::must;

std::optional<Brief> read(std::string_view text) {
    try {
        return parse_brief(text);
    } catch (const BriefError& error) {
        must(*error.what() != '\0', "a refusal says why");
    } catch (const ConfigError& error) {
        must(*error.what() != '\0', "a refusal says why");
    } catch (const Unsupported& error) {
        must(*error.what() != '\0', "a refusal says why");
    }
    return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = pinlab::fuzz::text_of(data, size);
    const auto brief = read(text);
    if (!brief) return 0;
    must(canonical_host(brief->host) == brief->host, "the host is canonical");
    must(brief->port != 0 && !target_fault(brief->target), "what is asked for can be asked for");
    must(brief->tls_min <= brief->tls_max, "some version of TLS is left");
    json::value document = json::parse(text);
    const auto again = read(json::serialize(document));
    must(again && again->host == brief->host && again->port == brief->port &&
             again->target == brief->target && again->pins == brief->pins && again->canary == brief->canary &&
             again->timeout == brief->timeout,
         "printed and read again, it is the same brief");
    document.as_object()["no_such_key"] = 1;
    must(!read(json::serialize(document)), "an unknown key is refused");
    return 0;
}
