"""A TLS client that can write records which no TLS library would write: Python's handshake, our own records.

The keys come from the key log (draft-ietf-tls-keylogfile); AES-GCM alone, in TLS 1.2 (RFC 5288) and 1.3.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HANDSHAKE, APPLICATION_DATA = 22, 23
HELLO_RANDOM = slice(11, 43)
"""Of a ServerHello, behind the heads of its record and its message and the version."""
KEY_UPDATE = b"\x18\x00\x00\x01\x01"
"""RFC 8446 4.6.3, update_requested."""


def p_hash(digest: str, secret: bytes, seed: bytes, length: int) -> bytes:
    """RFC 5246 5."""
    made, link = b"", seed
    while len(made) < length:
        link = hmac.digest(secret, link, digest)
        made += hmac.digest(secret, link + seed, digest)
    return made[:length]


def expand_label(digest: str, secret: bytes, label: bytes, length: int) -> bytes:
    """RFC 8446 7.1, with an empty context; one block is enough for all that is asked here."""
    name = b"tls13 " + label
    info = struct.pack(">HB", length, len(name)) + name + b"\x00" + b"\x01"
    return hmac.digest(secret, info, digest)[:length]


class Sealer12:
    """The client's side of a TLS 1.2 connection, behind its Finished."""

    def __init__(self, digest: str, size: int, master: bytes, client: bytes, server: bytes) -> None:
        """From the master secret and both randoms; `size` of the key in bytes."""
        block = p_hash(digest, master, b"key expansion" + server + client, 2 * size + 8)
        self._key, self._salt = AESGCM(block[:size]), block[2 * size : 2 * size + 4]
        self._number = 1

    def seal(self, kind: int, content: bytes) -> bytes:
        """One record."""
        number = struct.pack(">Q", self._number)
        head = struct.pack(">BH", kind, 0x0303)
        sealed = self._key.encrypt(
            self._salt + number, content, number + head + struct.pack(">H", len(content))
        )
        self._number += 1
        return head + struct.pack(">H", 8 + len(sealed)) + number + sealed


class Sealer13:
    """The client's side of a TLS 1.3 connection, behind its Finished."""

    def __init__(self, digest: str, size: int, secret: bytes) -> None:
        """From its traffic secret; `size` of the key in bytes."""
        self._digest, self._size, self._secret = digest, size, secret
        self._rekey()

    def _rekey(self) -> None:
        self._key = AESGCM(expand_label(self._digest, self._secret, b"key", self._size))
        self._salt = int.from_bytes(expand_label(self._digest, self._secret, b"iv", 12), "big")
        self._number = 0

    def seal(self, kind: int, content: bytes) -> bytes:
        """One record."""
        head = struct.pack(">BHH", APPLICATION_DATA, 0x0303, len(content) + 1 + 16)
        nonce = (self._salt ^ self._number).to_bytes(12, "big")
        self._number += 1
        return head + self._key.encrypt(nonce, content + bytes([kind]), head)

    def update(self) -> bytes:
        """A KeyUpdate that asks for one; what follows is sealed by the new key."""
        record = self.seal(HANDSHAKE, KEY_UPDATE)
        self._secret = expand_label(
            self._digest, self._secret, b"traffic upd", hashlib.new(self._digest).digest_size
        )
        self._rekey()
        return record


@dataclass(frozen=True)
class Connected:
    """A connection after its handshake: whatever is written now has to be sealed by us."""

    socket: socket.socket
    hello: bytes
    """The ClientHello, a message without its record's head."""
    sealer: Sealer12 | Sealer13


def connected(to: tuple[str, int], name: str, version: ssl.TLSVersion, log: Path) -> Connected:
    """Shake hands and verify nothing; `log` is a file for the keys, to be read by this function alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("ECDHE+AESGCM")
    context.keylog_filename = str(log)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=name)
    peer = socket.create_connection(to, timeout=10)
    first = answer = b""
    while True:
        try:
            tls.do_handshake()
            peer.sendall(outgoing.read())
            break
        except ssl.SSLWantReadError:
            output = outgoing.read()
            first = first or output
            peer.sendall(output)
            received = peer.recv(65536)
            assert received, "the server has ended the handshake"
            answer += received
            incoming.write(received)
    suite = tls.cipher()
    assert suite is not None
    digest, size = ("sha384", 32) if suite[0].endswith("SHA384") else ("sha256", 16)
    secrets = {line.split()[0]: line.split()[1:] for line in log.read_text(encoding="ascii").splitlines()}
    sealer: Sealer12 | Sealer13
    if version == ssl.TLSVersion.TLSv1_3:
        sealer = Sealer13(digest, size, bytes.fromhex(secrets["CLIENT_TRAFFIC_SECRET_0"][1]))
    else:
        client, master = (bytes.fromhex(word) for word in secrets["CLIENT_RANDOM"])
        sealer = Sealer12(digest, size, master, client, answer[HELLO_RANDOM])
    return Connected(peer, first[5:], sealer)
