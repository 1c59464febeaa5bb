// One intercepted connection: hello, decision, lie or relay, and the way of the bytes; see the header.
#include "attacks/mitm/intercepted_connection.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include "attacks/mitm/https_proxy.h"
#include "attacks/mitm/origin_cache.h"
#include "attacks/mitm/prebuilt.h"
#include "attacks/mitm/upstream.h"
#include "servers/net/listener.h"
#include "servers/tls/key_log.h"
#include "servers/tls/openssl_words.h"
#include "servers/tls/relayed_tls.h"

namespace pinlab::mitm {
namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using wire::Awaitable;
using wire::Connection;

namespace {

const char* word_for(const Decision& decision) {
    static constexpr const char* words[] = {"relay", "ask_upstream", "impersonate", "drop", "clear"};
    return words[decision.index()];
}

/// What passes between the two sides of one connection.
struct Passage {
    std::shared_ptr<Connection> client;
    std::shared_ptr<Upstream> origin;
    Attack& attack;
    const MitmBrief& brief;
    wire::RequestWatch watch{brief.watch};
    std::optional<wire::RelayedTls> sealed{};  ///< where TLS is left to others: what can be told of it
    std::size_t up = 0;
    std::size_t down = 0;
    std::size_t exchanges = 0;
    bool asked = false;  ///< a request went up that no answer followed yet
};

/// What the client said, where it can be read: does it hold what the user calls secret?
void scan_request(Passage& passage, const std::string& bytes, const char* where) {
    static constexpr const char* forms[] = {"header", "path", "body"};
    for (const std::size_t met : passage.watch.feed(bytes)) {
        const char* form = forms[static_cast<int>(passage.brief.watch[met].in)];
        passage.client->journal("canary_seen", {{"where", where}, {"form", form}, {"pattern", met}});
    }
}

void journal_request(Passage& passage, const std::string& bytes) {
    Connection& client = *passage.client;
    const std::string line = bytes.substr(0, bytes.find("\r\n"));
    const std::size_t space = line.find(' ');
    const std::string target =
        space == std::string::npos ? "" : line.substr(space + 1, line.rfind(' ') - space - 1);
    client.journal("request",
                   {{"method", wire::printable(line.substr(0, space), 16)},
                    {"target", passage.brief.discreet ? "(not written down)" : wire::printable(target, 1024)},
                    {"bytes", bytes.size()}});
}

Awaitable<void> pass_up(Passage& passage, const char* where) {
    while (true) {
        const std::string bytes = co_await passage.client->read();
        if (bytes.empty()) break;
        if (passage.sealed)
            passage.sealed->from_client(bytes);
        else
            scan_request(passage, bytes, where);
        passage.up += bytes.size();
        passage.asked = true;
        if (!co_await passage.origin->write(passage.attack.on_request(bytes))) break;
    }
    passage.origin->close();
}

Awaitable<void> pass_down(Passage& passage) {
    while (true) {
        const std::string bytes = co_await passage.origin->read();
        if (bytes.empty()) break;
        if (passage.sealed) passage.sealed->from_server(bytes);
        const std::string changed = passage.attack.on_response(bytes);
        if (changed != bytes) passage.client->journal("tampered", {{"bytes", bytes.size()}});
        passage.down += bytes.size();
        passage.exchanges += std::exchange(passage.asked, false) ? 1 : 0;
        if (!co_await passage.client->write_answer(changed)) break;
    }
    co_await passage.client->end_writing();
}

/// `where` what passes could be read: "tls" by the attacker's key, "clear" by anybody.
Awaitable<void> pass_both_ways(Passage& passage, const char* where) {
    co_await (pass_up(passage, where) && pass_down(passage));
    boost::json::object facts{{"bytes_up", passage.up}, {"bytes_down", passage.down}};
    if (const auto& sealed = passage.sealed) {
        facts["server_showed"] = sealed->server_showed();
        facts["client_spoke"] = sealed->client_spoke();
        if (const auto code = sealed->client_alert())
            passage.client->journal("alert", wire::alert_facts(false, *code));
        if (const auto code = sealed->server_alert())
            facts["server_alert"] = wire::alert_facts(false, *code)["name"];
    }
    passage.client->journal("relayed", facts);
}

class Interceptor {
  public:
    explicit Interceptor(MitmBrief brief)
        : brief_(std::move(brief)),
          steps_(spans(brief_)),
          forge_(std::move(brief_.cast), brief_.now),
          prebuilt_(brief_.script, brief_.foreseen, forge_),
          context_(
              wire::server_context(brief_.common.tls, brief_.common.alpn, brief_.common.tickets).release()),
          upstream_context_(wire::trust_anything_context(brief_.common.alpn).release()) {
        wire::log_keys(brief_.common.key_log, context_.native_handle());
        wire::log_keys(brief_.common.key_log, upstream_context_.native_handle());
        if (brief_.remember) origin_cache_.emplace(upstream_context_.native_handle());
        if (!brief_.common.ticket_key.empty())
            wire::use_ticket_key(brief_.common.ticket_key, context_.native_handle());
    }

