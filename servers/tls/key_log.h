// The secrets of a witness's own TLS connections in NSS's key log format, to decrypt a capture.
// Written only where a brief names a file, which is made readable by its owner alone.
#pragma once

#include <string>

typedef struct ssl_ctx_st SSL_CTX;

namespace pinlab::wire {

/// Appends a line for each secret of every connection of `context` to `path`; an empty path does nothing.
/// Throws std::system_error where the file cannot be opened, and follows no symbolic link.
void log_keys(const std::string& path, SSL_CTX* context);

}  // namespace pinlab::wire
