"""What is KNOWN about each real client still applies, and nothing else is wrong: `pinlab run` ends with 0.

Run by ci/clients; a client that is not installed is skipped by its name.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from adapters import CLIENTS, find
from pinlab.client_list import version_of
from tests.commandline import pinlab

CAUGHT = ("openssl_cli",)
"""Those that cannot pin at all are there to be caught."""
ONE_CERTIFICATE = ("aiohttp", "requests", "urllib3")
"""They take the fingerprint of one whole certificate. The twins of most refusals pin the attacker's key,
and its certificate is made when the client comes: nobody knows its fingerprint before, so much is open."""


def judged() -> list[str]:
    """Clients that others wrote, at the release that the lab keeps up with (NAME@VERSION is an old one)."""
    apart = ("reference", "perl_io_socket_ssl", *CAUGHT, *ONE_CERTIFICATE)
    return [name for name in CLIENTS if "@" not in name and name not in apart]


@pytest.mark.parametrize("client", judged())
def test_what_is_known_applies(tmp_path: Path, client: str) -> None:
    adapter = find(client)
    assert adapter is not None
    if version_of(adapter) is None:
        pytest.skip(f"{client} is not installed: {adapter.install}")
    seen = pinlab(tmp_path, "run", "--client", client, "--suite", "pinning")
    assert seen.status == 0, seen.out
