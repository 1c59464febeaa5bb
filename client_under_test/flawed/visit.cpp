// An attempt is repeated only where the behaviour says so.
#include "client_under_test/flawed/visit.h"

#include <csignal>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "client_under_test/flawed/http.h"
#include "client_under_test/flawed/http_redirections.h"
#include "client_under_test/flawed/pin_set_flaws.h"
#include "client_under_test/flawed/tls_socket.h"
#include "client_under_test/flawed/tunnel.h"
#include "client_under_test/flawed/verifier.h"

namespace pinlab::flawed {
namespace {

using pinlab::protocol::accepted;
using pinlab::protocol::Brief;
using pinlab::protocol::Outcome;
using pinlab::protocol::Phase;
using pinlab::protocol::Reason;
using pinlab::protocol::rejected;

struct Plan {
    bool with_pins = true;
    bool with_request = true;
    int older = 0;  // 1: TLS 1.2 at most; 2: below TLS 1.2
};

void speak_older(SSL_CTX* context, int older) {
    if (older == 0) return;
    SSL_CTX_set_max_proto_version(context, older == 1 ? TLS1_2_VERSION : TLS1_1_VERSION);
    if (older == 1) return;
    SSL_CTX_set_security_level(context, 0);  // TLS 1.0 signs with MD5 and SHA-1
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
}

bool is_of_the_wire(Reason reason) {
    return reason == Reason::transport_failed || reason == Reason::handshake_failed ||
           reason == Reason::protocol_too_old || reason == Reason::not_tls;
}

class Visit {
  public:
    Visit(const Brief& brief, const Behaviour& behaviour, Memory& memory)
        : brief_(brief), behaviour_(behaviour), memory_(memory), deadline_(Clock::now() + brief.timeout) {}

    Outcome run() {
        if (memory_.pooled) {
            if (auto reused = over_pooled()) return *reused;
        }
        if (behaviour_.pins_when != PinsWhen::on_another_connection) return retried(attempt({}));
        Outcome first = attempt({.with_request = false});
        return first.claim == pinlab::protocol::Claim::reject ? first : attempt({.with_pins = false});
    }

  private:
    Outcome attempt(Plan plan) {
        phase_ = Phase::config;
        try {
            return over_tls(plan);
        } catch (const pinlab::protocol::ConfigError& error) {
            return rejected({Phase::config, {Reason::config_invalid}, error.what()});
        } catch (const LinkError& error) {
            bool late = phase_ == Phase::request && error.reason != Reason::transport_failed;
            return rejected({phase_, {late ? Reason::handshake_failed : error.reason}, error.what()});
        }
    }

    Outcome over_tls(Plan plan) {
        const pinlab::protocol::PinPolicy policy = policy_now();
        Verifier verifier(brief_, behaviour_, policy, plan.with_pins && !checked_before());
        auto context = verifier.context();
        speak_older(context.get(), plan.older);
        phase_ = Phase::connect;
        auto link = std::make_unique<Link>(brief_.proxy ? *brief_.proxy : brief_.connect_to, deadline_);
        if (brief_.proxy) open_tunnel(*link, brief_, behaviour_);
        phase_ = Phase::handshake;
        SSL* tls = prepare(*link, context.get());
        const StoredSession* stored = memory_.offer(brief_, policy);
        const bool early = stored != nullptr && offer(*link, tls, *stored);
        shake_hands(*link, verifier);
        if (stored != nullptr && SSL_session_reused(tls) == 1) verifier.recall(*stored);
        const bool anonymous = !verifier.finding();
        if (anonymous && behaviour_.floor != TlsFloor::anonymous_too)
            return rejected({phase_, {Reason::handshake_failed}, "the peer has shown no certificate"});
        if (behaviour_.sessions == Sessions::before_verdict) {
            link->listen();
            memory_.keep(brief_, tls, verifier.finding()->path);
        }
        if (auto faults = anonymous ? std::vector<Reason>{} : verifier.stopping(); !faults.empty()) {
            link->part();
            return rejected({phase_, faults, verifier.finding()->detail});
        }
        phase_ = Phase::request;
        const bool sent = early && SSL_get_early_data_status(tls) == SSL_EARLY_DATA_ACCEPTED;
        pinlab::protocol::Answer answer;
        std::string head;
        const std::string request = sent ? "" : get_text(brief_, keeps_connection());
        if (plan.with_request) answer = ask(*link, request, &head, behaviour_.cut_answer);
        const Finding finding = verifier.finding().value_or(Finding{});
        remember(std::move(link), tls, finding);
        const bool excused =
            behaviour_.pins_when == PinsWhen::set_by_answer && pins_set_by_answer(head, finding.leaf);
        if (!finding.pins.empty() && !excused) return rejected({phase_, finding.pins, finding.detail});
        if (auto next = tempted(brief_, behaviour_.after_answer, answer.status, head)) return follow(*next);
        if (answer.status >= 300 && answer.status < 400)
            return rejected({phase_, {Reason::redirect_denied}, "redirects are not followed"});
        return accepted(answer, finding.matched);
    }

    bool keeps_connection() const { return behaviour_.sessions == Sessions::pooled && brief_.session; }

    bool checked_before() const {
        return behaviour_.pins_when == PinsWhen::once_for_a_host &&
               memory_.checked_hosts.contains(brief_.host);
    }

    pinlab::protocol::PinPolicy policy_now() const {
        if (behaviour_.pins_on != PinsOn::first_seen) return read_pins(brief_, behaviour_);
        return memory_.learned ? pinlab::protocol::PinPolicy::of({*memory_.learned})
                               : pinlab::protocol::PinPolicy::unpinned();
    }

