// Where a 3xx leads, and whether it may. It never leads away from https, and carries no credentials to
// another host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pinlab/client/client.h"

namespace pinlab::reference {

/// The URL that a Location means for an answer from `base` (an https URL); nullopt for one that leaves https
/// or cannot be read (RFC 9110 10.2.2).
std::optional<std::string> resolve_location(std::string_view base, std::string_view location);

/// Whether the redirect rule of the answering host's entry allows a host with this entry (nullptr: none).
bool may_follow(pinlab::client::RedirectRule rule, const pinlab::client::HostPolicy* from,
                const pinlab::client::HostPolicy* to);

/// The request of the next hop: GET after 303, and after 301 and 302 of a POST (RFC 9110 15.4); without
/// Authorization and Cookie when the origin changes.
pinlab::client::Request next_request(pinlab::client::Request request, int status, bool same_origin);

/// Why a request cannot be sent as it is (a line end in a header, a header that the client sets itself), or
/// nullopt.
std::optional<std::string> request_fault(const pinlab::client::Request& request);

}  // namespace pinlab::reference
