// The places that an answer points to and that a client must verify again. The result is the next brief;
// nothing is opened here.
#pragma once

#include <optional>
#include <string>

#include "client_under_test/flawed/behaviour.h"
#include "client_under_test/protocol/brief.h"
#include "client_under_test/protocol/pin_text.h"

namespace pinlab::flawed {

/// The next visit: the brief of the last one with another destination, and without pins.
struct Temptation {
    pinlab::protocol::Brief brief;
    bool in_clear = false;
};

/// Where a client with this behaviour goes after this answer; nullopt: nowhere.
std::optional<Temptation> tempted(const pinlab::protocol::Brief& brief, AfterAnswer behaviour, int status,
                                  const std::string& head);

/// Whether the answer's Public-Key-Pins (RFC 7469 2.1) name this key.
bool pins_set_by_answer(const std::string& head, const std::optional<pinlab::protocol::SpkiHash>& key);

}  // namespace pinlab::flawed
