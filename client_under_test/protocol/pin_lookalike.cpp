// The common mistakes in the pin formats in use; the first that fits is named.
#include "client_under_test/protocol/pin_lookalike.h"

#include <algorithm>

namespace pinlab::protocol {
namespace {

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A digest in hex, colons or not: 32, 40, 64, 96 or 128 digits.
bool is_hex_digest(std::string_view text) {
    std::string digits(text);
    std::erase(digits, ':');
    constexpr std::size_t lengths[] = {32, 40, 64, 96, 128};
    return std::all_of(digits.begin(), digits.end(), is_hex) &&
           std::find(std::begin(lengths), std::end(lengths), digits.size()) != std::end(lengths);
}

bool is_base64(std::string_view text) {
    text = text.substr(0, text.find_last_not_of('=') + 1);
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return is_alphanumeric(c) || c == '+' || c == '/'; });
}

std::string of_length(std::size_t bytes) {
    std::string sentence = "decodes to " + std::to_string(bytes) + " bytes and not to 32";
    if (bytes == 16) return sentence + "; an MD5 digest has 16";
    if (bytes == 20) return sentence + "; a SHA-1 digest has 20";
    if (bytes == 48) return sentence + "; a SHA-384 digest has 48";
    if (bytes == 64) return sentence + "; a SHA-512 digest has 64";
    return sentence;
}

std::string about_digest(std::string_view text) {
    if (text.empty()) return "no digest follows the prefix";
    if (text.front() == '/') return "two slashes are curl's --pinnedpubkey notation; one is wanted here";
    if (is_hex_digest(text))
        return "hex digits; base64 is wanted (and is it the hash of a key, or of a certificate?)";
    if (text.find_first_of(";,") != std::string_view::npos)
        return "looks like several pins in one text (curl's list)";
    if (text.find_first_of(" \t\r\n") != std::string_view::npos)
        return "holds white space (line-wrapped base64?)";
    if (text.find_first_of("-_") != std::string_view::npos)
        return "base64url letters (- _); standard base64 (+ /) is wanted";
    if (!is_base64(text)) return "not base64";
    std::size_t letters = text.find_last_not_of('=') + 1;
    std::size_t padding = text.size() - letters;
    if (letters % 4 == 1)
        return "truncated base64: no number of bytes encodes to " + std::to_string(letters) + " letters";
    std::size_t bytes = letters * 6 / 8;
    if (bytes != 32) return of_length(bytes);
    if (padding == 0) return "the padding (=) is missing";
    if (padding != 1) return "too much padding";
    return "its last letter carries bits beyond the 32 bytes: truncated or edited by hand";
}

bool starts_with_any_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), text.begin(), [](char p, char c) {
               return p == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
           });
}

std::string about_whole(std::string_view text) {
    if (text.find("-----BEGIN") != std::string_view::npos) return "PEM text; the hash of the key is wanted";
    if (text.find_first_of(" \t\r\n") == 0 || text.ends_with('\n') || text.ends_with(' '))
        return "white space around it";
    if (starts_with_any_case(text, "pin-sha256="))
        return "HPKP header notation (pin-sha256=\"...\"); write sha256/...";
    if (starts_with_any_case(text, "pin-sha256:"))
        return "OpenConnect's notation (pin-sha256:...); write sha256/...";
    if (starts_with_any_case(text, "sha256:"))
        return "a colon after sha256 (hex fingerprint notation); write sha256/<base64>";
    if (starts_with_any_case(text, "sha256/")) return "the prefix is lower case: sha256/";
    if (starts_with_any_case(text, "sha1")) return "a SHA-1 pin; only sha256/ is accepted";
    if (starts_with_any_case(text, "sha") || starts_with_any_case(text, "md5"))
        return "another digest; only sha256/ is accepted";
    if (is_hex_digest(text))
        return "a hex fingerprint, usually of the whole certificate (urllib3, browsers); not a key pin";
    if (is_base64(text) && text.size() >= 43 && text.size() <= 44)
        return "bare base64 (Android, Apple and TrustKit files); write sha256/ in front of it";
    return "does not start with sha256/";
}

}  // namespace

std::string lookalike(std::string_view text) {
    if (text.empty()) return "empty text; a template that was not filled in?";
    constexpr std::string_view prefix = "sha256/";
    return text.starts_with(prefix) ? about_digest(text.substr(prefix.size())) : about_whole(text);
}

}  // namespace pinlab::protocol
