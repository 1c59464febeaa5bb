#include "attacks/mitm/relay.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>

#include "servers/tls/openssl_words.h"
#include "servers/wire/observation.h"

namespace pinlab::mitm {
using namespace boost::asio::experimental::awaitable_operators;
using wire::Awaitable;
using wire::Connection;

void scan_request(RelaySession& session, const std::string& bytes, const char* where) {
    static constexpr const char* forms[] = {"header", "path", "body"};
    for (const std::size_t pattern : session.watch.feed(bytes)) {
        const char* form = forms[static_cast<int>(session.brief.watch[pattern].in)];
        session.client->journal("canary_seen", {{"where", where}, {"form", form}, {"pattern", pattern}});
    }
}

void journal_request(RelaySession& session, const std::string& bytes) {
    Connection& client = *session.client;
    const std::string line = bytes.substr(0, bytes.find("\r\n"));
    const std::size_t space = line.find(' ');
    const std::string target =
        space == std::string::npos ? "" : line.substr(space + 1, line.rfind(' ') - space - 1);
    client.journal("request",
                   {{"method", wire::printable(line.substr(0, space), 16)},
                    {"target", session.brief.discreet ? "(not written down)" : wire::printable(target, 1024)},
                    {"bytes", bytes.size()}});
}

namespace {

Awaitable<void> relay_up(RelaySession& session, const char* where) {
    while (true) {
        const std::string bytes = co_await session.client->read();
        if (bytes.empty()) break;
        if (session.sealed)
            session.sealed->from_client(bytes);
        else
            scan_request(session, bytes, where);
        session.bytes_up += bytes.size();
        session.asked = true;
        if (!co_await session.origin->write(session.attack.on_request(bytes))) break;
    }
    session.origin->close();
}

Awaitable<void> relay_down(RelaySession& session) {
    while (true) {
        const std::string bytes = co_await session.origin->read();
        if (bytes.empty()) break;
        if (session.sealed) session.sealed->from_server(bytes);
        const std::string changed = session.attack.on_response(bytes);
        if (changed != bytes) session.client->journal("tampered", {{"bytes", bytes.size()}});
        session.bytes_down += bytes.size();
        session.exchanges += std::exchange(session.asked, false) ? 1 : 0;
        if (!co_await session.client->write_answer(changed)) break;
    }
    co_await session.client->end_writing();
}

}  // namespace

Awaitable<void> relay_until_end(RelaySession& session, const char* where) {
    co_await (relay_up(session, where) && relay_down(session));
    boost::json::object facts{{"bytes_up", session.bytes_up}, {"bytes_down", session.bytes_down}};
    if (const auto& sealed = session.sealed) {
        facts["server_showed"] = sealed->server_showed();
        facts["client_spoke"] = sealed->client_spoke();
        if (const auto code = sealed->client_alert())
            session.client->journal("alert", wire::alert_facts(false, *code));
        if (const auto code = sealed->server_alert())
            facts["server_alert"] = wire::alert_facts(false, *code)["name"];
    }
    session.client->journal("relayed", facts);
}

}  // namespace pinlab::mitm
