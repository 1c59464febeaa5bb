"""requests, pinned as its users do it: an HTTPAdapter that hands assert_fingerprint to urllib3, proxy or not.

One Session lives for the whole process, as in most programs; `--toolbelt`: with requests-toolbelt's adapter.
"""

from __future__ import annotations

import sys

import requests
import talk
from requests.adapters import HTTPAdapter


class Fingerprint(HTTPAdapter):
    """Every connection of it, behind a proxy too, must show the certificate with this SHA-256."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, assert_fingerprint=self.fingerprint, **options)

    def proxy_manager_for(self, proxy: str, **options: object) -> object:
        return super().proxy_manager_for(proxy, assert_fingerprint=self.fingerprint, **options)


class ClientDriver:
    """The Session, made anew where other pins hold; another trust store comes with the request."""

    session: requests.Session | None = None
    fingerprint: str | None = None

    def visit(self, brief: dict) -> tuple[int, str]:
        talk.every_name_is_at(brief["address"])
        expected = talk.fingerprint(brief)
        if self.session is None or expected != self.fingerprint:
            self.session, self.fingerprint = self.open(expected), expected
        answer = self.session.get(
            f"https://{brief['host']}:{brief['port']}{brief['path']}",
            headers={"X-Pinlab-Canary": brief["canary"]},
            proxies={"https": brief["proxy"]} if brief["proxy"] else None,
            verify=brief["ca_file"],
            timeout=brief["timeout_ms"] / 1000,
        )
        return answer.status_code, answer.text

    def open(self, fingerprint: str | None) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        if fingerprint is not None:
            session.mount("https://", pinned(fingerprint))
        return session


def pinned(fingerprint: str) -> HTTPAdapter:
    if "--toolbelt" not in sys.argv:
        return Fingerprint(fingerprint)
    from requests_toolbelt.adapters.fingerprint import FingerprintAdapter

    return FingerprintAdapter(fingerprint)


talk.serve(ClientDriver().visit)
