// The interceptor's brief: script, parameters, proxy, cast. Names no file that exists, so that a cast is
// refused.
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "attacks/interceptor.h"
#include "cmake/fuzz/property.h"
#include "servers/wire/strict_json.h"

namespace {

namespace json = boost::json;
using namespace pinlab;
using fuzz::must;

std::optional<attacks::MitmBrief> read(std::string_view text) {
    try {
        return attacks::read_mitm_brief(wire::parse_document(text));
    } catch (const wire::DocumentError& error) {
        must(std::string_view(error.what()).find(": ") != std::string_view::npos,
             "a refusal says where and what");
        return std::nullopt;
    }
}

void check(const attacks::MitmBrief& brief) {
    must(!brief.script.empty(), "there is something to do");
    must(brief.proxy.kind != wire::ProxyKind::https || brief.proxy_identity,
         "an HTTPS proxy shows something");
    for (const attacks::ScriptStep& step : brief.script) {
        must(step.kind && step.kind->make(step.arguments), "every step can be taken");
        must(step.span.times >= 1, "a step lasts at least once");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto brief = read(text);
    if (!brief) return 0;
    check(*brief);
    json::value document = json::parse(text);
    must(read(json::serialize(document)).has_value(), "printed and read again, it is a brief");
    document.as_object()["no_such_key"] = 1;
    must(!read(json::serialize(document)), "an unknown key is refused");
    return 0;
}
