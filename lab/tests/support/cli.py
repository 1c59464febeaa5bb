"""`pinlab` as a user runs it: another process, its exit status, its words and its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinlab.core.paths import ROOT

CLIENTS = Path(__file__).parent / "clients"
ORDER = "{address} {port} {host} {ca_file} {pins_base64} {canary}"


@dataclass(frozen=True)
class Ended:
    """How a command line ended. `document` is the JSON report, {} if none was written."""

    status: int
    out: str
    err: str
    document: dict[str, Any]

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict by `scenario TLS`."""
        return {f"{entry['scenario']} {entry['tls']}": entry["verdict"] for entry in self.document["results"]}

    def result(self, scenario: str, tls: str = "1.3") -> dict[str, Any]:
        """One entry of the report."""
        found = (
            entry
            for entry in self.document["results"]
            if (entry["scenario"], entry["tls"]) == (scenario, tls)
        )
        return next(found)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """This process's environment, with temporary files and kept evidence below `folder`."""
    path = os.pathsep.join([str(ROOT / "lab"), str(ROOT / "client_under_test")])
    places = {"TMPDIR": str(folder), "PINLAB_EVIDENCE": str(folder / "evidence"), "PYTHONPATH": path}
    return {**os.environ, **places, "NO_COLOR": "1", **more}


def pinlab(folder: Path, *arguments: str, **env: str) -> Ended:
    """Run `pinlab ARGUMENTS`; a `run` writes its JSON report below `folder`, where nothing else may stay."""
    report = folder / "report.json"
    more = ["--json", str(report)] if arguments[:1] == ("run",) and "--json" not in arguments else []
    done = subprocess.run(
        [sys.executable, "-m", "pinlab", *arguments, *more],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(folder, **env),
        cwd=folder,
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert not list(folder.glob("pinlab-*")), "a temporary folder was left behind"
    document = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Ended(done.returncode, done.stdout, done.stderr, document)


def template(client: str, order: str = ORDER) -> str:
    """The command template of one of the small clients; quoted, as the tree may lie in a path with spaces."""
    return f'"{sys.executable}" -B "{CLIENTS / client}.py" {order}'


def run_client(folder: Path, client: str, *only: str, **env: str) -> Ended:
    """`pinlab run` against one of the small clients, in one process, at the scenarios `only`."""
    chosen = [word for name in only for word in ("--only", name)]
    words = ["--command", template(client), "--via", "address", "-n", "0", "--timeout", "8", *chosen]
    return pinlab(folder, "run", *words, **env)
