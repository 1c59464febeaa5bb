#include "client_under_test/reference/link_facts.h"

namespace pinlab::reference {

LinkFacts facts_of(const SSL* connection) {
    LinkFacts facts;
    if (SSL_is_init_finished(connection) != 1) return facts;
    const unsigned char* protocol = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(connection, &protocol, &length);
    if (length > 0) facts.alpn.assign(reinterpret_cast<const char*>(protocol), length);
    facts.tls_version = SSL_get_version(connection);
    facts.cipher = SSL_get_cipher_name(connection);
    facts.resumed = SSL_session_reused(connection) == 1;
    return facts;
}

std::vector<StoredSession> sessions_of(SSL* connection, TlsWatch& watch,
                                       const std::optional<Finding>& finding) {
    std::vector<StoredSession> stored;
    if (!finding || !finding->faults.empty() || !finding->evidence) return stored;
    std::vector<SessionPtr> sessions = watch.take_sessions();
    if (sessions.empty() && SSL_session_reused(connection) == 1 && SSL_version(connection) == TLS1_2_VERSION)
        sessions.emplace_back(SSL_get1_session(connection));
    for (SessionPtr& session : sessions) stored.push_back({std::move(session), finding->evidence});
    return stored;
}

}  // namespace pinlab::reference
