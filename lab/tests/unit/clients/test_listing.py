"""`pinlab clients`: the list by its contract, and what cannot be installed is refused with words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pinlab.clients.install_tools import COORDINATE, LOCKS
from pinlab.clients.installed_release import Fetched
from pinlab.clients.listing import facts, supports
from pinlab.clients.registry import find, installed_clients
from tests.support.cli import pinlab

KEYS = {"name", "version", "installed", "install", "ecosystem", "known_bad", "ways", "pins", "supports"}
ECOSYSTEMS = {"pinlab", "Debian", "Go", "PyPI", "Cargo", ".NET", "npm", "Maven", "Java"}


@pytest.mark.usefixtures("programs")
def test_the_list_for_machines_names_every_client(tmp_path: Path) -> None:
    seen = pinlab(tmp_path, "clients", "--json")
    rows = json.loads(seen.out)
    assert seen.status == 0 and [row["name"] for row in rows] == [*installed_clients(), "flawed:NAME"]
    for row in rows:
        assert set(row) == KEYS and row["ecosystem"] in ECOSYSTEMS
        assert row["installed"] == (row["version"] is not None) == (row["install"] is None)


@pytest.mark.parametrize("name", [name for name in installed_clients() if name != "reference"])
def test_every_client_can_be_installed_and_a_bad_one_has_a_control(name: str) -> None:
    adapter = find(name)
    assert adapter is not None and adapter.name == name and adapter.install
    control = (adapter.known_bad or {}).get("fixed_by")
    assert control is None or control in installed_clients()


def test_a_client_that_is_not_there_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINLAB_CLIENTS", str(tmp_path))
    row = facts("aiohttp")
    assert row["version"] is None and row["install"] == "pinlab clients install aiohttp"
    seen = pinlab(tmp_path, "run", "--client", "aiohttp")
    assert seen.status == 2 and "pinlab clients install aiohttp" in seen.err


@pytest.mark.parametrize(
    ("name", "words"), [("nothing_like_it", "no client is called"), ("wget", "apt-get install wget")]
)
def test_what_cannot_be_installed_is_a_usage_error(tmp_path: Path, name: str, words: str) -> None:
    seen = pinlab(tmp_path, "clients", "install", name)
    assert seen.status == 2 and words in seen.err


def test_every_lock_has_a_checksum_for_everything_and_names_no_host() -> None:
    expected = {
        (fetched.kind, fetched.lock)
        for name in installed_clients()
        if isinstance(fetched := find(name), Fetched)
    }
    assert expected == {(path.parent.name, path.stem) for path in LOCKS.glob("*/*")}
    for path in (path for path in LOCKS.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path
        if path.parent.name == "maven":
            assert all(COORDINATE.match(line) for line in text.splitlines()), path
        if path.parent.name == "pypi":
            assert re.findall(r"^[a-z].*==", text, re.MULTILINE), path
        if path.name == "package-lock.json":
            packages = [load for name, load in json.loads(text)["packages"].items() if name]
            assert all("integrity" in package for package in packages), path


def test_what_a_client_can_do_is_described() -> None:
    plain, curl = find("openssl_cli"), find("curl")
    assert plain is not None and supports(plain) == ["proxy"]
    assert curl is not None and supports(curl) == ["pins", "backup_pins", "proxy"]
    entry = find("aiohttp")
    assert entry is not None and supports(entry) == ["pins", "proxy"]
