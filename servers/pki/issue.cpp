#include "servers/pki/issue.h"

#include "servers/pki/assemble.h"
#include "servers/pki/corrupt.h"
#include "servers/pki/extensions.h"

namespace pinlab::pki {
namespace {

constexpr std::int64_t day = 86400;
constexpr std::size_t common_name_limit = 64;  // ub-common-name, RFC 5280 appendix A.1

void set_subject(X509* x509, const Profile& profile, bool as_ca) {
    if (omits(profile, Field::common_name)) return;
    X509_NAME* const subject = X509_get_subject_name(x509);  // OpenSSL lets its owner change it in place
    if (profile.common_name) {
        add_common_name(subject, *profile.common_name);
    } else if (!profile.names.empty() && profile.names.front().size() <= common_name_limit) {
        add_common_name(subject, profile.names.front());
    } else if (as_ca) {
        add_common_name(subject, "pinlab, do not trust");
    }
}

void set_validity(X509* x509, const Profile& profile, bool as_ca, std::int64_t now) {
    set_not_before(x509, now + profile.not_before.value_or(as_ca ? -365 * day : -day));
    set_not_after(x509, now + profile.not_after.value_or(as_ca ? 3650 * day : 90 * day));
}

void set_key_ids(X509* x509, const Profile& profile, const Certificate* issuer) {
    if (!omits(profile, Field::subject_key_id)) add_subject_key_id(x509);
    if (omits(profile, Field::authority_key_id)) return;
    add_authority_key_id(x509, issuer ? issuer->native() : x509);
}

}  // namespace

Certificate make_certificate(const Profile& profile, const Key& subject_key, const Certificate* issuer,
                             const Key& issuer_key, bool as_ca, std::int64_t now) {
    X509Ptr made = start_certificate(subject_key);
    X509* const x509 = made.get();
    require(X509_set_version(x509, profile.version - 1) == 1, "version");
    if (profile.serial) set_serial(x509, *profile.serial, profile.negative_serial);
    set_validity(x509, profile, as_ca, now);
    set_subject(x509, profile, as_ca);
    const X509_NAME* above = X509_get_subject_name(issuer ? issuer->native() : x509);
    require(X509_set_issuer_name(x509, above) == 1, "issuer name");
    if (profile.version >= 3) {
        add_extensions(x509, profile, as_ca);
        set_key_ids(x509, profile, issuer);
    }
    add_raw_extensions(x509, profile.extensions);
    const Key signer = profile.signing_key.value_or(issuer_key);
    Certificate certificate = sign(std::move(made), signer, profile.digest);
    if (profile.inner_digest)
        certificate = with_inner_digest(certificate, *profile.inner_digest, profile.digest, signer);
    if (profile.flip_byte) certificate = with_flipped_byte(certificate, *profile.flip_byte);
    if (profile.replace_public_key) certificate = with_public_key(certificate, *profile.replace_public_key);
    if (profile.signature == SignatureState::broken) certificate = with_broken_signature(certificate);
    return certificate;
}

}  // namespace pinlab::pki
