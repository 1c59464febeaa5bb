// Which entry covers a host, and the digests that sessions are bound to. A digest covers every field that
// decides.
#include "pinlab/client/policy.h"

#include "client_under_test/protocol/host.h"
#include "client_under_test/protocol/pin_text.h"

namespace pinlab::client {
namespace {

// Each field with its length, so that two different entries never have the same text.
void add(std::string& text, std::string_view field) {
    text += std::to_string(field.size()) + ":";
    text += field;
}

template <class Number>
void add_number(std::string& text, Number number) {
    add(text, std::to_string(static_cast<long long>(number)));
}

void add_pins(std::string& text, const std::vector<Pin>& pins) {
    add_number(text, pins.size());
    for (const Pin& pin : pins) {
        add(text, pin_text(pin.digest));
        add_number(text, pin.kind);
        add_number(text, pin.role);
        add_number(text, pin.backup);
        add(text, pin.label);
    }
}

bool is_below(std::string_view name, std::string_view host) {
    return name.size() > host.size() + 1 && name.ends_with(host) &&
           name[name.size() - host.size() - 1] == '.';
}

}  // namespace

std::optional<std::string> canonical_name(std::string_view text) {
    return pinlab::protocol::canonical_host(text);
}

std::string HostPolicy::digest() const {
    std::string text;
    add(text, host);
    add_number(text, match);
    add_number(text, pinned);
    add_pins(text, pins);
    add_pins(text, rejected);
    add_number(text, mode);
    add_number(text, expires.has_value());
    add_number(text, expires.value_or(std::chrono::sys_seconds{}).time_since_epoch().count());
    add_number(text, on_expiry);
    add_number(text, redirect);
    add_number(text, resumption);
    add_number(text, max_session_age.count());
    add_number(text, min_tls);
    return pinlab::protocol::hex_sha256(text);
}

bool HostPolicy::covers(std::string_view name) const {
    switch (match) {
        case HostMatch::exact:
            return name == host;
        case HostMatch::one_label:
            return is_below(name, host) && name.find('.') == name.size() - host.size() - 1;
        case HostMatch::any_depth:
            return is_below(name, host);
        case HostMatch::any_depth_and_self:
            return name == host || is_below(name, host);
    }
    return false;
}

// An exact entry first, then the longest host. Of two with the same host, the narrower rule (one_label) comes
// first: it is earlier in the enumeration.
const HostPolicy* Policy::find(std::string_view name) const {
    const HostPolicy* best = nullptr;
    for (const HostPolicy& entry : hosts) {
        if (!entry.covers(name)) continue;
        if (entry.match == HostMatch::exact) return &entry;
        if (best == nullptr || entry.host.size() > best->host.size() ||
            (entry.host == best->host && entry.match < best->match))
            best = &entry;
    }
    return best;
}

std::string Policy::digest() const {
    std::string text;
    add(text, trust_file);
    add_number(text, allow_unlisted);
    add(text, proxy.value_or(""));
    for (const HostPolicy& entry : hosts) add(text, entry.digest());
    return pinlab::protocol::hex_sha256(text);
}

}  // namespace pinlab::client
