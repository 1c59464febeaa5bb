// Another path; see alternate_path.h.
// Refuses to look further than a fixed number of anchors: a diagnosis must not become a way to burn time.
#include "client_under_test/reference/alternate_path.h"

#include "client_under_test/reference/openssl_ptr.h"
#include "client_under_test/reference/pin_policy.h"
#include "client_under_test/reference/pin_rules.h"

namespace pinlab_client {
namespace {

constexpr int kMostAnchors = 32;

// The judged context's own parameters, so that time, name and purpose are asked for again.
StoreContextPtr context_for(X509_STORE_CTX* judged, X509_STORE* store) {
    StoreContextPtr context(X509_STORE_CTX_new());
    if (!context || X509_STORE_CTX_init(context.get(), store, X509_STORE_CTX_get0_cert(judged),
                                        X509_STORE_CTX_get0_untrusted(judged)) != 1)
        return nullptr;
    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(context.get()), X509_STORE_CTX_get0_param(judged));
    return context;
}

bool satisfies(X509_STORE_CTX* judged, X509* anchor, const HostPolicy& entry) {
    StorePtr store(X509_STORE_new());
    if (!store || X509_STORE_add_cert(store.get(), anchor) != 1) return false;
    StoreContextPtr context = context_for(judged, store.get());
    if (!context || X509_verify_cert(context.get()) != 1) return false;
    auto path = hashes_of(X509_STORE_CTX_get0_chain(context.get()), wants_certificates(entry));
    return !judge_pins(entry, path, {}).fault;
}

}  // namespace

bool alternate_path_exists(X509_STORE_CTX* judged, const HostPolicy& entry) {
    X509_STORE* store = X509_STORE_CTX_get0_store(judged);
    if (store == nullptr) return false;
    const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store);
    for (int i = 0; i < sk_X509_OBJECT_num(objects) && i < kMostAnchors; ++i) {
        X509* anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (anchor != nullptr && satisfies(judged, anchor, entry)) return true;
    }
    return false;
}

}  // namespace pinlab_client
