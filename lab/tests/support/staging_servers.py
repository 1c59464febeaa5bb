"""Staging servers of someone else's: Python's TLS, a chain that a test may change, requests remembered."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.support.witnesses import HOST, standard_world

DEADLINE_S = 10.0
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Staging:
    """A server on loopback for `shop.test`; `world` is where its keys come from."""

    def __init__(self, world: Path, identity: str = "active") -> None:
        """Listens at once, shows `identity`."""
        self.world = world
        self.requests: list[str] = []
        self._context = self._showing(identity)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def options(self) -> list[str]:
        """How the command line names it."""
        port = self._listener.getsockname()[1]
        return ["--upstream", f"127.0.0.1:{port}", "--host", HOST, "--ca", str(self.ca)]

    @property
    def ca(self) -> Path:
        """Its root, as its clients trust it."""
        return self.world / "authorities/root.pem"

    def rotate(self, identity: str) -> None:
        """Show another identity from now on."""
        self._context = self._showing(identity)

    def close(self) -> None:
        """Stop; no one answers at its port any more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(DEADLINE_S)
        self._listener.close()

    def _showing(self, identity: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain, key = (self.world / f"identities/{identity}.{what}.pem" for what in ("chain", "key"))
        context.load_cert_chain(chain, key)
        return context

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with plain, contextlib.suppress(OSError):
                plain.settimeout(DEADLINE_S)
                with self._context.wrap_socket(plain, server_side=True) as secure:
                    if head := secure.recv(4096):
                        self.requests.append(head.decode("latin-1"))
                        secure.sendall(ANSWER)


@contextlib.contextmanager
def staging(folder: Path, identity: str = "active") -> Iterator[Staging]:
    """A server until the block ends, with a world of its own below `folder`."""
    server = Staging(standard_world(folder / "staging"), identity)
    try:
        yield server
    finally:
        server.close()
