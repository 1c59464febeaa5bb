// RSA keys that the worlds of one run share: by far the dearest thing to make (RSA-2048: 0.1 s), and no world
// can tell whether another one knows its key. A key is shared under its name and kind alone, so two keys that
// differ within one world differ in the pool. Removes nothing; the folder goes with the run.
#pragma once

#include <filesystem>
#include <string>

#include "servers/pki/key.h"

namespace pinlab::mint {

class KeyPool {
  public:
    /// `folder` (0700) is made where it is missing. Throws std::system_error.
    explicit KeyPool(std::filesystem::path folder);

    /// The key of that name and kind, from the pool where it is there; else made, and left there if it is
    /// RSA. Two programs that make the same one at a time keep one each: harmless, and nobody waits.
    pki::Key get(const std::string& name, pki::KeyKind kind) const;

  private:
    std::filesystem::path folder_;
};

}  // namespace pinlab::mint
