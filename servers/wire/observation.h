// The journal of a witness: one fact per line on a file descriptor, numbered, as JSON.
// Bytes of the peer are escaped before they reach a line.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace pinlab::wire {

/// Any bytes as printable ASCII: everything else, and the backslash, becomes \xNN. At most `limit` characters
/// are kept.
std::string printable(std::string_view bytes, std::size_t limit = 256);

class Journal {
  public:
    /// `who` is "origin" or "mitm"; lines go to file descriptor `fd` (not owned), each in one write.
    Journal(const std::string& who, int fd);

    /// A fact about the witness itself (listening, settled, sealed). `facts` has other names than seq, t_us,
    /// who, conn and what.
    void write(std::string_view what, const boost::json::object& facts = {});
    /// A fact about connection number `connection`, counted from 1.
    void write(int connection, std::string_view what, const boost::json::object& facts = {});

  private:
    void write_line(std::string_view connection, std::string_view what, const boost::json::object& facts);

    int fd_;
    std::string who_;  ///< quoted
    std::int64_t next_ = 1;
    std::chrono::steady_clock::time_point started_;
};

}  // namespace pinlab::wire
