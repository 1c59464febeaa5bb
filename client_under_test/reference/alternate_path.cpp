// The number of anchors tried is limited, so that the diagnosis costs bounded time.
#include "client_under_test/reference/alternate_path.h"

#include "client_under_test/protocol/openssl_ptr.h"
#include "client_under_test/protocol/pin_text.h"
#include "client_under_test/reference/pin_rules.h"

namespace pinlab::reference {
namespace {

constexpr int most_anchors = 32;

using StackPtr = std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)>;

bool stands_in(const STACK_OF(X509) * certificates, const X509* certificate) {
    for (int i = 0; i < sk_X509_num(certificates); ++i)
        if (X509_cmp(sk_X509_value(certificates, i), certificate) == 0) return true;
    return false;
}

// The presented list, with the certificates that the verified path left out first: of two certificates for
// one CA OpenSSL takes the first and never tries the other.
StackPtr left_out_first(X509_STORE_CTX* judged) {
    StackPtr list(sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
    const STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(judged);
    for (bool used : {false, true})
        for (int i = 0; i < sk_X509_num(sent); ++i)
            if (stands_in(X509_STORE_CTX_get0_chain(judged), sk_X509_value(sent, i)) == used)
                sk_X509_push(list.get(), sk_X509_value(sent, i));
    return list;
}

// The parameters of the verified context, so that time, name and purpose are checked again.
bool satisfies(X509_STORE_CTX* judged, STACK_OF(X509) * list, X509* anchor, const HostPolicy& entry) {
    StorePtr store(X509_STORE_new());
    StoreContextPtr context(X509_STORE_CTX_new());
    if (!store || !context || X509_STORE_add_cert(store.get(), anchor) != 1 ||
        X509_STORE_CTX_init(context.get(), store.get(), X509_STORE_CTX_get0_cert(judged), list) != 1)
        return false;
    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(context.get()), X509_STORE_CTX_get0_param(judged));
    if (X509_verify_cert(context.get()) != 1) return false;
    auto path = hashes_of(X509_STORE_CTX_get0_chain(context.get()), wants_certificates(entry));
    return !judge_pins(entry, path, {}).fault;
}

}  // namespace

bool alternate_path_exists(X509_STORE_CTX* judged, const HostPolicy& entry) {
    X509_STORE* store = X509_STORE_CTX_get0_store(judged);
    if (store == nullptr) return false;
    StackPtr list = left_out_first(judged);
    const STACK_OF(X509_OBJECT)* objects = X509_STORE_get0_objects(store);
    for (int i = 0; i < sk_X509_OBJECT_num(objects) && i < most_anchors; ++i) {
        X509* anchor = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (anchor != nullptr && satisfies(judged, list.get(), anchor, entry)) return true;
    }
    return false;
}

}  // namespace pinlab::reference
