"""What is KNOWN about each real client still applies, and nothing else is wrong: `pinlab run` ends with 0.

Run by ci/clients; a client that is not installed is skipped by its name.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pinlab.clients.listing import version_of
from pinlab.clients.registry import find, installed_clients
from tests.support.cli import pinlab

CAUGHT = ("openssl_cli", "chromium")
"""Those that cannot pin at all are there to be caught."""


def judged() -> list[str]:
    """Clients that others wrote, at the release that the lab keeps up with (NAME@VERSION is an old one)."""
    apart = ("reference", "perl_io_socket_ssl", *CAUGHT)
    return [name for name in installed_clients() if "@" not in name and name not in apart]


@pytest.mark.parametrize("client", judged())
def test_what_is_known_applies(tmp_path: Path, client: str) -> None:
    adapter = find(client)
    assert adapter is not None
    if version_of(adapter) is None:
        pytest.skip(f"{client} is not installed: {adapter.install}")
    seen = pinlab(tmp_path, "run", "--client", client, "--suite", "pinning", "--timeout", "30")
    assert seen.status == 0, seen.out


BROWSER = {
    "valid/leaf": "SERVED",
    "misissued/by_our_authority": "BREACHED",
    "rogue_ca/in_trust_store": "BREACHED",
    "untrusted/stranger_root": "HELD",
    "expiry/leaf": "HELD",
    "wrong_name/other_host": "HELD",
}
"""A browser has its own checks, and no pins that a page could set."""


def test_a_browser_refuses_only_what_its_store_refuses(tmp_path: Path) -> None:
    adapter = find("chromium")
    assert adapter is not None
    if version_of(adapter) is None:
        pytest.skip(f"chromium is not installed: {adapter.install}")
    only = [word for name in BROWSER for word in ("--only", name)]
    seen = pinlab(tmp_path, "run", "--client", "chromium", *only, "--timeout", "30")
    assert {name: seen.result(name)["verdict"] for name in BROWSER} == BROWSER, seen.out
