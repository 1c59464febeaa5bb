// The interceptor's brief: script, parameters, proxy, cast. Names no file that exists, so that a cast is
// refused.
#include <string>

#include "attacks/mitm/brief.h"
#include "cmake/fuzz/brief_property.h"

namespace {

using namespace pinlab;
using fuzz::must;

void check(const mitm::MitmBrief& brief) {
    must(!brief.script.empty(), "there is something to do");
    must(brief.proxy.kind != wire::ProxyKind::https || brief.proxy_identity,
         "an HTTPS proxy shows something");
    for (const mitm::ScriptStep& step : brief.script) {
        must(step.kind && step.kind->make(step.arguments), "every step can be taken");
        must(step.span.times >= 1, "a step lasts at least once");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::must_read_strictly(fuzz::text_of(data, size), mitm::read_mitm_brief, check);
    return 0;
}
