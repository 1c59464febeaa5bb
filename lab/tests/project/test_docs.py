"""What the documents show must be true: their code runs, their links lead somewhere, their words exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pinlab.clients.api import Adapter, Brief, Pinned, Run
from pinlab.core.enums import ExitStatus, Verdict

ROOT = Path(__file__).resolve().parents[3]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "lab/docs").glob("*.md")),
    ROOT / "client_under_test/PROTOCOL.md",
]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


def test_the_adapter_in_the_page_is_an_adapter(tmp_path: Path) -> None:
    page = ROOT / "lab/docs/adding-a-client.md"
    text = next(block for block in blocks(page, "python") if "(Adapter)" in block)
    assert len(text.splitlines()) <= 60
    names: dict[str, object] = {"__name__": "wget"}
    exec(compile(text, str(page), "exec"), names)
    made = names["Wget"]
    assert isinstance(made, type) and issubclass(made, Adapter)
    adapter = made()
    brief = Brief(
        host="shop.test",
        port=443,
        address="127.0.0.1",
        ca_file="/ca.pem",
        pinned=(Pinned("sha256/AAAA"), Pinned("sha256/BBBB")),
        canary="c0ffee0123456789",
        tls=("1.2", "1.3"),
        timeout_ms=1000,
        proxy=None,
        via="hosts",
        folder=str(tmp_path),
    )
    assert "--pinnedpubkey=sha256//AAAA;sha256//BBBB" in adapter.command(brief).argv
    assert adapter.outcome(Run(0, None, "", "")).claim == "accept"
    refusal = adapter.outcome(Run(5, None, "", "pin mismatch"))
    assert (refusal.claim, refusal.reason) == ("reject", None)


def test_the_readme_knows_every_verdict_and_exit_status() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [word for word in Verdict if f"`{word}`" not in text] == []
    assert [status for status in ExitStatus if f"| {int(status)} |" not in text] == []


def test_the_readme_names_every_placeholder() -> None:
    from pinlab.clients.command_template import PLACEHOLDERS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in PLACEHOLDERS if f"{{{name}}}" not in re.sub(r"\s+", " ", text)] == []
