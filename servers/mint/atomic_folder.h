// A folder that is there as a whole or not at all: written under a temporary name beside its target, then
// renamed. Never replaces and never adds to what is already there.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pinlab::mint {

class AtomicFolder {
  public:
    /// Makes the temporary folder (0700). Throws wire::DocumentError ("out: …") if the target exists or its
    /// parent does not; std::system_error for the rest.
    explicit AtomicFolder(std::filesystem::path target);

    /// Removes everything unless published.
    ~AtomicFolder();

    AtomicFolder(const AtomicFolder&) = delete;
    AtomicFolder& operator=(const AtomicFolder&) = delete;

    /// Writes a new file (0600) at a relative path; missing folders are made (0700). Throws
    /// std::system_error.
    void write(const std::filesystem::path& relative, std::string_view content);

    /// Gives the folder its name. Throws as the constructor if someone else took that name meanwhile.
    void publish();

  private:
    std::filesystem::path target_;
    std::filesystem::path temporary_;
    bool published_ = false;
};

}  // namespace pinlab::mint
