"""Which requests the lab answers: those that carry its token, and none that a web site makes in a browser.

A browser sends what any page tells it to, to loopback too: hence the checks of Host (DNS rebinding), of Origin and of
Sec-Fetch-Site (cross-site requests, which have no Origin where a page shows the lab as a picture). JSON from a script
carries none of these; a form must carry our Origin. Each check fails closed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pinlab.serve.responses import refusal
from pinlab.serve.token import Token

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


NO_TOKEN = (
    "this request has no token of this server: open the URL that `pinlab serve` printed, or send its token in the "
    "header `Authorization: Bearer TOKEN`"
)


class Guard:
    """ASGI middleware: refuses what may not speak, and tells browsers on every answer what they must not do."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: Token) -> None:
        """`hosts` as `own_hosts` gives them."""
        self._app, self._hosts, self._token = app, hosts, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        from_url = self._token.in_query(QueryParams(scope["query_string"]))
        cookie = {b"set-cookie": self._token.cookie} if from_url else {}

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS.items(), *cookie.items()]
            await send(message)

        found = objection(scope["method"], headers, self._hosts)
        if found is None and not (from_url or self._token.in_headers(headers)):
            found = 401, "Authorization", NO_TOKEN
        answer = self._app if found is None else refusal(found[2], found[1], found[0])
        await answer(scope, receive, guarded)
