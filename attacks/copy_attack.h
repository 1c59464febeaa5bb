// The attacks that show a copy of the real leaf: which CA signs it, for which key, and at most one field
// changed. A kind that changes no field registers CopyAttack itself, without a class of its own.
#pragma once

#include <string>
#include <vector>

#include "attacks/attack.h"

namespace pinlab::mitm {

class CopyAttack : public Impersonator {
  public:
    explicit CopyAttack(const Arguments& arguments)
        : authority_(arguments["authority"]), key_(arguments["key"]) {}

    /// The parameters that every copy has, with the defaults of this kind; `more` are its own.
    static std::vector<Parameter> parameters(std::string authority, std::string key,
                                             const std::vector<Parameter>& more = {}) {
        std::vector<Parameter> all{{"authority", std::move(authority), "the CA that signs the copy"},
                                   {"key", std::move(key), "the key of the copy"}};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

  protected:
    pki::Identity make_identity(const std::vector<pki::Certificate>& chain,
                                const Forge& forge) const override {
        return forge.copy(chain.front(), authority_, key_, changes(forge));
    }

  private:
    /// What differs from the real leaf besides issuer and key. Default: nothing.
    virtual pki::CopyChanges changes(const Forge&) const { return {}; }

    std::string authority_;
    std::string key_;
};

}  // namespace pinlab::mitm
