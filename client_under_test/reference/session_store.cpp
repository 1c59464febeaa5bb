#include "client_under_test/reference/session_store.h"

#include <utility>

namespace pinlab::reference {

void SessionStore::put(const std::string& key, StoredSession session) {
    stored_.push_front({key, std::move(session)});
    if (stored_.size() > most_) stored_.pop_back();
}

// A clock that went backwards gives an age below zero, which requires full verification too.
std::optional<StoredSession> SessionStore::take(const std::string& key, std::time_t now,
                                                std::time_t most_age) {
    std::optional<StoredSession> taken;
    for (auto entry = stored_.begin(); entry != stored_.end();) {
        std::time_t age = now - entry->session.evidence->verified_at;
        bool stale = age < 0 || age > most_age;
        if (entry->key == key && (stale || !taken)) {
            if (!stale) taken = std::move(entry->session);
            entry = stored_.erase(entry);
        } else {
            ++entry;
        }
    }
    return taken;
}

}  // namespace pinlab::reference
