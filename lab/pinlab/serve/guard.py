"""Who may speak to the lab by HTTP: this user's own programs and pages, and no web site in a browser.

A browser sends what any page tells it to, to loopback too: hence the checks of Host (DNS rebinding), of
Origin and of Sec-Fetch-Site (cross-site requests, which say no Origin where a page shows the lab as a
picture). JSON from a script carries none of these; a form must carry our Origin. Over loopback the kernel
tells whose program it is.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pinlab.serve.peer_uid import owner
from pinlab.serve.responses import refusal

LOCAL_NAMES = ("localhost", "127.0.0.1")
JSON = "application/json"
SAFE = ("GET", "HEAD")
OTHER_SITES = ("cross-site", "same-site")
"""Of Sec-Fetch-Site (W3C Fetch Metadata): localhost's other ports are the same site."""
HEADERS = {
    b"cache-control": b"no-store",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",  # with no-referrer, forms would say `Origin: null`
    b"cross-origin-resource-policy": b"same-origin",
}


def own_hosts(address: str, port: int) -> frozenset[str]:
    """The values of Host that mean this server."""
    names = {address, *(LOCAL_NAMES if ipaddress.ip_address(address).is_loopback else ())}
    bare = names if port == 80 else set()
    return frozenset({f"{name}:{port}" for name in names} | bare)


def objection(method: str, headers: Headers, hosts: Collection[str]) -> tuple[int, str, str] | None:
    """Why a request is refused, as (status, header, sentence), or None."""
    host = headers.get("host", "").lower()
    if host not in hosts:
        return 403, "Host", "this Host is not the lab's; use the URL that `pinlab serve` printed"
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{host}":
        return 403, "Origin", "a page of another origin may not speak to the lab"
    if headers.get("sec-fetch-site") in OTHER_SITES and not (method in SAFE and _is_followed_link(headers)):
        return 403, "Sec-Fetch-Site", "a page of another site may link to the lab, and no more"
    if method in SAFE:
        return None
    if method != "POST":
        return 405, "method", "only GET and POST are answered"
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != JSON and origin is None:
        return 415, "Content-Type", f"send {JSON}; a form must carry the lab's own Origin"
    return None


def _is_followed_link(headers: Headers) -> bool:
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")


def stranger(scope: Scope) -> tuple[int, str, str] | None:
    """Why the program at the other end may not speak, where both ends are on this machine's loopback."""
    peer, ours = scope.get("client"), scope.get("server")
    if not peer or not ours or not ipaddress.ip_address(ours[0]).is_loopback:
        return None
    try:
        user = owner((peer[0], peer[1]), (ours[0], ours[1]))
    except OSError:  # no such table on this machine
        return None
    if user in (0, os.geteuid()):
        return None
    who = "nobody any more" if user is None else f"another user of this machine (uid {user})"
    return 403, "user", f"this connection belongs to {who}; the lab serves the user who started it"


class Guard:
    """ASGI middleware: refuses what is not ours, and says on every answer what browsers must not do."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """`hosts` as `own_hosts` gives them."""
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS.items()]
            await send(message)

        if scope["type"] != "http":
            return
        found = objection(scope["method"], Headers(scope=scope), self._hosts) or stranger(scope)
        answer = self._app if found is None else refusal(found[2], found[1], found[0])
        await answer(scope, receive, guarded)
