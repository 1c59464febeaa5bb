// Handshakes that OpenSSL does not write by itself: settings of one connection (handshake_settings.h), and
// changed bytes on the way out. Each has a name, which is all that the catalogue knows of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pinlab::wire {

/// All names, settings included, sorted. What each changes is written in handshake_edit.cpp.
std::vector<std::string_view> handshake_edits();
bool is_handshake_edit(std::string_view name);

/// The ClientHello as the TLS engine is to read it: hide_tls13 hides that the client knows TLS 1.3.
std::string altered_hello(std::string_view name, std::string hello);

/// Changes the plaintext records of one server's flight (RFC 5246 6.2.1). One handshake message in each
/// record, as the lab's own engine writes them; what comes after ChangeCipherSpec passes as it is.
class HandshakeEditor {
  public:
    /// `name` is one of `handshake_edits()`.
    explicit HandshakeEditor(std::string_view name) : name_(name) {}

    /// The bytes that are to leave for these; an incomplete record is kept until its rest comes.
    std::string filter(std::string_view bytes);
    /// What was altered has left, at least in part.
    bool happened() const { return happened_; }

  private:
    std::string apply(std::string record);

    std::string name_;
    std::string pending_;
    bool encrypted_ = false;
    bool happened_ = false;
};

}  // namespace pinlab::wire
