"""What an adapter is: the map between the lab's brief and one client's command line, and back to an outcome.

An adapter starts nothing, opens no socket and judges nothing; it only translates.
"""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from pinlab.core.enums import EXIT_UNSUPPORTED
from pinlab.core.errors import PinlabError
from pinlab.evidence.model import Outcome

OPENSSL_WORDS = (
    ("certificate has expired", "cert_expired"),
    ("not yet valid", "cert_not_yet_valid"),
    ("ostname mismatch", "name_mismatch"),
    ("address mismatch", "name_mismatch"),
    ("subject name", "name_mismatch"),
    ("certificate revoked", "cert_revoked"),
    ("too small", "cert_weak"),
    ("too weak", "cert_weak"),
    ("invalid CA certificate", "chain_malformed"),
    ("purpose", "chain_malformed"),
    ("usage does not include", "chain_malformed"),
    ("critical extension", "chain_malformed"),
    ("path length", "chain_malformed"),
    ("subtree", "chain_malformed"),
    ("self-signed certificate", "chain_untrusted"),
    ("self signed certificate", "chain_untrusted"),
    ("unable to get local issuer", "chain_untrusted"),
    ("unable to verify the first", "chain_untrusted"),
    ("signature failure", "chain_untrusted"),
    ("bad signature", "handshake_failed"),
    ("protocol version", "protocol_too_old"),
    ("wrong version number", "not_tls"),
)
"""What programs built on OpenSSL say (X509_verify_cert_error_string, SSL reasons), and our reason for it."""


class Unsupported(Exception):
    """Raised by `Adapter.command`: this client cannot do what the brief asks; the text says what."""


class AdapterError(PinlabError):
    """The client itself cannot be used here (not installed, bad template): an error of usage."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One entry of the pin set, in every form that clients take."""

    pin: str
    """`sha256/<base64>`, or any other text if the scenario is about malformed pins."""
    public_key_file: str | None = None
    """PEM file of the public key."""
    cert_sha256: str | None = None
    """Hex SHA-256 of the certificate that carries the key: the one in service, or a lie with that key."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a client gets (PROTOCOL.md), and a folder for the files that its adapter must write."""

    host: str
    port: int
    address: str
    ca_file: str
    pinned: tuple[Pinned, ...] | None
    canary: str
    tls: tuple[str, str]
    timeout_ms: int
    proxy: str | None
    via: str
    folder: str
    session: bool = False
    """More requests follow, each a line on the client's stdin."""
    clock_s: int = 0
    """How far the client's clock is ahead; only in the further requests of a session."""
    upgrade: str | None = None
    """"websocket": ask for that instead of an answer."""
    pin_file: str | None = None
    """The user's own pin file with the lab's keys in it, for clients that read such a file."""
    pin_set: Mapping[str, Any] | None = None
    """What holds for the set besides its pins: expires_s, on_expiry, mode."""
    target: str | None = None
    """What to ask for where the server is the user's own."""

    @property
    def path(self) -> str:
        """Path of the request; it carries the canary for clients that only know a URL."""
        return self.target or f"/pinlab/{self.canary}"

    @property
    def url(self) -> str:
        """The URL to fetch."""
        return f"https://{self.host}:{self.port}{self.path}"

    @property
    def pins(self) -> list[str] | None:
        """The pins as text; None: not pinned; empty: an empty pin set."""
        return None if self.pinned is None else [entry.pin for entry in self.pinned]

    def to_json(self) -> str:
        """The brief as one line of JSON, schema pinlab.brief/1."""
        facts = {
            "schema": "pinlab.brief/1",
            "url": self.url,
            "host": self.host,
            "port": self.port,
            "address": self.address,
            "ca_file": self.ca_file,
            "pins": self.pins,
            "canary": self.canary,
            "tls": {"min": self.tls[0], "max": self.tls[1]},
            "timeout_ms": self.timeout_ms,
            "proxy": self.proxy,
            **({"pin_set": self.pin_set} if self.pin_set else {}),
            **({"upgrade": self.upgrade} if self.upgrade else {}),
            **({"session": True} if self.session else {}),
        }
        return json.dumps(facts, separators=(",", ":")) + "\n"

    def to_request(self) -> str:
        """A further request of a session as one line of JSON."""
        facts = {
            "canary": self.canary,
            "path": self.path,
            "pins": self.pins,
            "host": self.host,
            "port": self.port,
            "ca_file": self.ca_file,
            "clock_s": self.clock_s,
        }
        return json.dumps(facts, separators=(",", ":")) + "\n"


@dataclass(frozen=True, slots=True)
class Command:
    """A program to start: no shell, exactly this environment."""

    argv: list[str]
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""
    confined: bool = False
    """Whether it runs in a sandbox; anyone who starts it says so, no adapter does."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a client ended and its output (head and tail of long output)."""

    exit_code: int | None
    signal: int | None
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class KnownDeviation:
    """A deviation that we know and can explain; strict: it must still apply."""

    pattern: str
    verdict: str
    reason: str


