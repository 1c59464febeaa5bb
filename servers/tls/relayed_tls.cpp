#include "servers/tls/relayed_tls.h"

#include <algorithm>

namespace pinlab::wire {
namespace {

constexpr unsigned char change_cipher_spec = 20;
constexpr unsigned char alert = 21;
constexpr unsigned char handshake = 22;
constexpr unsigned char application_data = 23;
constexpr unsigned char server_hello = 2;
constexpr std::size_t header_size = 5;
/// An alert of two bytes, its inner type and a tag of 16 (RFC 8446 5.2); AES-CCM-8 is shorter still.
constexpr std::size_t longest_alert = 2 + 1 + 16;
/// Of the first record so much is kept: a ServerHello is far shorter.
constexpr std::size_t most_of_the_first = 2048;

unsigned char byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::size_t>(byte_at(bytes, at)) << 8 | byte_at(bytes, at + 1);
}

/// Whether a ServerHello (behind its record header) chooses TLS 1.3 in supported_versions (RFC 8446 4.2.1).
bool chooses_tls13(std::string_view record) {
    std::size_t at = header_size + 4 + 2 + 32;  // message header, legacy version, random
    at += 1 + byte_at(record, at);              // session id
    at += 2 + 1;                                // suite, compression
    const std::size_t end = at + 2 + number_at(record, at);
    for (at += 2; at + 4 <= std::min(end, record.size()); at += 4 + number_at(record, at + 2)) {
        if (number_at(record, at) == 43) return number_at(record, at + 4) == 0x0304;
    }
    return false;
}

}  // namespace

void RecordCounter::feed(std::string_view bytes) {
    while (!bytes.empty() && !broken_) {
        if (header_.size() < header_size) {
            const std::size_t taken = std::min(header_size - header_.size(), bytes.size());
            header_.append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            if (header_.size() < header_size) return;
            const unsigned char type = byte_at(header_, 0);
            broken_ = type < change_cipher_spec || type > application_data || byte_at(header_, 1) != 3;
            left_ = number_at(header_, 3);
            if (first_.empty()) first_ = header_;
        }
        const std::size_t taken = std::min(left_, bytes.size());
        if (begin_.size() < 2) begin_.append(bytes.substr(0, std::min(taken, 2 - begin_.size())));
        if (!enciphered_ && application_ == 0 && first_.size() < most_of_the_first)
            first_.append(bytes.substr(0, std::min(taken, most_of_the_first - first_.size())));
        bytes.remove_prefix(taken);
        left_ -= taken;
        if (left_ == 0) end_record();
    }
}

void RecordCounter::end_record() {
    const std::size_t length = number_at(header_, 3);
    switch (byte_at(header_, 0)) {
        case change_cipher_spec:
            enciphered_ = true;
            break;
        case alert:
            if (!enciphered_ && !alert_ && length == 2 && byte_at(begin_, 1) != 0)
                alert_ = byte_at(begin_, 1);
            break;
        case application_data:
            application_ += length > longest_alert ? 1 : 0;
            break;
        default:
            break;
    }
    header_.clear();
    begin_.clear();
}

bool RelayedTls::server_showed() const {
    return byte_at(server_.first(), 0) == handshake && byte_at(server_.first(), header_size) == server_hello;
}

std::size_t RelayedTls::client_spoke() const {
    const std::size_t seen = client_.application();
    const bool finished_looks_alike = server_showed() && chooses_tls13(server_.first());
    return seen - (finished_looks_alike ? std::min<std::size_t>(seen, 1) : 0);
}

}  // namespace pinlab::wire
