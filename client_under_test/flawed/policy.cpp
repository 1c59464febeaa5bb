// How the flawed client reads its pins; declared in judge.h.
// Refuses what the reference refuses, unless the behaviour says otherwise.
#include "client_under_test/flawed/judge.h"

namespace pinlab_flawed {

using pinlab_client::ConfigError;
using pinlab_client::PinPolicy;

PinPolicy read_pins(const pinlab_client::Brief& brief, const Behaviour& behaviour) {
    if (!brief.pins) return PinPolicy::unpinned();
    if (brief.pins->empty() && !behaviour.empty_set_stops) return PinPolicy::unpinned();
    if (behaviour.malformed_pins_stop) {
        PinPolicy policy = PinPolicy::parse(brief.pins);
        return behaviour.every_pin_counts ? policy : PinPolicy::of({policy.pins().front()});
    }
    if (brief.pins->empty()) throw ConfigError("pins: an empty set");
    std::vector<pinlab_client::SpkiHash> readable;
    for (const std::string& text : *brief.pins) {
        try {
            readable.push_back(pinlab_client::parse_pin(text));
        } catch (const ConfigError&) {
            continue;  // the flaw: what cannot be read is not missed
        }
    }
    return readable.empty() ? PinPolicy::unpinned() : PinPolicy::of(std::move(readable));
}

}  // namespace pinlab_flawed