    // Offers the session and, where the behaviour wants it, sends the request before any answer. True if it
    // did.
    bool offer(Link& link, SSL* tls, const StoredSession& stored) {
        if (SSL_set_session(tls, stored.session.get()) != 1) return false;
        if (behaviour_.sessions != Sessions::with_early_data ||
            SSL_SESSION_get_max_early_data(stored.session.get()) == 0)
            return false;
        link.write_early(get_text(brief_));
        return true;
    }

    // After an exchange: keeps the connection for the next visit, or closes it.
    void remember(std::unique_ptr<Link> link, SSL* tls, const Finding& finding) {
        memory_.checked_hosts.insert(brief_.host);
        if (!memory_.learned && !finding.path.keys.empty()) memory_.learned = finding.path.keys.front();
        memory_.keep(brief_, tls, finding.path);
        if (keeps_connection() && finding.pins.empty())
            memory_.pooled = std::move(link);
        else
            link->part();
    }

    // A connection that is still open is reused, whichever visit opened it and whatever is pinned now.
    std::optional<Outcome> over_pooled() {
        const std::unique_ptr<Link> link = std::exchange(memory_.pooled, nullptr);
        link->extend(deadline_);
        try {
            pinlab::protocol::Answer answer = ask(*link, get_text(brief_));
            link->part();
            return accepted(answer, std::nullopt);
        } catch (const LinkError&) {
            return std::nullopt;  // it was closed in the meantime
        }
    }

    SSL* prepare(Link& link, SSL_CTX* context) const {
        SSL* tls = link.start_tls(context);
        static constexpr unsigned char http11[] = "\x08http/1.1";
        SSL_set_alpn_protos(tls, http11, sizeof http11 - 1);
        if (!brief_.host_is_ip && behaviour_.names_itself) SSL_set_tlsext_host_name(tls, brief_.host.c_str());
        return tls;
    }

    // A refusal by the client itself is not an error here: the caller reads it from the verifier.
    void shake_hands(Link& link, const Verifier& verifier) {
        try {
            link.handshake();
        } catch (const LinkError&) {
            if (!verifier.finding() || verifier.stopping().empty()) throw;
            link.part();
        }
    }

    // Follows one redirection; the answer there is not followed.
    Outcome follow(const Temptation& next) {
        Behaviour once = behaviour_;
        once.after_answer = AfterAnswer::stop;
        brief_ = next.brief;
        if (next.in_clear)
            return in_clear(brief_.connect_to,
                            rejected({phase_, {Reason::redirect_denied}, "no answer in clear"}));
        return Visit(brief_, once, memory_).run();
    }

    // The next attempt after a failure, if the behaviour makes one.
    Outcome retried(Outcome outcome) {
        if (outcome.claim != pinlab::protocol::Claim::reject || outcome.phase == Phase::config)
            return outcome;
        deadline_ = Clock::now() + brief_.timeout;  // a new attempt gets a new time limit
        bool proxy_refused = outcome.faults.front() == Reason::proxy_refused;
        switch (behaviour_.after_failure) {
            case AfterFailure::stop:
                return outcome;
            case AfterFailure::retry_without_pins:
                return outcome.phase == Phase::handshake ? attempt({.with_pins = false}) : outcome;
            case AfterFailure::retry_in_clear:
                return in_clear(brief_.connect_to, std::move(outcome));
            case AfterFailure::retry_older:
                for (int older = 1; older <= 2 && is_of_the_wire(outcome.faults.front()); ++older)
                    outcome = attempt({.older = older});
                return outcome;
            case AfterFailure::go_direct:
                if (!proxy_refused) return outcome;
                brief_.proxy.reset();
                return attempt({});
            case AfterFailure::request_to_proxy:
                return proxy_refused ? in_clear(*brief_.proxy, std::move(outcome)) : outcome;
        }
        return outcome;
    }

    Outcome in_clear(const pinlab::protocol::Endpoint& to, Outcome otherwise) {
        try {
            Link link(to, deadline_);
            return accepted(ask(link, get_text(brief_)), std::nullopt);
        } catch (const LinkError&) {
            return otherwise;
        }
    }

    Brief brief_;
    const Behaviour& behaviour_;
    Memory& memory_;
    Clock::time_point deadline_;
    Phase phase_ = Phase::config;
};

}  // namespace

Outcome visit(const Brief& brief, const Behaviour& behaviour, Memory& memory) {
    const UnderRules under = under_rules(brief, behaviour);
    Outcome outcome = under.instead ? *under.instead : Visit(under.brief, under.behaviour, memory).run();
    switch (behaviour.claim_rule) {
        case ClaimRule::the_truth:
            return outcome;
        case ClaimRule::always_reject:
            return rejected({Phase::handshake, {Reason::pin_mismatch}, "rejected on principle"});
        case ClaimRule::always_accept:
            return accepted({200, outcome.body.value_or("")}, outcome.matched_pin);
        case ClaimRule::accept_after_alert:
            // OpenSSL's words for what a peer has sent: "tlsv1 unrecognized name", "sslv3 alert …".
            return outcome.detail.starts_with("tlsv1 ") || outcome.detail.starts_with("sslv3 alert ")
                       ? accepted({200, ""}, std::nullopt)
                       : outcome;
        case ClaimRule::nothing_and_crash:
            if (outcome.claim == pinlab::protocol::Claim::reject)
                (void)std::raise(SIGKILL);  // leaves no core file behind
            return outcome;
    }
    return outcome;
}

}  // namespace pinlab::flawed
