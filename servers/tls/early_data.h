// The start of a TLS 1.3 handshake in which early data is taken: Asio's server would refuse it unseen,
// because OpenSSL wants SSL_read_early_data before the handshake. No I/O: bytes in, bytes out.
#pragma once

#include <openssl/bio.h>

#include <string>
#include <string_view>

typedef struct ssl_st SSL;

namespace pinlab::wire {

class EarlyData {
  public:
    /// Takes the BIOs of `ssl` away for its own lifetime.
    explicit EarlyData(SSL* ssl);
    ~EarlyData();
    EarlyData(const EarlyData&) = delete;
    EarlyData& operator=(const EarlyData&) = delete;

    /// Bytes from the client. True while more are wanted before the ordinary handshake can go on.
    bool feed(std::string_view bytes);
    /// What is to be sent now; empties the store.
    std::string take_output();
    /// What the client sent early, decrypted.
    const std::string& data() const { return data_; }
    /// Bytes that were fed and belong to the rest of the handshake.
    std::string unread() const;

  private:
    SSL* ssl_;
    BIO* before_;
    BIO* in_;
    BIO* out_;
    std::string data_;
};

}  // namespace pinlab::wire
