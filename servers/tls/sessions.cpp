#include "servers/tls/sessions.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <string>

#include "servers/util/openssl_check.h"

namespace pinlab::wire {
namespace {

constexpr std::uint32_t max_early_data = 16 * 1024;

using util::demand;

/// OpenSSL takes a session back only where the context is the same: the context decides which connections
/// share sessions.
std::string context_of(Tickets tickets, std::string_view shown) {
    if (tickets == Tickets::shared || tickets == Tickets::ids) return "pinlab shared";
    unsigned char digest[EVP_MAX_MD_SIZE];
    std::size_t length = 0;
    if (tickets == Tickets::none) {
        length = 32;
        demand(RAND_bytes(digest, static_cast<int>(length)), "make a context that is not shared");
    } else {
        demand(EVP_Q_digest(nullptr, "SHA256", nullptr, shown.data(), shown.size(), digest, &length),
               "hash the presentation");
    }
    return {reinterpret_cast<const char*>(digest), length};
}

}  // namespace

SessionRule read_session_rule(Fields& fields) {
    SessionRule rule;
    const std::string tickets = fields.text_or("tickets", "bound");
    static constexpr std::string_view words[] = {"bound", "shared", "ids", "none"};
    std::size_t index = 0;
    while (index < std::size(words) && words[index] != tickets) ++index;
    if (index == std::size(words)) fields.fail("tickets", R"(expected "bound", "shared", "ids" or "none")");
    rule.tickets = static_cast<Tickets>(index);
    rule.early_data = fields.flag_or("early_data", false);
    return rule;
}

void apply(const SessionRule& rule, std::string_view shown, SSL* ssl) {
    const std::string context = context_of(rule.tickets, shown);
    demand(SSL_set_session_id_context(ssl, reinterpret_cast<const unsigned char*>(context.data()),
                                      static_cast<unsigned>(context.size())),
           "bind sessions");
    if (rule.tickets == Tickets::ids || rule.tickets == Tickets::none) SSL_set_options(ssl, SSL_OP_NO_TICKET);
    if (rule.tickets == Tickets::none) demand(SSL_set_num_tickets(ssl, 0), "issue no ticket");
    if (!rule.early_data) return;
    // Against replays OpenSSL would keep the session in its own cache, and no other process could open the
    // ticket.
    SSL_set_options(ssl, SSL_OP_NO_ANTI_REPLAY);
    demand(SSL_set_max_early_data(ssl, max_early_data), "allow early data");
    demand(SSL_set_recv_max_early_data(ssl, max_early_data), "take early data");
}

void use_ticket_key(std::string_view key, SSL_CTX* context) {
    std::string copy(key);
    demand(SSL_CTX_set_tlsext_ticket_keys(context, copy.data(), copy.size()), "set the ticket key");
}

}  // namespace pinlab::wire
