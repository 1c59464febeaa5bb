"""`pinlab clients new`: an adapter of the user's own, outside the tree, that runs at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pinlab.clients import user_adapters
from pinlab.clients.api import AdapterError
from tests.support.cli import ORDER, pinlab, template
from tests.support.tools import require

pytestmark = pytest.mark.usefixtures("programs")
FOLDER = "pinlab_adapters"


def test_a_command_becomes_a_client_with_a_name(tmp_path: Path) -> None:
    command = template("whole_certificate", ORDER.replace("{pins_base64}", "{cert_sha256_hex}"))
    made = pinlab(tmp_path, "clients", "new", "my_app", "--command", command)
    assert f"wrote {tmp_path / FOLDER / 'my_app.py'}" in made.out, made.err
    assert made.status == 1 and "`lacks` or `KNOWN`" in made.out
    rows = json.loads(pinlab(tmp_path, "clients", "--json").out)
    mine = next(row for row in rows if row["name"] == "my_app")
    assert mine["installed"] and mine["ecosystem"] == "yours"
    again = pinlab(
        tmp_path, "run", "--client", "my_app", "--only", "valid/leaf", "--only", "misissued", "-n", "0"
    )
    assert again.result("misissued/by_our_authority")["verdict"] == "HELD"


def test_a_command_without_pins_gets_an_explanation(tmp_path: Path) -> None:
    made = pinlab(tmp_path, "clients", "new", "mine", "--command", "openssl s_client -CAfile {ca_file}")
    assert 'pins = "none"' in made.out and "{pins_curl}, {pins_file}" in made.out, made.out + made.err


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_driver_runs_as_written_and_its_missing_pins_are_reported(tmp_path: Path, language: str) -> None:
    if language == "node":
        require("node")
    made = pinlab(tmp_path, "clients", "new", "mine", "--language", language)
    assert made.status == 1 and "no pin was in force" in made.out, made.out + made.err
    seen = pinlab(
        tmp_path, "run", "--client", "mine", "--only", "valid/leaf", "--only", "proxy/socks5", "-n", "0"
    )
    assert seen.verdicts["valid/leaf 1.3"] == "SERVED" and seen.verdicts["proxy/socks5 1.3"] == "UNSUPPORTED"


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (["curl", "--command", "true"], "pinlab has already"),
        (["my-app", "--command", "true"], "such as my_app"),
        (["mine"], "--command, or"),
        (["mine", "--language", "cobol"], "python or node"),
        (["mine", "--command", "true {urk}"], "urk"),
    ],
)
def test_what_cannot_be_made_writes_nothing(tmp_path: Path, words: list[str], output: str) -> None:
    seen = pinlab(tmp_path, "clients", "new", *words)
    assert seen.status == 2 and output in seen.err and not (tmp_path / FOLDER).exists()


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "mine.py").write_text("kept = 1\n", encoding="ascii")
    seen = pinlab(tmp_path, "clients", "new", "mine", "--command", "true")
    assert seen.status == 2 and "nothing was written" in seen.err
    assert (tmp_path / FOLDER / "mine.py").read_text(encoding="ascii") == "kept = 1\n"


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("x = 1", 'no Adapter with name = "mine"'),
        ("x = ", "SyntaxError"),
        (
            "from pinlab.clients.api import Adapter\nclass A(Adapter):\n    name = 'mine'",
            "lacks command, outcome",
        ),
    ],
)
def test_a_file_that_is_no_adapter_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, output: str
) -> None:
    monkeypatch.setenv("PINLAB_ADAPTERS", str(tmp_path))
    (tmp_path / "mine.py").write_text(text, encoding="ascii")
    assert user_adapters.names() == ("mine",)
    with pytest.raises(AdapterError, match=r"mine\.py") as error:
        user_adapters.find("mine")
    assert output in str(error.value)
