// Remembering origins; see the header.
#include "attacks/memory.h"

namespace pinlab::attacks {
namespace {

int slot() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

}  // namespace

Memory::Memory(SSL_CTX* context) {
    SSL_CTX_set_ex_data(context, slot(), this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
}

int Memory::on_session(SSL* connection, SSL_SESSION* session) {
    auto* self = static_cast<Memory*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), slot()));
    const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    const auto found = self->names_.find(std::string_view(name ? name : ""));
    if (found == self->names_.end()) return 0;
    // A copy: OpenSSL spoils the session of a connection that ends without close_notify
    // (ssl_clear_bad_session).
    found->second.session.reset(SSL_SESSION_dup(session));
    return 0;
}

Memory::Known& Memory::known(const std::optional<std::string>& name) {
    const std::string key = name.value_or("");
    if (const auto found = names_.find(key); found != names_.end()) return found->second;
    if (order_.size() >= most_names) {
        names_.erase(order_.front());
        order_.erase(order_.begin());
    }
    order_.push_back(key);
    return names_[key];
}

const std::vector<pki::Certificate>* Memory::chain_for(const std::optional<std::string>& name) const {
    const auto found = names_.find(std::string_view(name ? *name : ""));
    return found == names_.end() || found->second.chain.empty() ? nullptr : &found->second.chain;
}

void Memory::keep(const std::optional<std::string>& name, std::vector<pki::Certificate> chain) {
    known(name).chain = std::move(chain);
}

std::optional<Decision>* Memory::decision_for(const std::optional<std::string>& name, std::size_t step) {
    return chain_for(name) ? &known(name).decisions[step] : nullptr;
}

void Memory::offer_session(SSL* connection, const std::optional<std::string>& name) const {
    const auto found = names_.find(std::string_view(name ? *name : ""));
    if (found != names_.end() && found->second.session)
        SSL_set_session(connection, found->second.session.get());
}

}  // namespace pinlab::attacks
