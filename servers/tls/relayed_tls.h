// What a relay sees of TLS that it cannot decrypt: whether the server answered, and who sent data after the
// handshake.
// Reads record headers and the clear part of a handshake (RFC 8446 5.1, 4.1.3), never the content; sans-io.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pinlab::wire {

/// Records of one direction, counted as they pass in pieces of any size.
class RecordCounter {
  public:
    /// The next bytes. Bytes that are no TLS records stop the counting for good.
    void feed(std::string_view bytes);

    /// Records of type application_data that are too long to be an encrypted alert.
    std::size_t application() const { return application_; }
    /// The first alert that was sent in clear, by its number; close_notify is none.
    std::optional<int> clear_alert() const { return alert_; }
    /// The first record, from its header on, as far as it is needed to read a ServerHello.
    const std::string& first() const { return first_; }

  private:
    void end_record();

    std::string header_;
    std::string begin_;  ///< of the content of the record that is open
    std::string first_;
    std::size_t left_ = 0;
    bool enciphered_ = false;  ///< a change_cipher_spec passed: alerts behind it cannot be read
    bool broken_ = false;
    std::size_t application_ = 0;
    std::optional<int> alert_;
};

/// Both directions of one relayed connection.
class RelayedTls {
  public:
    void from_client(std::string_view bytes) { client_.feed(bytes); }
    void from_server(std::string_view bytes) { server_.feed(bytes); }

    /// Whether the server answered the ClientHello with a ServerHello.
    bool server_showed() const;
    /// How many records of application data the client sent. In TLS 1.3 its Finished looks like one and is
    /// left out; a client that sends a certificate as well is counted too high.
    std::size_t client_spoke() const;
    std::optional<int> client_alert() const { return client_.clear_alert(); }
    std::optional<int> server_alert() const { return server_.clear_alert(); }

  private:
    RecordCounter client_;
    RecordCounter server_;
};

}  // namespace pinlab::wire
