// The public client: entry, clock, pool, sessions, redirects around one engine (pinned_client.h). Every
// connection that it returns is accepted under the entry and the clock of that moment.
#include "pinlab/client/client.h"

#include "client_under_test/reference/client_impl.h"
#include "client_under_test/reference/redirects.h"
#include "client_under_test/reference/tls_context.h"

namespace pinlab::client {

Verified::Verified(std::unique_ptr<Lease> lease) noexcept : lease_(std::move(lease)) {}
Verified::Verified(Verified&&) noexcept = default;
Verified& Verified::operator=(Verified&&) noexcept = default;
Verified::~Verified() = default;

const ConnectionReport& Verified::report() const {
    return lease_->report;
}

Client::Client(Policy policy, Settings settings) {
    pinlab::reference::start_openssl();
    impl_ = std::make_unique<Impl>(std::move(policy), std::move(settings));
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

std::variant<Verified, Refusal> Client::connect(std::string_view url) {
    auto made = impl_->connect(url);
    if (auto* refusal = std::get_if<Refusal>(&made)) return std::move(*refusal);
    return Verified(std::get<std::unique_ptr<Verified::Lease>>(std::move(made)));
}

std::variant<Response, Refusal> Client::send(Verified token, const Request& request) {
    if (!token.lease_) return impl_->used_up();
    return impl_->send(std::move(token.lease_), request);
}

std::variant<Response, Refusal> Client::get(std::string_view url, const Request& request) {
    std::string next(url);
    Request asked = request;
    for (std::size_t hop = 0;; ++hop) {
        auto sent = impl_->exchange(next, asked);
        auto* response = std::get_if<Response>(&sent);
        if (response == nullptr || !response->location) return sent;
        auto target = impl_->follow(next, *response, hop);
        if (auto* refusal = std::get_if<Refusal>(&target)) return std::move(*refusal);
        std::string& to = std::get<std::string>(target);
        asked = pinlab::reference::next_request(std::move(asked), response->status,
                                                pinlab::reference::same_origin(next, to));
        next = std::move(to);
    }
}

ConnectionReport Client::look(std::string_view url) {
    return impl_->look(url);
}

void Client::reload(Policy policy) {
    impl_->reload(std::move(policy));
}

std::size_t Client::idle() const {
    return impl_->idle();
}

std::size_t Client::sessions() const {
    return impl_->sessions();
}

}  // namespace pinlab::client
