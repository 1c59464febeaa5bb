"""The verdicts of three clients over the whole catalogue, a line each, so that a change is a line of a diff.

`python -m pinlab.devtools.golden_verdicts` measures and writes lab/golden/verdicts.txt; a test compares. A verdict that
could not be concluded is not written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from pinlab.core.enums import Verdict
from pinlab.core.paths import catalogue
from pinlab.devtools.measure import measure
from pinlab.runner.results import Result

FILE = catalogue().parent / "golden" / "verdicts.txt"
CLIENTS = ("reference", "flawed:none", "openssl_cli")
"""Ours, the same written twice, and one that knows no pins: there the pinned and the unpinned column part."""
Key = tuple[str, str, str]
"""Scenario, TLS version, client."""


def line(scenario: str, tls: str, client: str, verdict: str) -> str:
    """Give one line without its end."""
    return f"{scenario} : {tls} : {client} : {verdict}"


def read(path: Path = FILE) -> dict[Key, str]:
    """Give the verdict of each case and client. ValueError: a line of another form."""
    verdicts = {}
    for text in path.read_text(encoding="utf-8").splitlines():
        scenario, tls, client, verdict = text.split(" : ")
        verdicts[scenario, tls, client] = verdict
    return verdicts


def write(results: Iterable[Result], path: Path = FILE) -> None:
    """Write the file, sorted. ValueError: a result that is INCONCLUSIVE."""
    every = list(results)
    unclear = [result for result in every if result.verdict == Verdict.INCONCLUSIVE]
    if unclear:
        raise ValueError(f"{unclear[0].client} at {unclear[0].scenario}: {unclear[0].cause}")
    lines = sorted(line(result.scenario, result.tls, result.client, str(result.verdict)) for result in every)
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{text}\n" for text in lines), encoding="utf-8")


def main() -> None:
    """Measure all clients and write the file."""
    try:
        write(result for _, results in measure(dict.fromkeys(CLIENTS, ())) for result in results)
    except ValueError as error:
        sys.exit(f"not written: {error}")


if __name__ == "__main__":
    main()
