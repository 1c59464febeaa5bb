// The HTTP hooks of every attack, on anything that a client or an origin may send. The first byte chooses the
// attack, the second where the bytes are cut; parameters are what the attack declares, or text from the
// input.
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "attacks/registry.h"
#include "attacks/tests/workshop.h"
#include "cmake/fuzz/property.h"
#include "servers/json/strict_json.h"
#include "servers/tls/client_hello.h"

namespace {

using namespace pinlab::mitm;
using pinlab::fuzz::must;

struct Input {
    const Kind& kind;
    std::string parameters;  ///< one value for every parameter, or empty: as declared
    std::string bytes;
    std::size_t cut;
};

/// KIND CUT [PARAMETERS NUL] BYTES
Input read(std::string_view data) {
    const Kind& kind = kinds()[static_cast<unsigned char>(data[0]) % kinds().size()];
    const std::size_t cut = static_cast<unsigned char>(data[1]);
    data.remove_prefix(2);
    const std::size_t end = data.find('\0');
    const bool has_parameters = end < 40;  // and so not npos
    return {kind, std::string(has_parameters ? data.substr(0, end) : ""),
            std::string(has_parameters ? data.substr(end + 1) : data), cut};
}

std::unique_ptr<Attack> make(const Input& input) {
    boost::json::object given;
    if (!input.parameters.empty())
        for (const Parameter& parameter : input.kind.parameters) given[parameter.name] = input.parameters;
    try {
        return input.kind.make(Arguments(input.kind.parameters, given, "params"));
    } catch (const pinlab::wire::DocumentError& error) {
        must(*error.what() != '\0', "a refusal says why");
        return nullptr;
    }
}

std::string through(Attack& attack, std::string (Attack::*hook)(std::string), const Input& input) {
    const std::size_t cut = std::min(input.cut, input.bytes.size());
    return (attack.*hook)(input.bytes.substr(0, cut)) + (attack.*hook)(input.bytes.substr(cut));
}

void check_response(const Input& input, const std::string& changed) {
    if (!input.kind.changes_response) must(changed == input.bytes, "only a kind that says so changes bytes");
    if (!input.kind.changes_length)
        must(changed.size() == input.bytes.size(), "a length stays true unless the kind says otherwise");
    const std::size_t head = input.bytes.find("\r\n\r\n");
    if (head != std::string::npos && input.kind.name == "alter_headers" && input.cut > input.bytes.size())
        must(changed.ends_with(input.bytes.substr(head)) || !input.bytes.starts_with("HTTP/1."),
             "an edit of the head leaves the body alone");
}

/// Every hello leads to a decision that can be carried out.
void decide(Attack& attack, const std::string& bytes) {
    const auto hello = pinlab::wire::parse_client_hello(bytes);
    const Decision decision = attack.on_client_hello(hello.hello);
    if (const auto* clear = std::get_if<SpeakClear>(&decision))
        must(!clear->bytes.empty(), "clear speech says something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    static const test::Workshop workshop;
    const Input input = read(pinlab::fuzz::text_of(data, size));
    const std::unique_ptr<Attack> attack = make(input);
    if (!attack) return 0;
    decide(*attack, input.bytes);
    if (input.parameters.empty()) attack->on_upstream(workshop.genuine.shown(), workshop.forge);
    if (const auto own = attack->answer(input.bytes))
        must(own->starts_with("HTTP/1.1 ") && own->size() > 12, "an answer has a status");
    must(through(*attack, &Attack::on_request, input) == input.bytes, "requests pass unchanged");
    check_response(input, through(*attack, &Attack::on_response, input));
    attack->on_close();
    return 0;
}
