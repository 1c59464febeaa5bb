// For fuzz targets: a property that must hold for every input, or the program ends where a debugger can look.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace pinlab::fuzz {

/// Unlike assert(), there in every build; the sentence is what a reader of the report needs.
inline void must(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "property broken: %s\n", property);
    std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace pinlab::fuzz

/// libFuzzer's entry point (https://llvm.org/docs/LibFuzzer.html); returns 0 always.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
