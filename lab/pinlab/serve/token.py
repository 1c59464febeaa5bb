"""The token of a server: anyone who has it may speak to the lab, and no other program or user of the machine.

As Jupyter has it: it stands in the URL that is printed, a browser keeps it in a cookie, a script sends it in a header.
"""

from __future__ import annotations

import os
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, QueryParams

from pinlab.core.errors import UsageError

VARIABLE = "PINLAB_SERVE_TOKEN"
SHORTEST = 16
SCHEME = "bearer "


def new_token() -> str:
    """The user's own from PINLAB_SERVE_TOKEN, for scripts that start the server, or a random one. UsageError."""
    given = os.environ.get(VARIABLE)
    if given is None:
        return secrets.token_hex(24)
    if len(given) < SHORTEST or not given.isascii() or not given.isalnum():
        raise UsageError(f"{VARIABLE}: a token has at least {SHORTEST} ASCII letters and digits")
    return given


class Token:
    """Recognises requests that carry the token; anything that cannot be read does not carry it."""

    def __init__(self, token: str, port: int) -> None:
        """Cookies do not tell ports apart (RFC 6265, 8.5), so the cookie's name holds the port."""
        self._token, self._cookie = token, f"pinlab-{port}"

    def in_query(self, query: QueryParams) -> bool:
        """Whether the URL has it: `?token=TOKEN`."""
        return self._is(query.get("token", ""))

    def in_headers(self, headers: Headers) -> bool:
        """Whether a header has it: `Authorization: Bearer TOKEN`, or the cookie."""
        stated = headers.get("authorization", "")
        if stated.lower().startswith(SCHEME):
            return self._is(stated[len(SCHEME) :].strip())
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return cookie is not None and self._is(cookie.value)

    @property
    def cookie(self) -> bytes:
        """The header Set-Cookie for a browser that came by the printed URL."""
        return f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict".encode("ascii")

    def _is(self, text: str) -> bool:
        return secrets.compare_digest(text.encode("utf-8", "surrogateescape"), self._token.encode("ascii"))
