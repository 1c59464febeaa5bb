"""Files whose password is stretched beyond all measure: a clear error in bounded time, and no key is lost."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pinlab.pins.errors import PinFileError, TooMuchWorkError
from pinlab.pins.inputs import isolated as bound
from pinlab.pins.inputs.certificates import Lock, parse_objects
from pinlab.pins.inputs.der import children
from pinlab.pins.inputs.isolated import bounded
from pinlab.processes.child import children_of_this_process
from tests.support.certificates import material, private_pem

PASSWORD = b"secret"
SEQUENCE, INTEGER = 0x30, 0x02
FOREVER = bytes([INTEGER, 4, 0x7F, 0xFF, 0xFF, 0xFF])
"""The INTEGER 2^31 - 1: hours of PBKDF2 or of PKCS#12's own derivation."""


def element(tag: int, content: bytes) -> bytes:
    """An element of DER."""
    size = len(content)
    length = (
        bytes([size])
        if size < 0x80
        else bytes([0x81, size])
        if size < 0x100
        else bytes([0x82, *divmod(size, 256)])
    )
    return bytes([tag]) + length + content


def parts(der: bytes) -> list[bytes]:
    """The elements inside a constructed one."""
    return [der[start:end] for start, end in children(der)]


def store() -> bytes:
    """An ordinary PKCS#12 file."""
    locked = serialization.BestAvailableEncryption(PASSWORD)
    return pkcs12.serialize_key_and_certificates(b"shop", material().leaf_key, material().leaf, None, locked)


def stretched(ordinary: bytes) -> bytes:
    """The same with another count in its MacData (RFC 7292 4)."""
    version, content, mac = parts(ordinary)
    digest, salt = parts(mac)[:2]
    return element(SEQUENCE, version + content + element(SEQUENCE, digest + salt + FOREVER))


def stretched_key() -> bytes:
    """An encrypted PKCS#8 key with another count in its PBKDF2 parameters (RFC 8018 A.2)."""
    ordinary = material().leaf_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PASSWORD),
    )
    algorithm, locked = parts(ordinary)
    name, parameters = parts(algorithm)
    derivation, cipher = parts(parameters)
    pbkdf2, inner = parts(derivation)
    salt, _, *rest = parts(inner)
    inner = element(SEQUENCE, b"".join([salt, FOREVER, *rest]))
    derivation = element(SEQUENCE, pbkdf2 + inner)
    return element(SEQUENCE, element(SEQUENCE, name + element(SEQUENCE, derivation + cipher)) + locked)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second is long enough for a test."""
    monkeypatch.setattr(bound, "LONGEST_S", 1)


@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.usefixtures("hasty")
def test_a_store_that_asks_for_hours_is_refused(password: bytes | None) -> None:
    before = children_of_this_process()
    began = time.process_time()
    with pytest.raises(PinFileError, match=r"^next.p12: PKCS#12 file: .*iteration count.*export it again"):
        parse_objects(stretched(store()), "next.p12", Lock(password, bounded))
    assert time.process_time() - began < 1, "the work was done in this process"
    assert children_of_this_process() == before


@pytest.mark.usefixtures("hasty")
def test_a_key_that_asks_for_hours_is_refused() -> None:
    with pytest.raises(PinFileError, match=r"^next.key: .*iteration count.*export it again"):
        parse_objects(stretched_key(), "next.key", Lock(PASSWORD, bounded))


def test_an_ordinary_one_gives_what_it_holds() -> None:
    found = parse_objects(store(), "next.p12", Lock(PASSWORD, bounded))
    assert found.certificates == [material().leaf] and not found.keys


def test_an_encrypted_key_gives_its_public_half_with_its_password_only() -> None:
    locked = private_pem(material().leaf_key, PASSWORD)
    plain = private_pem(material().leaf_key)
    assert parse_objects(locked, "a.pem", Lock(PASSWORD, bounded)).keys == parse_objects(plain, "b.pem").keys
    assert parse_objects(plain, "b.pem", Lock(PASSWORD, bounded)).keys == parse_objects(plain, "b.pem").keys
    with pytest.raises(PinFileError, match="cannot be read"):
        parse_objects(locked, "a.pem", Lock(b"wrong", bounded))


def test_what_the_work_raises_is_raised_here_and_what_it_costs_is_not_ours(tmp_path: Path) -> None:
    def wrong() -> bytes:
        raise ValueError("no such thing")

    def greedy() -> bytes:
        return bytes(2 * bound.MOST_MEMORY)

    assert bounded(lambda: b"done") == b"done"
    with pytest.raises(ValueError, match="no such thing"):
        bounded(wrong)
    with pytest.raises(TooMuchWorkError):
        bounded(greedy)
