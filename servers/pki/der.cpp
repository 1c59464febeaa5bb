#include "servers/pki/der.h"

namespace pinlab::pki::der {
namespace {

constexpr unsigned char long_form = 0x80;

/// The number of bytes of the header, and of the content.
struct Sizes {
    std::size_t header;
    std::size_t content;
};

Sizes sizes_of(std::span<const unsigned char> bytes) {
    if (bytes.size() < 2) throw Error("DER ends in the middle of a header");
    const unsigned char start = bytes[1];
    if (start < long_form) return {2, start};
    const std::size_t count = start & 0x7fU;
    if (count == 0 || count > 4 || bytes.size() < 2 + count) throw Error("DER with a length that is none");
    std::size_t length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | bytes[2 + i];
    return {2 + count, length};
}

}  // namespace

Element first(std::span<const unsigned char> bytes) {
    const Sizes sizes = sizes_of(bytes);
    if (bytes.size() - sizes.header < sizes.content) throw Error("DER that reaches beyond its end");
    return {bytes[0], bytes.first(sizes.header + sizes.content), bytes.subspan(sizes.header, sizes.content)};
}

std::vector<Element> children(std::span<const unsigned char> content) {
    std::vector<Element> found;
    while (!content.empty()) {
        found.push_back(first(content));
        content = content.subspan(found.back().whole.size());
    }
    return found;
}

Bytes encode(unsigned char tag, std::span<const unsigned char> content) {
    Bytes encoded{tag};
    if (content.size() < long_form) {
        encoded.push_back(static_cast<unsigned char>(content.size()));
    } else {
        std::size_t octets = 0;
        for (std::size_t rest = content.size(); rest > 0; rest >>= 8) ++octets;
        encoded.push_back(static_cast<unsigned char>(long_form | octets));
        for (; octets > 0; --octets) {
            encoded.push_back(static_cast<unsigned char>(content.size() >> (8 * (octets - 1)) & 0xff));
        }
    }
    encoded.insert(encoded.end(), content.begin(), content.end());
    return encoded;
}

}  // namespace pinlab::pki::der
