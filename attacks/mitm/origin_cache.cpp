#include "attacks/mitm/origin_cache.h"

#include <algorithm>

namespace pinlab::mitm {
namespace {

int slot() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

std::string_view text(const std::optional<std::string>& name) {
    return name ? std::string_view(*name) : std::string_view();
}

/// The wildcard that would cover `name`: it stands for one label, the first (RFC 6125 6.4.3).
std::string wildcard_over(std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot == std::string_view::npos ? std::string() : "*" + std::string(name.substr(dot));
}

/// The name, or the wildcard in `leaf`, for which a session with `leaf` may be offered.
std::string good_for(const pki::Certificate& leaf, std::string_view name) {
    const std::vector<std::string> names = leaf.names();
    const std::string wildcard = wildcard_over(name);
    const bool shown = !wildcard.empty() && std::find(names.begin(), names.end(), wildcard) != names.end();
    return shown ? wildcard : std::string(name);
}

}  // namespace

OriginCache::OriginCache(SSL_CTX* context) {
    SSL_CTX_set_ex_data(context, slot(), this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
}

int OriginCache::on_session(SSL* connection, SSL_SESSION* session) {
    auto* self = static_cast<OriginCache*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), slot()));
    const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    const auto found = self->names_.find(std::string_view(name ? name : ""));
    if (found == self->names_.end()) return 0;
    if (self->sessions_.size() >= most_names)
        self->sessions_.clear();  // each costs a full handshake, no more
    // A copy: OpenSSL spoils the session of a connection that ends without close_notify
    // (ssl_clear_bad_session).
    self->sessions_[found->second.good_for].reset(SSL_SESSION_dup(session));
    return 0;
}

void OriginCache::evict_oldest() {
    const auto oldest = names_.find(order_.front());
    order_.pop_front();
    const std::shared_ptr<Shown> shown = std::move(oldest->second.shown);
    names_.erase(oldest);
    if (shown.use_count() == 2)
        chains_.erase(shown->fingerprints);  // this variable and chains_: no name is left
}

std::shared_ptr<OriginCache::Shown> OriginCache::shown(std::vector<pki::Certificate> chain) {
    std::string fingerprints;
    for (const pki::Certificate& certificate : chain) fingerprints += certificate.sha256_hex();
    std::shared_ptr<Shown>& known = chains_[fingerprints];
    if (!known) known = std::make_shared<Shown>(Shown{fingerprints, std::move(chain), {}});
    return known;
}

const std::vector<pki::Certificate>* OriginCache::chain_for(const std::optional<std::string>& name) const {
    const auto found = names_.find(text(name));
    return found == names_.end() ? nullptr : &found->second.shown->chain;
}

void OriginCache::store(const std::optional<std::string>& name, std::vector<pki::Certificate> chain) {
    if (chain.empty() || names_.contains(text(name))) return;
    if (order_.size() >= most_names) evict_oldest();
    const std::string key(text(name));
    std::string good = good_for(chain.front(), key);
    names_[key] = {shown(std::move(chain)), std::move(good)};
    order_.push_back(key);
}

std::optional<Decision>* OriginCache::decision_for(const std::optional<std::string>& name, std::size_t step) {
    const auto found = names_.find(text(name));
    return found == names_.end() ? nullptr : &found->second.shown->decisions[step];
}

void OriginCache::offer_session(SSL* connection, const std::optional<std::string>& name) const {
    auto found = sessions_.find(text(name));
    if (found == sessions_.end()) found = sessions_.find(wildcard_over(text(name)));
    if (found != sessions_.end()) SSL_set_session(connection, found->second.get());
}

}  // namespace pinlab::mitm
