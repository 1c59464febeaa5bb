#include "client_under_test/flawed/names.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace pinlab::flawed {
namespace {

constexpr unsigned right_behaviour =
    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;

std::vector<std::string> dns_names(X509* leaf) {
    std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    std::vector<std::string> found;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS) continue;
        const auto* bytes = ASN1_STRING_get0_data(name->d.dNSName);
        found.emplace_back(bytes, bytes + ASN1_STRING_length(name->d.dNSName));
    }
    return found;
}

// The subject's common names, byte for byte.
std::vector<std::string> common_names(X509* leaf) {
    std::vector<std::string> found;
    const X509_NAME* subject = X509_get_subject_name(leaf);
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
        const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
        const auto* bytes = ASN1_STRING_get0_data(text);
        found.emplace_back(bytes, bytes + ASN1_STRING_length(text));
    }
    return found;
}

bool up_to_nul(const std::string& name, const std::string& host) {
    return name.find('\0') != std::string::npos && name.c_str() == host;
}

// "*" for all hosts, "*.tld" for all of a top level.
bool wide_wildcard(const std::string& name, const std::string& host) {
    if (name == "*") return true;
    return name.starts_with("*.") && host.find('.') != std::string::npos &&
           host.substr(host.find('.')) == name.substr(1);
}

// The list of names after it was printed as "DNS:a, DNS:b" and split again.
bool in_text(const std::vector<std::string>& names, const std::string& host) {
    std::string text;
    for (const std::string& name : names) text += "DNS:" + name + ", ";
    return text.find("DNS:" + host + ", ") != std::string::npos;
}

bool openssl_check(X509* leaf, const std::string& host, unsigned flags) {
    return X509_check_host(leaf, host.data(), host.size(), flags, nullptr) == 1;
}

template <class Fits>
bool any_name(X509* leaf, Fits fits) {
    auto names = dns_names(leaf);
    return std::any_of(names.begin(), names.end(), fits);
}

}  // namespace

bool names_host(X509* leaf, const pinlab::protocol::Brief& brief, NameRule rule) {
    const std::string& host = brief.host;
    if (rule == NameRule::none) return true;
    if (brief.host_is_ip) return X509_check_ip_asc(leaf, host.c_str(), 0) == 1;
    bool right = openssl_check(leaf, host, right_behaviour);
    switch (rule) {
        case NameRule::suffix:
            return right || any_name(leaf, [&](const std::string& n) {
                       return host.ends_with(n) || n.ends_with(host);
                   });
        case NameRule::until_nul:
            for (const std::string& name : common_names(leaf)) right = right || up_to_nul(name, host);
            return right || any_name(leaf, [&](const std::string& n) { return up_to_nul(n, host); });
        case NameRule::wildcard_too_wide:
            return right || any_name(leaf, [&](const std::string& n) { return wide_wildcard(n, host); });
        case NameRule::list_as_text:
            return right || in_text(dns_names(leaf), host);
        case NameRule::common_name_too:
            return openssl_check(leaf, host,
                                 X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT);
        case NameRule::wildcard_any_depth:
            return openssl_check(leaf, host, right_behaviour | X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS);
        case NameRule::wildcard_partial:
            return openssl_check(leaf, host, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        default:
            return right;
    }
}

}  // namespace pinlab::flawed
