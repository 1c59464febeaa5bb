"""The command line and environment that a user writes for a client of theirs, with `{placeholders}`.

The text is split as a shell would split it, but no shell ever runs; `{{` and `}}` are braces. A file is made
only when a placeholder asks for it, below the folder of the case.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from pinlab.clients.api import AdapterError, Brief, minimal_environment
from pinlab.core.errors import did_you_mean

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?", re.DOTALL)
TRUSTSTORE_PASSWORD = "changeit"
"""Java's own default; the store holds no secret."""


def _write(brief: Brief, name: str, data: bytes) -> str:
    path = Path(brief.folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


def _base64_pins(brief: Brief) -> list[str]:
    return [pin.removeprefix("sha256/") for pin in brief.pins or []]


def _ca_dir(brief: Brief) -> str:
    """A folder as `openssl rehash` makes it: <subject hash>.<n>."""
    folder = Path(brief.folder, "ca_dir")
    if folder.exists():
        return str(folder)
    folder.mkdir(parents=True)
    for number, pem in enumerate(_PEM.findall(Path(brief.ca_file).read_text(encoding="ascii"))):
        (folder / f"ca{number}.pem").write_text(pem, encoding="ascii")
    rehash = ["openssl", "rehash", str(folder)]
    subprocess.run(rehash, check=True, capture_output=True, timeout=10, env=minimal_environment())
    return str(folder)


def _truststore(brief: Brief) -> str:
    """PKCS#12 with the attribute that Java wants of a trusted certificate; password `changeit`."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    except ImportError as error:
        raise AdapterError("{truststore_p12} needs the Python package `cryptography`") from error
    loaded = x509.load_pem_x509_certificates(Path(brief.ca_file).read_bytes())
    entries = [
        pkcs12.PKCS12Certificate(certificate, f"pinlab{number}".encode())
        for number, certificate in enumerate(loaded)
    ]
    secret = BestAvailableEncryption(TRUSTSTORE_PASSWORD.encode())
    return _write(brief, "truststore.p12", pkcs12.serialize_java_truststore(entries, secret))


def _folder(brief: Brief) -> str:
    """For clients that write what they fetch into a file; it goes when the case does."""
    folder = Path(brief.folder, "client")
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def _pins_file(brief: Brief) -> str:
    return _write(brief, "pins.txt", "".join(f"{pin}\n" for pin in brief.pins or []).encode())


def _spki_pem_file(brief: Brief) -> str:
    files = [entry.public_key_file for entry in brief.pinned or () if entry.public_key_file]
    return _write(brief, "spki.pem", b"".join(Path(file).read_bytes() for file in files))


PLACEHOLDERS: Mapping[str, Callable[[Brief], str]] = {
    "url": lambda brief: brief.url,
    "host": lambda brief: brief.host,
    "port": lambda brief: str(brief.port),
    "address": lambda brief: brief.address,
    "ca_file": lambda brief: brief.ca_file,
    "ca_dir": _ca_dir,
    "truststore_p12": _truststore,
    "pins_curl": lambda brief: ";".join(f"sha256//{pin}" for pin in _base64_pins(brief)),
    "pins_base64": lambda brief: ",".join(_base64_pins(brief)),
    "pins_file": _pins_file,
    "cert_sha256_hex": lambda brief: ",".join(entry.cert_sha256 or "" for entry in brief.pinned or ()),
    "spki_pem_file": _spki_pem_file,
    "pin_file": lambda brief: brief.pin_file or "",
    "folder": _folder,
    "canary": lambda brief: brief.canary,
    "proxy_url": lambda brief: brief.proxy or "",
}
PIN_PLACEHOLDERS = frozenset(
    {"pins_curl", "pins_base64", "pins_file", "cert_sha256_hex", "spki_pem_file", "pin_file"}
)
"""A template that uses one of these takes its pins from the lab."""
CA_PLACEHOLDERS = frozenset({"ca_file", "ca_dir", "truststore_p12"})
"""A template that uses one of these takes its trust anchors from the lab."""


class Template:
    """One word of a command line, or the value of a variable."""

    def __init__(self, text: str) -> None:
        """AdapterError: an unknown placeholder or a lone brace."""
        self.text = text
        self.used = frozenset(self._check(found) for found in _TOKEN.finditer(text)) - {""}

    def fill(self, brief: Brief) -> str:
        """The text for one case; makes the files that it names."""
        return _TOKEN.sub(lambda found: self._value(found, brief), self.text)

    def _check(self, found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return ""
        name = found[1]
        if name is None:
            raise AdapterError(
                f"lone {found[0]} in the template {self.text!r}; write {found[0] * 2} for a brace"
            )
        if name not in PLACEHOLDERS:
            raise AdapterError(
                f"unknown placeholder {{{name}}} in the template {self.text!r}{did_you_mean(name, PLACEHOLDERS)}"
            )
        return name

    @staticmethod
    def _value(found: re.Match[str], brief: Brief) -> str:
        return found[0][0] if found[1] is None else PLACEHOLDERS[found[1]](brief)


def placeholders(text: str) -> frozenset[str]:
    """What a text uses. AdapterError: an unknown placeholder or a lone brace."""
    return Template(text).used


def split(command: str) -> list[Template]:
    """The words of a command line. AdapterError: an open quote, nothing at all, a bad placeholder."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise AdapterError(f"cannot split the command {command!r}: {error}") from error
    if not words:
        raise AdapterError("the command is empty")
    return [Template(word) for word in words]


def variables(settings: list[str]) -> dict[str, Template]:
    """`NAME=TEMPLATE` settings by name. AdapterError: no `=`, or not a name."""
    found: dict[str, Template] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise AdapterError(f"--env wants NAME=TEMPLATE, got {setting!r}")
        found[name] = Template(text)
    return found
