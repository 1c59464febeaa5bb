#include "client_under_test/flawed/session_cache.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace pinlab::flawed {
namespace {

std::string content_of(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> pins_of(const pinlab::protocol::Brief& brief) {
    return brief.pins.value_or(std::vector<std::string>{});
}

}  // namespace

// A resumed handshake runs no callback and shows no certificate: what is not checked here is never checked.
bool Memory::fits(const StoredSession& stored, const pinlab::protocol::Brief& brief,
                  const pinlab::protocol::PinPolicy& policy) const {
    const Sessions rule = behaviour_.sessions;
    if (rule == Sessions::never || rule == Sessions::pooled) return false;
    if (rule != Sessions::any_host && stored.host != brief.host) return false;
    if (rule == Sessions::before_verdict) return true;
    const auto pinned = [&](const pinlab::protocol::SpkiHash& key) { return policy.find(key).has_value(); };
    const bool pins =
        stored.pins == pins_of(brief) && (!policy.pinned() || std::ranges::any_of(stored.path.keys, pinned));
    if (rule != Sessions::without_pins && !pins) return false;
    if (rule == Sessions::believed) return SSL_SESSION_is_resumable(stored.session.get()) == 1;
    if (stored.trust != content_of(brief.ca_file)) return false;
    return rule == Sessions::expired_too ||
           stored.path.good_until > std::time(nullptr) + brief.clock_ahead.count();
}

const StoredSession* Memory::offer(const pinlab::protocol::Brief& brief,
                                   const pinlab::protocol::PinPolicy& policy) const {
    const auto found = std::find_if(sessions_.rbegin(), sessions_.rend(),
                                    [&](const StoredSession& stored) { return fits(stored, brief, policy); });
    return found == sessions_.rend() ? nullptr : &*found;
}

void Memory::keep(const pinlab::protocol::Brief& brief, SSL* connection, VerifiedPath path) {
    if (behaviour_.sessions == Sessions::never || behaviour_.sessions == Sessions::pooled) return;
    SSL_SESSION* current = SSL_get0_session(connection);
    if (current == nullptr || SSL_SESSION_is_resumable(current) != 1) return;
    // A copy: OpenSSL marks the original as not resumable when its connection ends badly.
    SessionPtr session(SSL_SESSION_dup(current));
    if (!session) return;
    sessions_.push_back(
        {brief.host, pins_of(brief), content_of(brief.ca_file), std::move(path), std::move(session)});
}

}  // namespace pinlab::flawed
