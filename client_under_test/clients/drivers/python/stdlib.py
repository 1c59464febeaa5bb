"""Python's own http.client and ssl: pins are sought in the verified chain before the request is written."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

import talk


class Pinned(http.client.HTTPSConnection):
    """A connection that is closed again unless a pinned key is in its verified chain."""

    brief: dict
    pins: frozenset[bytes] | None

    def connect(self) -> None:
        super().connect()
        try:
            talk.require(self.pins, talk.verified_chain(self.sock))
        except ConnectionError:
            self.close()
            raise


def visit(brief: dict) -> tuple[int, str]:
    pins = talk.read_pins(brief)
    context = ssl.create_default_context(cafile=brief["ca_file"])
    connection = Pinned(brief["host"], brief["port"], timeout=brief["timeout_ms"] / 1000, context=context)
    connection.pins = pins
    target = (brief["address"], brief["port"])
    if brief["proxy"]:
        proxy = urlsplit(brief["proxy"])
        target = (proxy.hostname, proxy.port)
        connection.set_tunnel(brief["host"], brief["port"])
    connection._create_connection = lambda address, *more: socket.create_connection(target, *more)
    connection.request("GET", brief["path"], headers={"X-Pinlab-Canary": brief["canary"]})
    answer = connection.getresponse()
    body = answer.read().decode("latin-1")
    connection.close()
    return answer.status, body


talk.serve(visit)
