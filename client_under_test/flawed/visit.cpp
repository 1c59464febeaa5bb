// Attempts in order; see visit.h.
// Refuses any retry that the behaviour does not name.
#include "client_under_test/flawed/visit.h"

#include <csignal>
#include <utility>
#include <variant>

#include "client_under_test/flawed/http.h"
#include "client_under_test/flawed/judge.h"
#include "client_under_test/flawed/link.h"

namespace pinlab_flawed {
namespace {

using pinlab_client::accepted;
using pinlab_client::Brief;
using pinlab_client::Outcome;
using pinlab_client::Phase;
using pinlab_client::Reason;
using pinlab_client::rejected;

struct Plan {
    bool with_pins = true;
    bool with_request = true;
};

class Visit {
  public:
    Visit(const Brief& brief, const Behaviour& behaviour)
        : brief_(brief), behaviour_(behaviour), deadline_(Clock::now() + brief.timeout) {}

    Outcome run() {
        if (behaviour_.pins_when != PinsWhen::on_another_connection) return retried(attempt({}));
        Outcome first = attempt({.with_request = false});
        return first.claim == pinlab_client::Claim::reject ? first : attempt({.with_pins = false});
    }

  private:
    Outcome attempt(Plan plan) {
        phase_ = Phase::config;
        try {
            return over_tls(plan);
        } catch (const pinlab_client::ConfigError& error) {
            return rejected({Phase::config, {Reason::config_invalid}, error.what()});
        } catch (const LinkError& error) {
            bool late = phase_ == Phase::request && error.reason != Reason::transport_failed;
            return rejected({phase_, {late ? Reason::handshake_failed : error.reason}, error.what()});
        }
    }

    Outcome over_tls(Plan plan) {
        Judge judge(brief_, behaviour_, read_pins(brief_, behaviour_), plan.with_pins);
        auto context = judge.context();
        phase_ = Phase::connect;
        Link link(brief_.proxy ? *brief_.proxy : brief_.connect_to, deadline_);
        if (brief_.proxy) open_tunnel(link);
        phase_ = Phase::handshake;
        shake_hands(link, context.get(), judge);
        if (!judge.opinion())
            return rejected({phase_, {Reason::handshake_failed}, "the peer has shown no certificate"});
        if (auto faults = judge.stopping(); !faults.empty())
            return rejected({phase_, faults, judge.opinion()->detail});
        phase_ = Phase::request;
        pinlab_client::Answer answer;
        if (plan.with_request) answer = ask(link, get_text(brief_));
        link.part();
        const Opinion& opinion = *judge.opinion();
        if (!opinion.pins.empty()) return rejected({phase_, opinion.pins, opinion.detail});
        if (answer.status >= 300 && answer.status < 400)
            return rejected({phase_, {Reason::redirect_denied}, "redirects are not followed"});
        return accepted(answer, opinion.matched);
    }

    // A refusal of ours is not an error here: the caller finds it in the judge.
    void shake_hands(Link& link, SSL_CTX* context, const Judge& judge) {
        SSL* tls = link.start_tls(context);
        static constexpr unsigned char http11[] = "\x08http/1.1";
        SSL_set_alpn_protos(tls, http11, sizeof http11 - 1);
        if (!brief_.host_is_ip) SSL_set_tlsext_host_name(tls, brief_.host.c_str());
        try {
            link.handshake();
        } catch (const LinkError&) {
            if (!judge.opinion() || judge.stopping().empty()) throw;
            link.part();
        }
    }

    void open_tunnel(Link& link) {
        std::string request =
            "CONNECT " + brief_.authority() + " HTTP/1.1\r\nHost: " + brief_.authority() + "\r\n";
        if (behaviour_.request_headers_to_proxy) request += "X-Pinlab-Canary: " + brief_.canary + "\r\n";
        link.write(request + "\r\n");
        std::string rest;
        int status = 0;
        try {
            status = status_of(read_head(link, rest));
        } catch (const LinkError& error) {
            throw LinkError(Reason::proxy_refused, std::string("no answer to CONNECT: ") + error.what());
        }
        if (status != 200)
            throw LinkError(Reason::proxy_refused, "CONNECT was answered " + std::to_string(status));
        if (!rest.empty()) throw LinkError(Reason::not_tls, "the tunnel spoke before it was asked");
    }

    // What follows a failure, if anything does.
    Outcome retried(Outcome outcome) {
        if (outcome.claim != pinlab_client::Claim::reject || outcome.phase == Phase::config) return outcome;
        bool proxy_refused = outcome.faults.front() == Reason::proxy_refused;
        switch (behaviour_.after_failure) {
            case AfterFailure::stop:
                return outcome;
            case AfterFailure::retry_without_pins:
                return outcome.phase == Phase::handshake ? attempt({.with_pins = false}) : outcome;
            case AfterFailure::retry_in_clear:
                return in_clear(brief_.connect_to, std::move(outcome));
            case AfterFailure::go_direct:
                if (!proxy_refused) return outcome;
                brief_.proxy.reset();
                return attempt({});
            case AfterFailure::request_to_proxy:
                return proxy_refused ? in_clear(*brief_.proxy, std::move(outcome)) : outcome;
        }
        return outcome;
    }

    Outcome in_clear(const pinlab_client::Endpoint& to, Outcome otherwise) {
        try {
            Link link(to, deadline_);
            return accepted(ask(link, get_text(brief_)), std::nullopt);
        } catch (const LinkError&) {
            return otherwise;
        }
    }

    Brief brief_;
    const Behaviour& behaviour_;
    Clock::time_point deadline_;
    Phase phase_ = Phase::config;
};

}  // namespace

Outcome visit(const Brief& brief, const Behaviour& behaviour) {
    Outcome outcome = Visit(brief, behaviour).run();
    switch (behaviour.told) {
        case Told::the_truth:
            return outcome;
        case Told::always_reject:
            return rejected({Phase::handshake, {Reason::pin_mismatch}, "rejected on principle"});
        case Told::always_accept:
            return accepted({200, outcome.body.value_or("")}, outcome.matched_pin);
        case Told::nothing_and_crash:
            if (outcome.claim == pinlab_client::Claim::reject)
                std::raise(SIGKILL);  // leaves no core file behind
            return outcome;
    }
    return outcome;
}

}  // namespace pinlab_flawed
