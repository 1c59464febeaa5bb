#include "servers/pki/copy.h"

#include "servers/pki/assemble.h"
#include "servers/pki/extensions.h"

namespace pinlab::pki {
namespace {

using EntryPtr = std::unique_ptr<X509_NAME_ENTRY, Freer<&X509_NAME_ENTRY_free>>;

/// The subject as it is; with other names its common names, if any, give way to the first of them.
void copy_subject(X509* copy, const X509* original, const CopyChanges& changes) {
    require(X509_set_subject_name(copy, X509_get_subject_name(original)) == 1, "subject");
    if (!changes.names) return;
    X509_NAME* const subject = X509_get_subject_name(copy);
    bool had_common_name = false;
    for (int at = 0; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)) >= 0;) {
        const EntryPtr removed(X509_NAME_delete_entry(subject, at));
        had_common_name = true;
    }
    if (had_common_name && !changes.names->empty()) add_common_name(subject, changes.names->front());
}

void copy_validity(X509* copy, const X509* original, const CopyChanges& changes) {
    if (changes.not_before) {
        set_not_before(copy, *changes.not_before);
    } else {
        require(X509_set1_notBefore(copy, X509_get0_notBefore(original)) == 1, "not_before");
    }
    if (changes.not_after) {
        set_not_after(copy, *changes.not_after);
    } else {
        require(X509_set1_notAfter(copy, X509_get0_notAfter(original)) == 1, "not_after");
    }
}

bool is_copied(int nid, const CopyChanges& changes) {
    if (nid == NID_subject_alt_name) return !changes.names;
    return nid == NID_basic_constraints || nid == NID_key_usage || nid == NID_ext_key_usage;
}

void copy_extensions(X509* copy, const X509* original, const CopyChanges& changes) {
    for (int i = 0; i < X509_get_ext_count(original); ++i) {
        X509_EXTENSION* extension = X509_get_ext(original, i);
        if (!is_copied(OBJ_obj2nid(X509_EXTENSION_get_object(extension)), changes)) continue;
        require(X509_add_ext(copy, extension, -1) == 1, "extension");
    }
    if (changes.names) add_dns_names(copy, *changes.names);
}

}  // namespace

Certificate copy_certificate(const Certificate& original, const Key& leaf_key, const CopyChanges& changes,
                             const Certificate* issuer, const Key& signer) {
    X509Ptr copy = start_certificate(leaf_key);
    copy_subject(copy.get(), original.native(), changes);
    copy_validity(copy.get(), original.native(), changes);
    X509* const above = issuer ? issuer->native() : copy.get();
    require(X509_set_issuer_name(copy.get(), X509_get_subject_name(above)) == 1, "issuer name");
    copy_extensions(copy.get(), original.native(), changes);
    add_subject_key_id(copy.get());
    add_authority_key_id(copy.get(), above);
    return sign(std::move(copy), signer, Digest::sha256);
}

}  // namespace pinlab::pki
