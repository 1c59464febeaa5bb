"""libcurl, whichever is named first: `curl_gnutls.py libcurl-gnutls.so.4 [--version]`, by its C interface.

The curl program of the distribution is built on OpenSSL; the same library on other TLS has none of its own.
"""

from __future__ import annotations

import ctypes
import sys
from urllib.parse import urlsplit

import talk

LONG, TEXT, FUNCTION = 0, 10000, 20000  # curl.h: CURLOPTTYPE_*
URL, PROXY, ERRORBUFFER, HTTPHEADER, CAINFO = TEXT + 2, TEXT + 4, TEXT + 10, TEXT + 23, TEXT + 65
TIMEOUT_MS, NOPROXY, PINNED, CONNECT_TO = LONG + 155, TEXT + 177, TEXT + 230, TEXT + 243
WRITEFUNCTION, RESPONSE_CODE, PROXY_CAINFO = FUNCTION + 11, 0x200002, TEXT + 246
NOSIGNAL = LONG + 99

curl = ctypes.CDLL(sys.argv[1])
curl.curl_easy_init.restype = curl.curl_slist_append.restype = curl.curl_version.restype = ctypes.c_void_p
curl.curl_slist_append.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
curl.curl_easy_cleanup.argtypes = [ctypes.c_void_p]
curl.curl_easy_perform.argtypes = [ctypes.c_void_p]
WRITER = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)


def option(handle: int, name: int, value: object) -> None:
    fault = curl.curl_easy_setopt(ctypes.c_void_p(handle), ctypes.c_int(name), value)
    if fault:
        raise ValueError(f"curl: option {name} is refused with {fault}")


def single(text: str) -> ctypes.c_void_p:
    """A list of one text; it lives as long as this process, which makes one visit."""
    return ctypes.c_void_p(curl.curl_slist_append(None, text.encode()))


def settings(brief: dict) -> dict[int, object]:
    facts = {
        URL: brief["url"].encode(),
        CAINFO: brief["ca_file"].encode(),
        TIMEOUT_MS: ctypes.c_long(brief["timeout_ms"]),
        NOSIGNAL: ctypes.c_long(1),
        HTTPHEADER: single(f"X-Pinlab-Canary: {brief['canary']}"),
    }
    if brief["pins"] is not None:
        facts[PINNED] = ";".join(pin.replace("sha256/", "sha256//", 1) for pin in brief["pins"]).encode()
    if brief["proxy"]:
        proxy = brief["proxy"].replace("socks5:", "socks5h:").encode()
        return facts | {PROXY: proxy, NOPROXY: b"", PROXY_CAINFO: brief["ca_file"].encode()}
    return facts | {CONNECT_TO: single(f"::{brief['address']}:{urlsplit(brief['url']).port}")}


def visit(brief: dict) -> tuple[int, str]:
    handle, output, body = curl.curl_easy_init(), ctypes.create_string_buffer(512), []
    write = WRITER(
        lambda data, size, count, _: body.append(ctypes.string_at(data, size * count)) or size * count
    )
    for name, value in {**settings(brief), ERRORBUFFER: output, WRITEFUNCTION: write}.items():
        option(handle, name, value)
    fault = curl.curl_easy_perform(handle)
    status = ctypes.c_long()
    curl.curl_easy_getinfo(ctypes.c_void_p(handle), ctypes.c_int(RESPONSE_CODE), ctypes.byref(status))
    curl.curl_easy_cleanup(handle)
    if fault:
        raise ConnectionError(f"curl: ({fault}) {output.value.decode('utf-8', 'replace')}")
    return status.value, b"".join(body).decode("latin-1")


if "--version" in sys.argv:
    print(ctypes.string_at(curl.curl_version()).decode())
else:
    talk.serve(visit)
