"""Releases with a known fault are caught by scenarios not made for them, and their fixed controls pass.

Run by ci/clients, which installs them; a client that is not there is skipped by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pinlab.clients.listing import version_of
from pinlab.clients.registry import find
from tests.support.cli import pinlab


@dataclass(frozen=True)
class Proof:
    """A scenario of the catalogue on which a bad release and its fixed control part."""

    bad: str
    scenario: str
    tls: str = "1.3"


PROOFS = (
    Proof("aiohttp@3.8.4", "proxy/connect_rogue_ca"),
    Proof("request@2.88.2", "proxy/connect_rogue_ca"),
    Proof("okhttp@3.0.1", "smuggled_pin/leaf_appended", tls="1.2"),
    Proof("urllib3@1.26.3", "proxy/https_wrong_name"),
    Proof("requests@2.31.0", "session/resume_after_trust_change"),
    Proof("requests-toolbelt@1.0.0", "proxy/connect_rogue_ca"),
    Proof("node@24.16.0", "session/cross_host"),
    Proof("go@1.24.12", "session/resume_after_trust_change"),
    Proof("go_verify_peer_certificate", "session/resume_after_pin_change"),
)


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.bad)
def test_the_bad_release_is_breached_and_its_control_holds(tmp_path: Path, proof: Proof) -> None:
    bad = find(proof.bad)
    assert bad is not None and bad.known_bad is not None and bad.known_bad["fixed_by"] is not None
    assert verdict(tmp_path, proof.bad, proof) == "BREACHED"
    assert verdict(tmp_path, bad.known_bad["fixed_by"], proof) == "HELD"


def test_what_is_no_pin_is_caught(tmp_path: Path) -> None:
    proof = Proof("perl_io_socket_ssl", "misissued/by_our_authority")
    assert verdict(tmp_path, proof.bad, proof) == "BREACHED"


def verdict(folder: Path, client: str, proof: Proof) -> str:
    """What the lab says of `client`, which must be installed."""
    adapter = find(client)
    assert adapter is not None
    if version_of(adapter) is None:
        pytest.skip(f"{client} is not installed: {adapter.install}")
    words = ["--client", client, "--only", proof.scenario, "-n", "0", "--timeout", "30"]
    seen = pinlab(folder, "run", *words)
    return str(seen.result(proof.scenario, proof.tls)["verdict"])
