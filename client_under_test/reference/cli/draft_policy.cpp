// The draft has no backup pin: the backup key should not be on any server yet.
#include "client_under_test/reference/cli/draft_policy.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace pinlab::reference {
namespace {

using pinlab::client::CertificateFacts;
using pinlab::client::ConnectionReport;
using pinlab::client::pin_text;

std::string quoted(const std::string& text) {
    return boost::json::serialize(boost::json::string(text));
}

std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
    return text;
}

std::string pin_line(const CertificateFacts& certificate, bool leaf) {
    return "        {\"pin\": " + quoted(pin_text(certificate.spki)) + ", \"role\": \"" +
           (leaf ? "leaf" : "ca") + "\",\n         \"label\": " + quoted(printable(certificate.subject)) +
           "},\n";
}

}  // namespace

std::string draft_of(const ConnectionReport& report, const pinlab::client::Policy& policy) {
    std::string text =
        "{\n  \"schema\": \"pinlab.policy/1\",\n  \"version\": \"draft\",\n  \"trust\": {\"file\": " +
        quoted(policy.trust_file) + "},\n  \"hosts\": [\n    {\n      \"host\": " + quoted(report.host) +
        ",\n      \"match\": \"exact\",\n      \"pins\": [\n";
    for (std::size_t depth = 0; depth < report.verified.size(); ++depth)
        text += pin_line(report.verified[depth], depth == 0);
    text +=
        "        {\"pin\": \"\", \"role\": \"leaf\", \"backup\": true,\n         \"label\": \"the pin of a "
        "second key, "
        "made and kept offline: fill it in, and keep of the others only those that you mean\"}\n"
        "      ]\n    }\n  ]\n}\n";
    return text;
}

}  // namespace pinlab::reference
