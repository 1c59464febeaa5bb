#include "servers/mint/atomic_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "servers/json/strict_json.h"

namespace pinlab::mint {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(int error, const fs::path& path) {
    throw std::system_error(error, std::generic_category(), path.string());
}

[[noreturn]] void already_there(const fs::path& target) {
    throw wire::DocumentError("out: " + target.string() + " exists already; it is left as it is");
}

void write_all(int descriptor, std::string_view content, const fs::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno, path);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// rename() that refuses an existing target, even an empty folder; 0 or an error number.
int rename_new(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // A file system without that flag: plain rename() still refuses a folder that holds anything.
    if (fs::symlink_status(to).type() != fs::file_type::not_found) return EEXIST;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

AtomicFolder::AtomicFolder(fs::path target) : target_(std::move(target)) {
    if (fs::symlink_status(target_).type() != fs::file_type::not_found) already_there(target_);
    const fs::path parent = target_.parent_path();
    if (!fs::is_directory(parent)) throw wire::DocumentError("out: there is no folder " + parent.string());
    std::string pattern = (parent / ("." + target_.filename().string() + ".XXXXXX")).string();
    if (!::mkdtemp(pattern.data())) fail(errno, parent);
    temporary_ = pattern;
}

AtomicFolder::~AtomicFolder() {
    std::error_code ignored;  // a destructor cannot report it
    if (!published_) fs::remove_all(temporary_, ignored);
}

void AtomicFolder::write(const fs::path& relative, std::string_view content) {
    const fs::path path = temporary_ / relative;
    if (::mkdir(path.parent_path().c_str(), 0700) != 0 && errno != EEXIST) fail(errno, path.parent_path());
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) fail(errno, path);
    try {
        write_all(descriptor, content, path);
    } catch (...) {
        ::close(descriptor);
        throw;
    }
    if (::close(descriptor) != 0) fail(errno, path);
}

void AtomicFolder::publish() {
    const int error = rename_new(temporary_, target_);
    if (error == EEXIST || error == ENOTEMPTY) already_there(target_);
    if (error != 0) fail(error, target_);
    published_ = true;
}

}  // namespace pinlab::mint