    const MitmBrief& brief() const { return brief_; }
    const Prebuilt& prebuilt() const { return prebuilt_; }

    Awaitable<void> meet(std::shared_ptr<Connection> client) {
        if (!co_await client->read_hello(brief_.proxy)) co_return co_await on_clear_bytes(client);
        const std::size_t number = steps_.on_hello();
        const ScriptStep& step = brief_.script[number];
        client->journal_hello(number);
        const std::unique_ptr<Attack> attack = step.kind->make(step.arguments);
        Passage passage{client, nullptr, *attack, brief_};
        const Decision decision = co_await decide(*attack, number, passage);
        client->journal("decided",
                        {{"step", number}, {"kind", step.kind->name}, {"decision", word_for(decision)}});
        co_await carry_out(decision, number, passage);
        for (; passage.exchanges > 0; --passage.exchanges) steps_.on_exchange(number);
        attack->on_close();
    }

  private:
    static std::vector<wire::StepSpan> spans(const MitmBrief& brief) {
        std::vector<wire::StepSpan> result;
        for (const ScriptStep& step : brief.script) result.push_back(step.span);
        return result;
    }

    /// Opens the connection to the origin, with TLS where `secure`. False (and a fact in the journal) where
    /// it cannot be had.
    Awaitable<bool> reach_origin(Passage& passage, bool secure) {
        if (!brief_.upstream) {
            passage.client->journal("upstream_failed", {{"why", "the brief names no upstream"}});
            co_return false;
        }
        passage.origin = std::make_shared<Upstream>(passage.client->get_executor(), brief_.common.deadline);
        bool reached = co_await passage.origin->connect(*brief_.upstream);
        if (reached) passage.client->journal("upstream", {{"local", passage.origin->local()}});
        if (reached && secure)
            reached = co_await passage.origin->secure(upstream_context_, passage.client->hello().sni,
                                                      origin_cache_ ? &*origin_cache_ : nullptr);
        if (!reached) {
            const std::string why = "the real origin cannot be reached: " + passage.origin->failure();
            passage.client->journal("upstream_failed", {{"why", why}});
            passage.origin.reset();
        }
        co_return reached;
    }

    Awaitable<Decision> decide(Attack& attack, std::size_t number, Passage& passage) {
        Decision decision = attack.on_client_hello(passage.client->hello());
        if (!std::holds_alternative<AskUpstream>(decision)) co_return decision;
        const auto& name = passage.client->hello().sni;
        if (origin_cache_ && origin_cache_->chain_for(name)) co_return cached_decision(attack, number, name);
        if (!co_await reach_origin(passage, true)) co_return Drop{Drop::How::close};
        std::vector<pki::Certificate> chain = passage.origin->chain();
        if (!origin_cache_ || chain.empty()) co_return decide_for(chain, attack, number);
        origin_cache_->store(name, std::move(chain));
        co_return cached_decision(attack, number, name);
    }

    /// What the attack makes of `chain`, with the leaf that was announced for it, if one was.
    Decision decide_for(const std::vector<pki::Certificate>& chain, Attack& attack,
                        std::size_t number) const {
        return prebuilt_.with_prebuilt(number, chain, attack.on_upstream(chain, forge_));
    }

    /// The lie for a chain that is remembered, forged once for each step.
    Decision cached_decision(Attack& attack, std::size_t number, const std::optional<std::string>& name) {
        const auto& chain = *origin_cache_->chain_for(name);
        if (!attack.same_for_the_same_chain()) return decide_for(chain, attack, number);
        std::optional<Decision>& decided = *origin_cache_->decision_for(name, number);
        if (!decided) decided = decide_for(chain, attack, number);
        return *decided;
    }

