// What an answer offers that a client must not take without checking again: another place to ask.
#pragma once

#include <optional>
#include <string>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/pin_text.h"

namespace pinlab::flawed {

/// The next visit: the brief of the last one with another place in it, and without pins.
struct Temptation {
    pinlab::protocol::Brief brief;
    bool in_clear = false;
};

/// Where a client that behaves like this goes after such an answer; nullopt: nowhere.
std::optional<Temptation> tempted(const pinlab::protocol::Brief& brief, AfterAnswer behaviour, int status,
                                  const std::string& head);

/// Whether the answer's Public-Key-Pins (RFC 7469 2.1) name this key.
bool told_pins(const std::string& head, const std::optional<pinlab::protocol::SpkiHash>& key);

}  // namespace pinlab::flawed
