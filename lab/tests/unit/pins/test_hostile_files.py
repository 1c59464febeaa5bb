"""Files made to hurt: nothing hangs, is read or fetched, memory stays small, the answer is a sentence."""

from __future__ import annotations

import http.server
import plistlib
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pinlab.core.paths import ROOT
from pinlab.pins.errors import PinFileError
from pinlab.pins.format_table import read_pins
from pinlab.pins.source import Source
from tests.support.cli import environment
from tests.support.pin_file_examples import APPLE_HEAD, A, b64

MEMORY = 600 << 20
"""Bytes of address space for the whole command: Python and its libraries are a third of it."""
SECONDS = 10
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that must never be asked for anything."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join(5)
    server.server_close()


def lint(folder: Path, data: bytes, *more: str) -> subprocess.CompletedProcess[str]:
    """`pinlab pins lint` of a file, within bounds of memory and processor time."""
    file = folder / "hostile"
    file.write_bytes(data)

    def bounds() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    return subprocess.run(
        [sys.executable, "-m", "pinlab", "pins", "lint", str(file), "--at", "2027-01-01", *more],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env=environment(folder),
        preexec_fn=bounds,
    )


def refused(done: subprocess.CompletedProcess[str], output: str) -> None:
    assert done.returncode == 2, (done.returncode, done.stdout[-300:], done.stderr[-300:])
    assert output in done.stderr and "Traceback" not in done.stderr and "unforeseen" not in done.stderr


def with_dtd(root: str, dtd: str, inside: str) -> bytes:
    return f'<?xml version="1.0"?>\n<!DOCTYPE {root} {dtd}>\n<{root}>{inside}</{root}>'.encode()


DTDS = {
    "billion laughs": f'[<!ENTITY l0 "ha">{LAUGHS}]',
    "quadratic": f'[<!ENTITY l9 "{"x" * 100_000}">]',
    "external entity": '[<!ENTITY l9 SYSTEM "file:///etc/hostname">]',
    "external type": 'SYSTEM "@URL@/evil.dtd"',
    "parameter entity": '[<!ENTITY % p SYSTEM "@URL@/p">%p;<!ENTITY l9 "">]',
}


def declares(data: bytes, name: str) -> None:
    with pytest.raises(PinFileError, match="declares a document type or entities"):
        read_pins(Source("hostile", data), name)


@pytest.mark.parametrize("dtd", DTDS)
@pytest.mark.parametrize("root", ["network-security-config", "plist"])
def test_no_declaration_is_ever_obeyed(listener: tuple[str, list[str]], dtd: str, root: str) -> None:
    url, asked = listener
    inside = "<dict><key>NSPinnedDomains</key><string>&l9;</string></dict>" if root == "plist" else "&l9;"
    data = with_dtd(root, DTDS[dtd].replace("@URL@", url), inside)
    declares(data, "apple" if root == "plist" else "android-nsc")
    assert asked == []


def test_apples_own_doctype_cannot_smuggle_a_subset() -> None:
    head = APPLE_HEAD.replace('.dtd">', '.dtd" [<!ENTITY x "y">]>')
    declares(
        f"{head}<plist><dict><key>NSPinnedDomains</key><string>&x;</string></dict></plist>".encode(), "apple"
    )


def test_a_second_doctype_behind_the_known_one_is_refused() -> None:
    more = '<!DOCTYPE plist [<!ENTITY x "y">]><plist><dict><key>NSPinnedDomains</key></dict></plist>'
    declares((APPLE_HEAD + more).encode(), "apple")


def test_another_encoding_does_not_hide_a_declaration() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE plist [<!ENTITY x "y">]><plist><dict/></plist>'
    declares(text.encode("utf-16"), "apple")


def test_the_command_line_refuses_the_laughs_within_its_bounds(tmp_path: Path) -> None:
    data = with_dtd("network-security-config", DTDS["billion laughs"], "&l9;")
    refused(lint(tmp_path, data), "hostile, line 2, column 35: declares a document type")


@pytest.mark.parametrize(
    ("name", "data", "output"),
    [
        ("android-nsc", b"<network-security-config>" + b"<a>" * 150_000, "too deep"),
        ("android-nsc", b"<network-security-config>" + b"<a/>" * 200_000, "too long"),
        ("apple", b"<plist><dict><key>NSPinnedDomains</key>" + b"<array>" * 100_000, "too deep"),
        ("android-nsc", b"<network-security-config " + b'a="' + b"x" * (1 << 20), "more than 1 MiB"),
        ("android-nsc", b"<" * 1_000_000, "is not XML"),
        ("apple", b"bplist00" + b"\xff" * 1_000_000, "is not a property list"),
        ("rn-public-key-pinning", b"initializeSslPinning(" + b"{a:" * 60_000, "deeper than 32"),
        ("rn-ssl-manager", b"[" * 190_000, "deeper than 32"),
        ("rn-ssl-manager", b'"' + b'\\"' * 500_000, "is not JSON"),
        ("rn-ssl-manager", b"[" + b"0," * 500_000, "is not JSON"),
        ("chromium", b'{"' + b'\\"' * 500_000, "is not JSON"),
        ("chromium", b"{" + b"/*" * 500_000, "is not JSON"),
        ("urllib3", b"assert_fingerprint" + b"(" * 1_000_000, "is not Python"),
        ("urllib3", b"x" + b".a" * 400_000 + b"(assert_fingerprint)", "is not Python"),
        ("urllib3", b"assert_fingerprint=" + b"-" * 900_000 + b"1", "is not Python"),
        ("okhttp", b"CertificatePinner.Builder(" * 20_000 + b".add", "more than 1000"),
        ("okhttp", b"x = CertificatePinner.Builder();" + b"x.add(" * 30_000, "more than 1000"),
        ("curl", b"sha256//;" * 20_000 + b"\npinnedpubkey sha256//", "a second value"),
        ("curl", b"pinnedpubkey sha256//x\n" * 45_000, "a second value"),
        ("dotnet", b"Thumbprint " * 95_000, "has no string"),
        ("dotnet", b"(" * 900_000, "more than 200000 words"),
        ("plain", b"a.b sha256/x\n" * 3 + b"\0" * 1_000_000, "more than"),
    ],
)
def test_huge_and_deep_input_is_refused_in_time(tmp_path: Path, name: str, data: bytes, output: str) -> None:
    done = lint(tmp_path, data, "--format", name)
    assert done.returncode in (1, 2), (done.returncode, done.stderr[-300:])
    if done.returncode == 2:
        refused(done, output)


def test_a_binary_list_that_holds_itself_is_harmless(tmp_path: Path) -> None:
    good = plistlib.dumps({"NSPinnedDomains": {"a": ["x"]}}, fmt=plistlib.FMT_BINARY)
    at = good.index(b"\xa1") + 1
    looped = good[:at] + bytes([good[at] - 2]) + good[at + 1 :]
    refused(lint(tmp_path, looped), "must be a dictionary")


def test_two_thousand_hosts_are_read_and_more_are_refused(tmp_path: Path) -> None:
    lines = [f"h{number}.test sha256/{b64(A)}" for number in range(2001)]
    refused(lint(tmp_path, "\n".join(lines).encode()), "more than 2000 hosts")
    assert lint(tmp_path, "\n".join(lines[:2000]).encode()).returncode == 1
