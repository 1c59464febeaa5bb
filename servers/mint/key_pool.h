// Keys that the worlds of one run share: with their encodings the most expensive thing to make. A world
// cannot notice that another one has the same key. A key is shared under its name and kind alone, so two keys
// that differ within one world differ in the pool. Removes nothing; the folder goes with the run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "servers/pki/key.h"

namespace pinlab::mint {

class KeyPool {
  public:
    /// `folder` (0700) is made where it is missing. Throws std::system_error.
    explicit KeyPool(std::filesystem::path folder);

    /// The pool of that folder: one for all worlds that this process makes there. Not for threads.
    static KeyPool& at(const std::filesystem::path& folder);

    /// The key of that name and kind. RSA keys (RSA-2048: 0.1 s) are left in the folder and found there by
    /// other processes; others are remembered by this one. Two programs that make the same one at a time keep
    /// one each: harmless, and neither waits.
    const pki::Key& get(const std::string& name, pki::KeyKind kind);

  private:
    pki::Key found_or_made(const std::string& file_name, pki::KeyKind kind) const;

    std::filesystem::path folder_;
    std::map<std::string, pki::Key> remembered_;
};

}  // namespace pinlab::mint
