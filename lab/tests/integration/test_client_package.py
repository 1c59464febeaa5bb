"""The reference client as a package: it installs, and others build on it, but not if they forget to check."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from pinlab.pki.mint import mint_world
from pinlab.pki.world import World
from tests.support.client_package import PREFIX_FILES, installed, shop
from tests.support.witnesses import CANARY, HOST, NOW, mitm, origin, seen
from tests.support.worlds import standard_cast

pytestmark = pytest.mark.usefixtures("programs")
FACE = """
#include <pinlab/client/client.h>
using namespace pinlab::client;
void use(Client& client, Verified token, Verified& kept, const Refusal& refusal, const Policy& policy) {
    (void)client, (void)token, (void)kept, (void)refusal, (void)policy;
    %s
}
"""
FORGOTTEN = 'client.send(client.connect("https://shop.test/"), Request{});'
ALLOWED = """
    client.send(std::move(token), Request{});
    auto connected = client.connect("https://shop.test/");
    if (auto* good = std::get_if<Verified>(&connected)) client.send(std::move(*good));
"""


@pytest.fixture(scope="module")
def prefix(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed package."""
    return installed(programs, tmp_path_factory.mktemp("prefix"))


def compiles(prefix: Path, folder: Path, body: str) -> bool:
    (folder / "use.cpp").write_text(FACE % body, encoding="utf-8")
    words = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", f"-I{prefix / 'include'}"]
    command = [os.environ.get("CXX", "c++"), *words, str(folder / "use.cpp")]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def test_it_installs_no_file_of_others(prefix: Path) -> None:
    for name in PREFIX_FILES:
        assert (prefix / name).is_file(), name
    headers = list((prefix / "include").rglob("*.h"))
    assert {header.parent for header in headers} == {prefix / "include/pinlab/client"}
    text = "".join(header.read_text(encoding="utf-8") for header in headers)
    assert "client_under_test" not in text and "boost" not in text and "openssl" not in text


def test_forgetting_to_check_does_not_compile(prefix: Path, tmp_path: Path) -> None:
    """Every other way to forget is a static_assert in token_test.cpp."""
    assert compiles(prefix, tmp_path, ALLOWED), "the control: with the token it does"
    assert not compiles(prefix, tmp_path, FORGOTTEN)


def test_the_example_builds_and_holds(programs: Path, tmp_path: Path) -> None:
    world: World = mint_world(standard_cast(), now=NOW, folder=tmp_path)
    app = shop(programs, tmp_path, world)
    store = tmp_path / "store.pem"
    store.write_text(
        "".join((world.path / f"authorities/{name}.pem").read_text() for name in ("root", "rogue"))
    )

    def visit(port: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(app), f"https://{HOST}:{port}/{CANARY}", str(store)],
            env={**os.environ, "CONNECT_TO": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    with origin(world.path) as honest:
        served = visit(honest.port)
        with mitm(world.path, honest.port, {"kind": "rogue_ca"}) as attacker:
            held = visit(attacker.port)
    assert (served.returncode, served.stdout[:7]) == (0, "pinlab "), served.stderr
    assert held.returncode == 1 and "pin_mismatch" in held.stderr
    assert seen(honest, "canary_seen") and not seen(attacker, "canary_seen")
