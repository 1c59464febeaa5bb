#include "attacks/mitm/intercepted_connection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include "attacks/mitm/https_proxy.h"
#include "attacks/mitm/origin_cache.h"
#include "attacks/mitm/prebuilt.h"
#include "attacks/mitm/relay.h"
#include "attacks/mitm/upstream.h"
#include "servers/net/listener.h"
#include "servers/tls/key_log.h"

namespace pinlab::mitm {
namespace asio = boost::asio;
using wire::Awaitable;
using wire::Connection;

namespace {

const char* word_for(const Decision& decision) {
    static constexpr const char* words[] = {"relay", "ask_upstream", "impersonate", "drop", "clear"};
    return words[decision.index()];
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

    Awaitable<void> handle(std::shared_ptr<Connection> client) {
        if (!co_await client->read_hello(brief_.proxy)) co_return co_await on_clear_bytes(client);
        const std::size_t number = steps_.on_hello();
        const ScriptStep& step = brief_.script[number];
        client->journal_hello(number);
        const std::unique_ptr<Attack> attack = step.kind->make(step.arguments);
        RelaySession session{client, nullptr, *attack, brief_};
        const Decision decision = co_await decide(*attack, number, session);
        client->journal("decided",
                        {{"step", number}, {"kind", step.kind->name}, {"decision", word_for(decision)}});
        co_await carry_out(decision, number, session);
        for (; session.exchanges > 0; --session.exchanges) steps_.on_exchange(number);
        attack->on_close();
    }

  private:
    static std::vector<wire::StepSpan> spans(const MitmBrief& brief) {
        std::vector<wire::StepSpan> result;
        for (const ScriptStep& step : brief.script) result.push_back(step.span);
        return result;
    }

    /// Opens the connection to the origin, with TLS where `secure`. False (and a line in the journal) where
    /// that fails.
    Awaitable<bool> reach_origin(RelaySession& session, bool secure) {
        if (!brief_.upstream) {
            session.client->journal("upstream_failed", {{"why", "the brief names no upstream"}});
            co_return false;
        }
        session.origin = std::make_shared<Upstream>(session.client->get_executor(), brief_.common.deadline);
        bool reached = co_await session.origin->connect(*brief_.upstream);
        if (reached) session.client->journal("upstream", {{"local", session.origin->local()}});
        if (reached && secure)
            reached = co_await session.origin->secure(upstream_context_, session.client->hello().sni,
                                                      origin_cache_ ? &*origin_cache_ : nullptr);
        if (!reached) {
            const std::string why = "the real origin cannot be reached: " + session.origin->failure();
            session.client->journal("upstream_failed", {{"why", why}});
            session.origin.reset();
        }
        co_return reached;
    }

    Awaitable<Decision> decide(Attack& attack, std::size_t number, RelaySession& session) {
        Decision decision = attack.on_client_hello(session.client->hello());
        if (!std::holds_alternative<AskUpstream>(decision)) co_return decision;
        const auto& name = session.client->hello().sni;
        if (origin_cache_ && origin_cache_->chain_for(name)) co_return cached_decision(attack, number, name);
        if (!co_await reach_origin(session, true)) co_return Drop{Drop::How::close};
        std::vector<pki::Certificate> chain = session.origin->chain();
        if (!origin_cache_ || chain.empty()) co_return decide_for(chain, attack, number);
        origin_cache_->store(name, std::move(chain));
        co_return cached_decision(attack, number, name);
    }

    /// What the attack makes of `chain`, with the leaf that was announced for it, if one was.
    Decision decide_for(const std::vector<pki::Certificate>& chain, Attack& attack,
                        std::size_t number) const {
        return prebuilt_.with_prebuilt(number, chain, attack.on_upstream(chain, forge_));
    }

    /// The decision for a chain in the cache, made once for each step.
    Decision cached_decision(Attack& attack, std::size_t number, const std::optional<std::string>& name) {
        const auto& chain = *origin_cache_->chain_for(name);
        if (!attack.same_for_the_same_chain()) return decide_for(chain, attack, number);
        std::optional<Decision>& decided = *origin_cache_->decision_for(name, number);
        if (!decided) decided = decide_for(chain, attack, number);
        return *decided;
    }

    /// A client that speaks clear text here meets the current step without using it up.
    Awaitable<void> on_clear_bytes(const std::shared_ptr<Connection>& client) {
        const ScriptStep& step = brief_.script[steps_.current()];
        const std::unique_ptr<Attack> attack = step.kind->make(step.arguments);
        const std::string request = client->take_raw();
        if (request.empty() || !attack->carries_clear_requests()) co_return;
        RelaySession session{client, nullptr, *attack, brief_};
        if (!co_await reach_origin(session, true)) co_return;
        session.bytes_up = request.size();
        scan_request(session, request, "clear");
        if (co_await session.origin->write(request)) co_await relay_until_end(session, "clear");
    }

    Awaitable<void> carry_out(const Decision& decision, std::size_t number, RelaySession& session) {
        if (const auto* drop = std::get_if<Drop>(&decision)) {
            const bool reset = drop->how == Drop::How::reset;
            session.client->journal("dropped", {{"step", number},
                                                {"kind", brief_.script[number].kind->name},
                                                {"how", reset ? "reset" : "close"}});
            if (reset) session.client->reset();
        } else if (const auto* clear = std::get_if<SpeakClear>(&decision)) {
            if (co_await session.client->write(clear->bytes))
                session.client->journal("clear_answer", {{"step", number}, {"bytes", clear->bytes.size()}});
            co_await session.client->end_writing();
        } else if (const auto* impersonation = std::get_if<Impersonate>(&decision)) {
            co_await impersonate(*impersonation, number, session);
        } else {
            // A connection that was made to look at the chain carries TLS of ours and cannot serve a relay.
            if (session.origin) session.origin->close();
            session.sealed.emplace();
            if (co_await reach_origin(session, false)) co_await relay_until_end(session, "tls");
        }
    }

    Awaitable<void> impersonate(const Impersonate& impersonation, std::size_t number, RelaySession& session) {
        const ScriptStep& step = brief_.script[number];
        wire::Presentation presentation{impersonation.identity, step.kind->name, step.sessions,
                                        impersonation.disturbance};
        presentation.sessions.tickets = impersonation.tickets.value_or(step.sessions.tickets);
        if (!co_await session.client->handshake(context_, presentation, number)) {
            if (session.origin) session.origin->close();
            co_return;
        }
        const std::string first = co_await session.client->read();
        if (first.empty()) {
            if (session.origin) session.origin->close();
            co_return;
        }
        scan_request(session, first, "tls");
        journal_request(session, first);
        if (const auto own = session.attack.answer(first)) {
            if (session.origin) session.origin->close();
            if (co_await session.client->write(*own))
                session.client->journal("response", {{"status", own->substr(9, 3)}, {"bytes", own->size()}});
            co_return co_await session.client->end_writing();
        }
        if (!session.origin && !co_await reach_origin(session, true)) co_return;
        session.bytes_up = first.size();
        session.asked = true;
        if (co_await session.origin->write(session.attack.on_request(first)))
            co_await relay_until_end(session, "tls");
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
    const auto handle = [&interceptor](std::shared_ptr<Connection> client) {
        return interceptor.handle(std::move(client));
    };
    if (interceptor.brief().proxy.kind != wire::ProxyKind::https) {
        wire::Listener(context, interceptor.brief().common, journal).run(handle, std::move(more));
        return;
    }
    // The outer connection brings what the inner one brings, so only the inner one is watched for secrets.
    wire::WitnessBrief outer = interceptor.brief().common;
    outer.canaries.clear();
    wire::Journal front("proxy", 1);
    HttpsProxy proxy(interceptor.brief(), journal, handle);
    const auto front_door = [&proxy](std::shared_ptr<Connection> client) {
        return proxy.front(std::move(client));
    };
    wire::Listener(context, outer, front).run(front_door, std::move(more));
}

}  // namespace pinlab::mitm
