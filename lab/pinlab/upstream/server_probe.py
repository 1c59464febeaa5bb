"""A look at the user's server: where it is, and the keys that it shows now.

Loopback alone, unless the user says by name which host may be tested. No request is sent; nothing is
validated.
"""

from __future__ import annotations

import hashlib
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography import x509

from pinlab.core.errors import UsageError
from pinlab.pins.errors import PinFileError
from pinlab.pins.inputs.certificates import UNREADABLE, quiet, sound
from pinlab.pins.inputs.der import spki_of
from pinlab.pins.inputs.fetch import DEADLINE_S, presented_to, reach, server_named
from pinlab.upstream.target import UpstreamTarget


@dataclass(frozen=True)
class Look:
    """What was seen."""

    address: str
    port: int
    chain: tuple[str, ...]
    """The pins of the keys that were shown, the leaf's first."""
    subject: str
    until: str


class Unreachable(UsageError):
    """The server is not there, speaks no TLS, or shows what cannot be read; the text says which."""


def look(server: str, name: str | None = None, may_test: Sequence[str] = ()) -> Look:
    """See what HOST:PORT shows to who asks for `name` (default: the host itself).

    UsageError: it is no HOST:PORT, or a host that the user did not name as one to test. Unreachable: see there.
    """
    found = server_named(server)
    if found is None:
        raise UsageError(f"--upstream wants HOST:PORT, not {server!r}")
    try:
        plain = reach(found, may_test)
    except PinFileError as failure:
        raise UsageError(f"--upstream {failure}") from failure
    except OSError as failure:
        why = failure.strerror or str(failure) or "no answer in time"
        raise Unreachable(f"the upstream {server} cannot be reached: {why}; is it running?") from failure
    with plain:
        address, port = plain.getpeername()[:2]
        try:
            ders = presented_to(plain, name or found[0])
        except ssl.SSLError as failure:
            why = failure.reason or str(failure)
            raise Unreachable(
                f"the upstream {server} answers, but not with a TLS handshake: {why}"
            ) from failure
        except (OSError, ValueError) as failure:
            why = str(failure) or f"nothing within {DEADLINE_S:g} s"
            raise Unreachable(
                f"the upstream {server} answers, but not with a TLS handshake: {why}"
            ) from failure
    return _read(server, address, port, ders)


def changed(upstream: UpstreamTarget) -> Iterator[str]:
    """How the server differs from what it was when the run began; nothing where it does not.

    The keys count, and not the certificates: a renewal for the same key changes nothing that a pin sees.
    """
    try:
        now = look(upstream.server, upstream.host, upstream.may_test)
    except UsageError as failure:
        yield str(failure)
        return
    if now.chain == upstream.chain:
        return
    was, is_now = (chain[0][:13] if chain else "nothing" for chain in (upstream.chain, now.chain))
    yield (
        f"the upstream has changed its chain since the run began (leaf {was}… then, {is_now}… now), "
        "so what was accepted before proves nothing about it; begin another run"
    )


def _read(server: str, address: str, port: int, ders: Sequence[bytes]) -> Look:
    try:
        with quiet():
            certificates = [sound(x509.load_der_x509_certificate(der)) for der in ders]
            chain = tuple(_pin(certificate) for certificate in certificates)
            leaf = certificates[0]
            return Look(
                address, port, chain, leaf.subject.rfc4514_string(), f"{leaf.not_valid_after_utc:%Y-%m-%d}"
            )
    except UNREADABLE as failure:
        text = f"the upstream {server} shows a certificate that cannot be read: {failure}"
        raise Unreachable(text) from failure


def _pin(certificate: x509.Certificate) -> str:
    return "sha256/" + b64encode(hashlib.sha256(spki_of(certificate)).digest()).decode("ascii")