    /// Whoever speaks clear text here has met the current step without using it up.
    Awaitable<void> on_clear_bytes(const std::shared_ptr<Connection>& client) {
        const ScriptStep& step = brief_.script[steps_.current()];
        const std::unique_ptr<Attack> attack = step.kind->make(step.arguments);
        const std::string request = client->take_raw();
        if (request.empty() || !attack->carries_clear_requests()) co_return;
        Passage passage{client, nullptr, *attack, brief_};
        if (!co_await reach_origin(passage, true)) co_return;
        passage.up = request.size();
        scan_request(passage, request, "clear");
        if (co_await passage.origin->write(request)) co_await pass_both_ways(passage, "clear");
    }

    Awaitable<void> carry_out(const Decision& decision, std::size_t number, Passage& passage) {
        if (const auto* drop = std::get_if<Drop>(&decision)) {
            const bool reset = drop->how == Drop::How::reset;
            passage.client->journal("dropped", {{"step", number},
                                                {"kind", brief_.script[number].kind->name},
                                                {"how", reset ? "reset" : "close"}});
            if (reset) passage.client->reset();
        } else if (const auto* clear = std::get_if<SpeakClear>(&decision)) {
            if (co_await passage.client->write(clear->bytes))
                passage.client->journal("clear_answer", {{"step", number}, {"bytes", clear->bytes.size()}});
            co_await passage.client->end_writing();
        } else if (const auto* impersonation = std::get_if<Impersonate>(&decision)) {
            co_await impersonate(*impersonation, number, passage);
        } else {
            // A connection that was made to look at the chain carries TLS of ours and cannot serve a relay.
            if (passage.origin) passage.origin->close();
            passage.sealed.emplace();
            if (co_await reach_origin(passage, false)) co_await pass_both_ways(passage, "tls");
        }
    }

    Awaitable<void> impersonate(const Impersonate& impersonation, std::size_t number, Passage& passage) {
        const ScriptStep& step = brief_.script[number];
        wire::Presentation presentation{impersonation.identity, step.kind->name, step.sessions,
                                        impersonation.disturbance};
        presentation.sessions.tickets = impersonation.tickets.value_or(step.sessions.tickets);
        if (!co_await passage.client->handshake(context_, presentation, number)) {
            if (passage.origin) passage.origin->close();
            co_return;
        }
        const std::string first = co_await passage.client->read();
        if (first.empty()) {
            if (passage.origin) passage.origin->close();
            co_return;
        }
        scan_request(passage, first, "tls");
        journal_request(passage, first);
        if (const auto own = passage.attack.answer(first)) {
            if (passage.origin) passage.origin->close();
            if (co_await passage.client->write(*own))
                passage.client->journal("response", {{"status", own->substr(9, 3)}, {"bytes", own->size()}});
            co_return co_await passage.client->end_writing();
        }
        if (!passage.origin && !co_await reach_origin(passage, true)) co_return;
        passage.up = first.size();
        passage.asked = true;
        if (co_await passage.origin->write(passage.attack.on_request(first)))
            co_await pass_both_ways(passage, "tls");
    }

    MitmBrief brief_;
    wire::Steps steps_;
    Forge forge_;
    Prebuilt prebuilt_;
    asio::ssl::context context_;
    asio::ssl::context upstream_context_;
    std::optional<OriginCache> origin_cache_;
};

}  // namespace

void serve(MitmBrief brief) {
    asio::io_context context(1);
    wire::Journal journal("mitm", 1);
    Interceptor interceptor(std::move(brief));
    boost::json::object more;
    if (auto prepared = interceptor.prebuilt().announced(); !prepared.empty())
        more["prepared"] = std::move(prepared);
    const auto meet = [&interceptor](std::shared_ptr<Connection> client) {
        return interceptor.meet(std::move(client));
    };
    if (interceptor.brief().proxy.kind != wire::ProxyKind::https) {
        wire::Listener(context, interceptor.brief().common, journal).run(meet, std::move(more));
        return;
    }
    // The outer connection brings what the inner one brings, so only the inner one is watched for secrets.
    wire::WitnessBrief outer = interceptor.brief().common;
    outer.canaries.clear();
    wire::Journal front("proxy", 1);
    HttpsProxy proxy(interceptor.brief(), journal, meet);
    const auto front_door = [&proxy](std::shared_ptr<Connection> client) {
        return proxy.front(std::move(client));
    };
    wire::Listener(context, outer, front).run(front_door, std::move(more));
}

}  // namespace pinlab::mitm
