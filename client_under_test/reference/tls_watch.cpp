// No exception may leave a callback into OpenSSL's C code.
#include "client_under_test/reference/tls_watch.h"

#include <exception>

namespace pinlab::reference {
namespace {

int watch_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

TlsWatch* watch_of(const SSL* connection) {
    return static_cast<TlsWatch*>(SSL_get_ex_data(connection, watch_index()));
}

}  // namespace

void TlsWatch::attach(SSL* connection) {
    SSL_set_ex_data(connection, watch_index(), this);
    SSL_set_info_callback(connection, &TlsWatch::on_info);
}

void TlsWatch::collect_sessions(SSL_CTX* context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &TlsWatch::on_session);
    SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
}

// close_notify ends every good connection and is not reported.
void TlsWatch::on_info(const SSL* connection, int where, int value) noexcept {
    TlsWatch* watch = watch_of(connection);
    if (watch == nullptr || where != SSL_CB_WRITE_ALERT || (value & 0xff) == SSL_AD_CLOSE_NOTIFY) return;
    try {
        if (watch->alert_.empty()) watch->alert_ = SSL_alert_desc_string_long(value);
    } catch (const std::exception&) {
        return;
    }
}

int TlsWatch::on_session(SSL* connection, SSL_SESSION* session) noexcept {
    TlsWatch* watch = watch_of(connection);
    if (watch == nullptr) return 0;
    try {
        watch->sessions_.reserve(watch->sessions_.size() + 1);
    } catch (const std::exception&) {
        return 0;  // OpenSSL keeps its reference and frees it
    }
    watch->sessions_.emplace_back(session);
    return 1;
}

}  // namespace pinlab::reference
