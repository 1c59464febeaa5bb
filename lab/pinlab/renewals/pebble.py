"""Pebble as the CA: an ACME server on loopback, with a new root and a new intermediate at each start.

It proves no control of a name (PEBBLE_VA_ALWAYS_VALID): the question here is what becomes of keys, and so no
name has to be looked up anywhere.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pinlab.core.text import printable
from pinlab.processes.child import Child, pump
from pinlab.renewals.errors import RenewalError
from pinlab.renewals.pebble_tls import make_server_certificate

START_S = 20.0
"""How long it may take to listen; it makes two RSA keys for each chain first, which took 0.5 s."""
ANSWER_S = 5.0
TRIES = 3
"""Someone else may take a port between our look and its start."""
_KNOCK_S = 0.02
_SETTINGS = {
    "PEBBLE_VA_ALWAYS_VALID": "1",
    "PEBBLE_VA_NOSLEEP": "1",
    "PEBBLE_WFE_NONCEREJECT": "0",  # by default it refuses some good nonces, to exercise clients
    "PEBBLE_ALTERNATE_ROOTS": "1",  # a second root over the same intermediate key: a cross-sign
}


class Pebble:
    """A Pebble that listens."""

    def __init__(self, acme_port: int, management_port: int, tls_file: Path) -> None:
        """Ask it for its roots. RenewalError: it does not give them."""
        self.directory = f"https://127.0.0.1:{acme_port}/dir"
        self.tls_file = tls_file
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(tls_file)
        direct = urllib.request.ProxyHandler({})  # loopback, whatever the environment says of proxies
        opener = urllib.request.build_opener(direct, urllib.request.HTTPSHandler(context=context))
        self.roots: list[x509.Certificate] = []
        """The root of the chain that is given by default, then the alternate one."""
        try:
            for number in range(2):
                url = f"https://127.0.0.1:{management_port}/roots/{number}"
                with opener.open(url, timeout=ANSWER_S) as answer:
                    self.roots.append(x509.load_pem_x509_certificate(answer.read(1 << 16)))
        except (OSError, ValueError) as failure:
            raise RenewalError(f"pebble: does not give its roots: {printable(failure)}") from failure
        self.roots_file = tls_file.with_name("roots.pem")
        """What a client of this CA trusts."""
        self.roots_file.write_bytes(b"".join(root.public_bytes(Encoding.PEM) for root in self.roots))


@contextmanager
def running_pebble(folder: Path) -> Iterator[Pebble]:
    """Start one below `folder`, and end it. RenewalError: it does not listen."""
    folder.mkdir()
    tls_file, key_file = make_server_certificate(folder)
    with ExitStack() as stack:
        for tries_left in reversed(range(TRIES)):
            acme, management, http, tls = _free_ports(4)
            config = {
                "listenAddress": f"127.0.0.1:{acme}",
                "managementListenAddress": f"127.0.0.1:{management}",
                "certificate": str(tls_file),
                "privateKey": str(key_file),
                "httpPort": http,
                "tlsPort": tls,
            }
            (folder / "pebble.json").write_text(json.dumps({"pebble": config}), encoding="utf-8")
            words = ["pebble", "-config", str(folder / "pebble.json")]
            child = Child(words, env=environment(folder, **_SETTINGS))
            stack.callback(child.finish)
            if _listens(child, (acme, management)):
                break
            if not tries_left:
                raise RenewalError(f"pebble: does not listen: {last_words(child)}")
        yield Pebble(acme, management, tls_file)


def last_words(child: Child) -> str:
    """Give the end of what a program wrote, on one line."""
    lines = (child.stdout.text() + child.stderr.text()).strip().splitlines()
    return printable("; ".join(line.strip() for line in lines[-3:]), 400) or "no output"


def free_port() -> int:
    """Give a port of loopback that no one listens on now."""
    return _free_ports(1)[0]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for connection in held:
            connection.bind(("127.0.0.1", 0))
        return [connection.getsockname()[1] for connection in held]


def _listens(child: Child, ports: tuple[int, ...]) -> bool:
    """Knock until it opens or ends: it says nothing that comes after it listens."""
    deadline = time.monotonic() + START_S
    while not child.exited and time.monotonic() < deadline:
        if all(map(_is_open, ports)):
            return not child.exited
        pump([child], lambda: child.exited, time.monotonic() + _KNOCK_S)
    return False


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S).close()
    except OSError:
        return False
    return True


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give the environment of a program that may write below `folder`: no proxies, no settings of a user."""
    base = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    return {**base, "HOME": str(folder), "TMPDIR": str(folder), **more}
