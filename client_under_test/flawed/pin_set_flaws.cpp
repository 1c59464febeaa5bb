// Malformed pins are an error even when the set is expired or report-only and its pins are not used.
#include "client_under_test/flawed/pin_set_flaws.h"

#include "client_under_test/flawed/verifier.h"

namespace pinlab::flawed {

UnderRules under_rules(const pinlab::protocol::Brief& brief, const Behaviour& behaviour) {
    UnderRules under{brief, behaviour, std::nullopt};
    if (!brief.pins) return under;
    const bool over = brief.pin_set.expired(brief.clock_ahead) && behaviour.set_rules != SetRules::end_unseen;
    const bool reports = brief.pin_set.reports && behaviour.set_rules != SetRules::enforces_reports;
    if (!over && !reports) return under;
    read_pins(brief, behaviour);
    const bool opens = brief.pin_set.opens_on_expiry || behaviour.set_rules == SetRules::opens_at_the_end;
    if (over && !opens) {
        under.instead = pinlab::protocol::rejected({pinlab::protocol::Phase::config,
                                                    {pinlab::protocol::Reason::policy_expired},
                                                    "the pin set has expired"});
        return under;
    }
    under.brief.pins.reset();
    if (reports && behaviour.set_rules == SetRules::reports_all_faults) {
        under.behaviour.pki = Pki::not_done;
        under.behaviour.name = NameRule::none;
    }
    return under;
}

}  // namespace pinlab::flawed
