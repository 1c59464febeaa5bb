// The one spelling of a host name that pins, SNI and the name check share. Schemes, ports, wildcards, empty
// labels and letters beyond ASCII are not part of a host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pinlab::protocol {

/// Whether the text is an IPv4 or IPv6 literal (no brackets).
bool is_ip_literal(std::string_view text);

/// Lower case, one trailing dot and IPv6 brackets removed; nullopt for what is not a host. A trailing dot or
/// a capital letter that did not find the pin entry is CVE-2015-0832; an IP literal that skipped the checks
/// is CVE-2016-3739.
std::optional<std::string> canonical_host(std::string_view text);

}  // namespace pinlab::protocol
