#include "servers/mint/certificate_entry.h"

#include <algorithm>
#include <limits>

#include "servers/json/strict_json.h"
#include "servers/util/ascii.h"

namespace pinlab::mint {
namespace {

namespace json = boost::json;
using wire::DocumentError;
using wire::Fields;

/// Far beyond every year that a certificate can express, and small enough to add up.
constexpr std::int64_t longest = 1'000'000'000'000;

/// A list (nothing where it is absent), each element turned into a value by `convert` (nothing: `problem`).
template <class T, class Convert>
std::optional<std::vector<T>> list(Fields& fields, std::string_view key, std::string_view problem,
                                   Convert convert) {
    if (!fields.member(key)) return std::nullopt;
    std::vector<T> values;
    fields.each(key, [&](const json::value& element, const std::string& path) {
        if (!element.is_string()) throw DocumentError(path + ": expected a string");
        std::optional<T> value = convert(std::string(element.get_string()));
        if (!value) throw DocumentError(path + ": " + std::string(problem));
        values.push_back(std::move(*value));
    });
    return values;
}

std::optional<std::string> ascii(std::string text) {
    const bool fits = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
    return fits ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> address(std::string text) {
    const pki::ExpectedFailure quiet;
    const pki::OctetStringPtr parsed(a2i_IPADDRESS(text.c_str()));
    return parsed && text.find('\0') == std::string::npos ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> purpose(std::string text) {
    return pki::ext_key_usage_oid(text) ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::string> any_text(std::string text) {
    return text;
}

pki::Bytes bytes(const Fields& fields, std::string_view key, const std::string& text) {
    const std::optional<std::string> decoded = util::from_hex(text);
    if (!decoded) fields.fail(key, "expected pairs of hex digits");
    return {decoded->begin(), decoded->end()};
}

std::optional<std::int64_t> within(Fields& fields, std::string_view key, std::int64_t low,
                                   std::int64_t high) {
    const std::optional<std::int64_t> value = fields.optional_integer(key);
    if (value && (*value < low || *value > high)) {
        fields.fail(key, "not between " + std::to_string(low) + " and " + std::to_string(high));
    }
    return value;
}

/// "filler_names": so many names of strangers before the certificate's own, each of eight bytes with its
/// header.
void add_filler(Fields& fields, pki::Profile& profile) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    const std::int64_t count = within(fields, "filler_names", 0, 26 * 26 * 26 * 26 - 1).value_or(0);
    std::vector<std::string> filler;
    for (auto i = static_cast<std::size_t>(count); i > 0; --i) {
        std::string label;
        for (std::size_t rest = i, digit = 0; digit < 4; ++digit, rest /= 26) label += letters[rest % 26];
        filler.push_back(label + ".x");
    }
    profile.names.insert(profile.names.begin(), filler.begin(), filler.end());
}

void read_names(Fields& fields, pki::Profile& profile) {
    constexpr std::string_view not_ascii = "not ASCII: an IA5String cannot hold it";
    const auto names = [&](std::string_view key) {
        return list<std::string>(fields, key, not_ascii, ascii).value_or(std::vector<std::string>{});
    };
    profile.common_name = fields.optional_text("common_name");
    profile.names = names("names");
    add_filler(fields, profile);
    profile.ips =
        list<std::string>(fields, "ips", "not an IP address", address).value_or(std::vector<std::string>{});
    profile.uris = names("uris");
    profile.permitted_names = names("permitted_names");
    profile.excluded_names = names("excluded_names");
}

void read_extensions(Fields& fields, pki::Profile& profile) {
    fields.each("extensions", [&](const json::value& value, const std::string& path) {
        Fields extension(value, path);
        pki::RawExtension raw{extension.text("oid"), extension.flag_or("critical", false),
                              bytes(extension, "hex", extension.text("hex"))};
        if (!pki::oid_from(raw.oid)) extension.fail("oid", "not an object identifier");
        extension.done();
        profile.extensions.push_back(std::move(raw));
    });
}

void read_serial(Fields& fields, pki::Profile& profile) {
    if (!fields.member("serial")) return;
    const std::string text = fields.text("serial");
    profile.negative_serial = text.starts_with('-');
    profile.serial = bytes(fields, "serial", text.substr(profile.negative_serial ? 1 : 0));
}

void read_powers(Fields& fields, pki::Profile& profile, Role role) {
    profile.is_ca = fields.flag_or("is_ca", role == Role::authority);
    if (const auto length = within(fields, "path_length", 0, std::numeric_limits<int>::max())) {
        profile.path_length = static_cast<int>(*length);
    }
    profile.key_usage = list<pki::KeyUsage>(fields, "key_usage", "no such key usage", pki::key_usage_from);
    profile.ext_key_usage = list<std::string>(fields, "ext_key_usage", "no such extended key usage", purpose);
    profile.omit = list<pki::Field>(fields, "omit", "no such part of a certificate", pki::field_from)
                       .value_or(std::vector<pki::Field>{});
}

void read_signature(Fields& fields, CertificateEntry& entry) {
    const std::string digest = fields.text_or("digest", "sha256");
    entry.no_digest = digest == "none";
    if (const auto known = pki::digest_from(digest)) {
        entry.profile.digest = *known;
    } else if (!entry.no_digest) {
        fields.fail("digest", "expected sha256, sha384, sha512, sha1, md5 or none");
    }
    if (const auto inner = fields.optional_text("inner_digest")) {
        entry.profile.inner_digest = pki::digest_from(*inner);
        if (!entry.profile.inner_digest || entry.no_digest)
            fields.fail("inner_digest", "expected sha256, sha384, sha512, sha1 or md5, beside such a digest");
    }
    if (const auto at = within(fields, "flip_byte", 0, std::numeric_limits<int>::max()))
        entry.profile.flip_byte = static_cast<std::size_t>(*at);
    const std::string signature = fields.text_or("signature", "valid");
    if (signature != "valid" && signature != "broken") fields.fail("signature", "expected valid or broken");
    if (signature == "broken") entry.profile.signature = pki::SignatureState::broken;
    entry.signing_key = fields.optional_text("signing_key");
    entry.replace_public_key = fields.optional_text("replace_public_key");
}

}  // namespace

CertificateEntry read_certificate_entry(Role role, const std::string& name, const json::value& value,
                                        const std::string& path) {
    Fields fields(value, path);
    CertificateEntry entry{.path = path};
    entry.key = fields.text_or("key", name);
    entry.issuer = fields.text_or("issuer", role == Role::authority ? self : "issuing");
    read_names(fields, entry.profile);
    if (role == Role::authority && !entry.profile.common_name && entry.profile.names.empty()) {
        entry.profile.common_name = "pinlab, do not trust: " + name;
    }
    entry.profile.not_before = within(fields, "not_before", -longest, longest);
    entry.profile.not_after = within(fields, "not_after", -longest, longest);
    read_powers(fields, entry.profile, role);
    read_extensions(fields, entry.profile);
    read_serial(fields, entry.profile);
    entry.profile.version = static_cast<int>(within(fields, "version", 1, 3).value_or(3));
    read_signature(fields, entry);
    if (role == Role::authority)
        entry.ladder = static_cast<int>(within(fields, "ladder", 1, 500).value_or(1));
    if (role == Role::identity) {
        entry.presented_key = fields.optional_text("presented_key");
        entry.chain = list<std::string>(fields, "chain", "", any_text);
        if (entry.chain && entry.chain->empty())
            fields.fail("chain", "a server shows at least one certificate");
    }
    fields.done();
    return entry;
}

}  // namespace pinlab::mint