class Adapter(ABC):
    """One client. Stateless but for its configuration."""

    name: str
    vias: tuple[str, ...] = ("address", "proxy")
    """Ways onto the path that it can take; the first is its default."""
    pins: Literal["given", "fixed", "none"] = "given"
    """Are pins given to it, compiled into it, or unknown to it?"""
    pins_certificates: bool = False
    """Are its pins hashes of whole certificates (Pinned.cert_sha256), not of keys?"""
    speaks: ClassVar[tuple[str, ...]] = ("1.2", "1.3")
    """The versions of TLS that it has; what is shown in another one is UNSUPPORTED."""
    reads_pin_file: bool = False
    """Does it take the user's own pin file (`--pins`), or the pins for each host?"""
    gets_pins: bool = True
    """Does it get the lab's pins at all?"""
    sessions: ClassVar[bool] = False
    """Can one process make several visits (PROTOCOL.md, sessions)?"""
    ours: ClassVar[bool] = False
    """Ours speak the protocol by construction and need no probe."""
    ecosystem: ClassVar[str] = "Debian"
    """Who brings it: pinlab itself, Debian, or PyPI, npm, Go, Maven by `pinlab clients install`."""
    package: ClassVar[str] = ""
    """Debian's name for it, where it is another than ours."""
    known_bad: ClassVar[Mapping[str, str | None] | None] = None
    """Of one that is kept for its fault: `id`, what is wrong; `fixed_by`, its good control's name."""
    lacks: ClassVar[Mapping[str, str]] = {}
    """What it cannot do at all, each with a sentence for the report: "ca_pins", "backup_pins" (it takes one
    pin only), or a glob of scenario ids.

    A refusal that needs it is UNSUPPORTED, for its control cannot be accepted; what must be accepted is run."""
    KNOWN: ClassVar[tuple[KnownDeviation, ...]] = ()

    @property
    def install(self) -> str:
        """What to type to have it."""
        debian = f"apt-get install {self.package or self.name.removesuffix('_cli')}"
        return debian if self.ecosystem == "Debian" else f"pinlab clients install {self.name}"

    @property
    def installed_at(self) -> Path | None:
        """The folder that `pinlab clients install` makes; None: it comes another way (`install`)."""
        return None

    def install_into(self, folder: Path) -> None:
        """Install the client into `folder`, which is empty and becomes `installed_at`. InstallError."""
        raise NotImplementedError

    @abstractmethod
    def version(self) -> str:
        """One line for the report. AdapterError: the client is not there."""

    @abstractmethod
    def command(self, brief: Brief) -> Command:
        """How to start the client. Unsupported: it cannot do this."""

    @abstractmethod
    def outcome(self, run: Run) -> Outcome:
        """What the client claims; `claim=None` when it claims nothing."""

    def identity(self) -> str:
        """What tells this client from another in a content address."""
        return self.name


def plain_only(brief: Brief, *proxies: str) -> None:
    """Unsupported: the brief wants an upgrade, rules for the pin set, or a proxy of another scheme."""
    if brief.pin_set:
        raise Unsupported("it has no setting for the date when its pins expire, or only to report")
    if brief.upgrade:
        raise Unsupported(f"it cannot ask for an upgrade to {brief.upgrade}")
    if brief.proxy and brief.proxy.split(":", 1)[0] not in proxies:
        raise Unsupported(f"it cannot use a proxy like {brief.proxy}")


def minimal_environment(*keep: str) -> dict[str, str]:
    """PATH, HOME, LANG and those of `keep` that are set; sanitizers' options are always kept."""
    stored = {name: os.environ[name] for name in os.environ if name in keep or name.endswith("SAN_OPTIONS")}
    defaults = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8"}
    return {name: os.environ.get(name, value) for name, value in defaults.items()} | stored


def claim(word: str | None, reason: str | None = None, detail: str = "", **more: Any) -> Outcome:
    """An outcome with the given facts and nothing else."""
    return Outcome(claim=word, reason=reason, detail=detail, **more)


def stated_outcome(stdout: str) -> Outcome | None:
    """The outcome line of PROTOCOL.md if the last line of `stdout` is one."""
    lines = stdout.strip().splitlines()
    try:
        facts = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None
    except ValueError:
        return None
    if not isinstance(facts, dict) or facts.get("claim") not in ("accept", "reject", "unsupported"):
        return None
    text = {
        key: str(facts[key])[:200] if facts.get(key) is not None else None
        for key in ("reason", "phase", "body")
    }
    faults, status = facts.get("faults"), facts.get("status")
    return claim(
        facts["claim"],
        text["reason"],
        str(facts.get("detail") or "")[:500],
        faults=tuple(str(fault)[:80] for fault in faults[:32]) if isinstance(faults, list) else (),
        phase=text["phase"],
        status=status if isinstance(status, int) else None,
        body=text["body"],
    )


def is_address(host: str) -> bool:
    """Is `host` an IP address, not a name?"""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def reason_in(text: str, *more: tuple[str, str]) -> str | None:
    """The reason that the first of `more` and OpenSSL's words found in `text` stands for, or None."""
    return next((reason for words, reason in (*more, *OPENSSL_WORDS) if words in text), None)


def program_version(argv: list[str]) -> str:
    """First line that a well-known program prints about itself. AdapterError: it is not installed."""
    if not shutil.which(argv[0]):
        raise AdapterError(f"{argv[0]} is not installed")
    env = minimal_environment()
    done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False, env=env)
    return (done.stdout or done.stderr).strip().split("\n")[0]


def native_outcome(run: Run) -> Outcome:
    """The outcome of a client that speaks PROTOCOL.md."""
    stated = stated_outcome(run.stdout)
    if run.exit_code == EXIT_UNSUPPORTED:
        return stated or claim("unsupported", None, run.stderr.strip()[-200:])
    if run.exit_code == 0 and stated:
        return stated
    return claim(None, None, f"no outcome: {run.stderr.strip()[-200:]}")
