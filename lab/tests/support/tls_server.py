"""A TLS server on loopback for the tests of `pinlab.pins`: it shows a chain and answers a request."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.support.certificates import private_pem

ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
DEADLINE_S = 10.0


@contextlib.contextmanager
def serving(folder: Path, *chain: x509.Certificate, key: Any) -> Iterator[int]:
    """Serve `chain` until the block ends; gives the port."""
    pem, secret = folder / "served.pem", folder / "served.key"
    pem.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain))
    secret.write_bytes(private_pem(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, context))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(DEADLINE_S)


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        with plain, contextlib.suppress(OSError):
            plain.settimeout(DEADLINE_S)
            with context.wrap_socket(plain, server_side=True) as secure:
                if secure.recv(4096):
                    secure.sendall(ANSWER)
