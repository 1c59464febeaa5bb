#include "client_under_test/reference/session_store.h"

#include <utility>

namespace pinlab::reference {

void SessionStore::put(const std::string& key, KeptSession session) {
    kept_.push_front({key, std::move(session)});
    if (kept_.size() > most_) kept_.pop_back();
}

// A clock that went backwards gives an age below zero, which requires full verification too.
std::optional<KeptSession> SessionStore::take(const std::string& key, std::time_t now, std::time_t most_age) {
    std::optional<KeptSession> taken;
    for (auto entry = kept_.begin(); entry != kept_.end();) {
        std::time_t age = now - entry->session.evidence->verified_at;
        bool stale = age < 0 || age > most_age;
        if (entry->key == key && (stale || !taken)) {
            if (!stale) taken = std::move(entry->session);
            entry = kept_.erase(entry);
        } else {
            ++entry;
        }
    }
    return taken;
}

}  // namespace pinlab::reference
