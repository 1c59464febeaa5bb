#include <map>
#include <set>

#include "attacks/mitm/brief.h"
#include "servers/pki/openssl.h"

namespace pinlab::mitm {
namespace {

/// Runs `load` and reports an unusable file as an error of the document at `path`.
template <typename Load>
auto from_file(const std::string& path, Load load) {
    try {
        return load();
    } catch (const pki::Error& error) {
        throw wire::DocumentError(path + ": " + error.what());
    }
}

pki::Authority read_authority(const boost::json::value& value, const std::string& path) {
    wire::Fields fields(value, path);
    const std::string certificate = fields.text("certificate");
    const std::string key = fields.text("key");
    const std::vector<std::string> shown = fields.texts_or_empty("chain");
    fields.done();
    return from_file(path, [&] {
        pki::Authority authority{pki::chain_from_file(certificate).front(), pki::Key::from_file(key), {}};
        for (const auto& file : shown) authority.chain.push_back(pki::chain_from_file(file).front());
        return authority;
    });
}

/// Reads what some step names (`used`) and leaves the rest alone: a whole cast costs 15 ms, more than all
/// else here.
Cast read_cast(const boost::json::value& value, const std::string& at, const std::set<std::string>& used) {
    wire::Fields fields(value, at);
    Cast cast;
    fields.each_member("authorities", [&](const auto& name, const auto& member, const auto& path) {
        if (used.contains(name)) cast.authorities.emplace(name, read_authority(member, path));
    });
    fields.each_member("keys", [&](const auto& name, const auto& member, const auto& path) {
        if (!member.is_string()) throw wire::DocumentError(path + ": expected a file name");
        if (!used.contains(name)) return;
        cast.keys.emplace(
            name, from_file(path, [&] { return pki::Key::from_file(std::string(member.get_string())); }));
    });
    fields.each_member("identities", [&](const auto& name, const auto& member, const auto& path) {
        wire::Fields identity(member, path);
        const std::string chain = identity.text("chain");
        const std::string key = identity.text("key");
        identity.done();
        if (!used.contains(name)) return;
        cast.identities.emplace(name, from_file(path, [&] { return pki::Identity::load(chain, key); }));
    });
    fields.done();
    return cast;
}

ScriptStep read_step(const boost::json::value& value, const std::string& path) {
    wire::Fields fields(value, path);
    const std::string name = fields.text("kind");
    const Kind* kind = find_kind(name);
    if (!kind) fields.fail("kind", "no attack is called \"" + name + "\" (pinlab-mitm --list shows all)");
    static const boost::json::value nothing;
    const auto* params = fields.member("params");
    Arguments arguments(kind->parameters, params ? *params : nothing, fields.path_of("params"));
    const wire::StepSpan span = wire::read_span(fields);
    const wire::SessionRule sessions = wire::read_session_rule(fields);
    fields.done();
    try {
        kind->make(
            arguments);  // a value that the attack cannot use is an error of the brief, not of a connection
    } catch (const wire::DocumentError& error) {
        throw wire::DocumentError(path + "." + error.what());
    }
    return {kind, std::move(arguments), span, sessions};
}

/// "proxy", "proxy_answer" and "proxy_identity".
void read_proxy(wire::Fields& fields, MitmBrief& brief) {
    static const std::map<std::string, wire::ProxyKind> words = {{"none", wire::ProxyKind::none},
                                                                 {"connect", wire::ProxyKind::connect},
                                                                 {"https", wire::ProxyKind::https},
                                                                 {"socks5", wire::ProxyKind::socks5}};
    const auto word = words.find(fields.text_or("proxy", "none"));
    if (word == words.end()) fields.fail("proxy", R"(expected "none", "connect", "https" or "socks5")");
    brief.proxy.kind = word->second;
    const std::int64_t answer = fields.integer_or("proxy_answer", wire::granting(word->second));
    const bool socks = word->second == wire::ProxyKind::socks5;
    if (socks ? answer < 0 || answer > 255 : answer < 200 || answer > 599)
        fields.fail("proxy_answer", socks ? "expected 0 to 255" : "expected 200 to 599");
    brief.proxy.answer = static_cast<int>(answer);
    if (const auto* shown = fields.member("proxy_identity")) {
        const std::string path = fields.path_of("proxy_identity");
        wire::Fields identity(*shown, path);
        const std::string chain = identity.text("chain");
        const std::string key = identity.text("key");
        identity.done();
        brief.proxy_identity = from_file(path, [&] { return pki::Identity::load(chain, key); });
    }
    if (word->second == wire::ProxyKind::https && !brief.proxy_identity)
        fields.fail("proxy_identity", "an HTTPS proxy must show something");
}

wire::RequestPattern read_pattern(const boost::json::value& value, const std::string& path) {
    using In = wire::RequestPattern::In;
    static const std::map<std::string, In> words = {
        {"header", In::header}, {"path", In::path}, {"body", In::body}};
    wire::Fields fields(value, path);
    const auto word = words.find(fields.text("in"));
    if (word == words.end()) fields.fail("in", R"(expected "header", "path" or "body")");
    const bool header = word->second == In::header;
    wire::RequestPattern pattern{word->second, header ? fields.text("name") : "", fields.text("match")};
    fields.done();
    if (pattern.match.empty() || pattern.match.size() > wire::RequestWatch::longest_pattern)
        fields.fail("match", "expected 1 to 256 bytes");
    return pattern;
}

/// "watch" and "discreet".
void read_watch(wire::Fields& fields, MitmBrief& brief) {
    fields.each("watch", [&](const auto& value, const auto& path) {
        brief.watch.push_back(read_pattern(value, path));
    });
    if (brief.watch.size() > wire::RequestWatch::most_patterns)
        fields.fail("watch", "holds more than 16 patterns");
    brief.discreet = fields.flag_or("discreet", false);
}

}  // namespace

MitmBrief read_mitm_brief(const boost::json::value& document) {
    wire::Fields fields(document, "");
    if (fields.text("schema") != "pinlab.mitm/1") fields.fail("schema", R"(expected "pinlab.mitm/1")");
    MitmBrief brief;
    brief.common = wire::read_witness_brief(fields);
    read_proxy(fields, brief);
    if (const auto* upstream = fields.member("upstream")) {
        wire::Fields place(*upstream, fields.path_of("upstream"));
        brief.upstream = wire::read_endpoint(place);
        place.done();
    }
    brief.remember = fields.flag_or("remember_upstream", false);
    brief.now = wire::read_now(fields);
    read_watch(fields, brief);
    std::set<std::string> used;
    fields.each("script", [&](const auto& value, const auto& path) {
        brief.script.push_back(read_step(value, path));
        brief.script.back().arguments.collect(used);
    });
    if (const auto* cast = fields.member("cast")) {
        brief.cast = read_cast(*cast, fields.path_of("cast"), used);
    }
    for (const auto& file : fields.texts_or_empty("foreseen"))
        brief.foreseen.push_back(
            from_file(fields.path_of("foreseen"), [&] { return pki::chain_from_file(file); }));
    fields.done();
    if (brief.script.empty()) fields.fail("script", "needs at least one step");
    return brief;
}

}  // namespace pinlab::mitm
