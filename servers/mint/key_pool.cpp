#include "servers/mint/key_pool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pinlab::mint {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& file) {
    throw std::system_error(errno, std::generic_category(), file.string());
}

/// A reader sees the whole file or none: written under a name of its own, then renamed.
void write_atomically(const fs::path& file, const std::string& pem) {
    const fs::path own = file.string() + "." + std::to_string(::getpid());
    const int fd = ::open(own.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) fail(own);
    const bool whole = ::write(fd, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size());
    ::close(fd);
    if (!whole || ::rename(own.c_str(), file.c_str()) != 0) fail(own);
}

}  // namespace

KeyPool::KeyPool(fs::path folder) : folder_(std::move(folder)) {
    if (fs::create_directories(folder_)) fs::permissions(folder_, fs::perms::owner_all);
}

KeyPool& KeyPool::at(const fs::path& folder) {
    static std::map<fs::path, KeyPool> pools;
    return pools.try_emplace(folder, folder).first->second;
}

const pki::Key& KeyPool::get(const std::string& name, pki::KeyKind kind) {
    const std::string file_name = name + "." + std::string(pki::to_string(kind));
    const auto known = remembered_.find(file_name);
    return known != remembered_.end()
               ? known->second
               : remembered_.emplace(file_name, found_or_made(file_name, kind)).first->second;
}

pki::Key KeyPool::found_or_made(const std::string& file_name, pki::KeyKind kind) const {
    if (!pki::to_string(kind).starts_with("rsa")) return pki::Key::generate(kind);
    const fs::path file = folder_ / (file_name + ".pem");
    if (fs::exists(file)) return pki::Key::from_file(file);
    pki::Key key = pki::Key::generate(kind);
    write_atomically(file, key.to_pem());
    return key;
}

}  // namespace pinlab::mint
