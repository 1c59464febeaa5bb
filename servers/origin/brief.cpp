#include "servers/origin/origin.h"
#include "servers/pki/openssl.h"

namespace pinlab::origin {

OriginBrief read_origin_brief(const boost::json::value& document) {
    wire::Fields fields(document, "");
    if (fields.text("schema") != "pinlab.origin/1") fields.fail("schema", R"(expected "pinlab.origin/1")");
    OriginBrief brief;
    brief.common = wire::read_witness_brief(fields);
    fields.each("queue", [&](const boost::json::value& value, const std::string& path) {
        wire::Fields step(value, path);
        const std::string label = step.text("label");
        const std::string chain = step.text("chain");
        const std::string key = step.text("key");
        const wire::StepSpan span = wire::read_span(step);
        const wire::SessionRule sessions = wire::read_session_rule(step);
        const auto* answer_field = step.member("answer");
        const Answer answer = answer_field ? read_answer(*answer_field, step.path_of("answer")) : Answer{};
        const auto sni = step.optional_text("sni");
        const bool clear = step.flag_or("in_clear", false);
        wire::Disturbance disturbance = wire::read_disturbance(step);
        step.done();
        try {
            brief.queue.push_back({{pki::Identity::load(chain, key), label, sessions, std::move(disturbance)},
                                   span,
                                   answer,
                                   sni,
                                   clear});
        } catch (const pki::Error& error) {
            step.fail("chain", error.what());
        }
    });
    fields.done();
    if (brief.queue.empty()) fields.fail("queue", "needs at least one presentation");
    return brief;
}

}  // namespace pinlab::origin
