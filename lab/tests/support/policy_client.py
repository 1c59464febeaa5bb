"""pinlab-client with a policy file, for tests: documents, command lines, and its reports."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
from pinlab.core.paths import ROOT
from pinlab.pki.lasting_world import open_world
from pinlab.processes.binaries import program
from tests.support.witnesses import HOST

SCHEMA = json.loads((ROOT / "client_under_test/reference/policy.schema.json").read_text(encoding="utf-8"))


class Report:
    """What one command line came to: status, JSON lines, and the words for people."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status, self.err, self.text = done.returncode, done.stderr, done.stdout

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.lines[-1]


def call(*words: str) -> Report:
    done = subprocess.run(
        [str(program("pinlab-client")), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Report(done)


def document(
    world: Path, *pins: str, trust: tuple[str, ...] = ("root", "rogue"), **entry: Any
) -> dict[str, Any]:
    """A policy for shop.test: pins by name of key or CA, the last one is the backup."""
    known = open_world(world)
    store = world / f"store-{'-'.join(trust)}.pem"
    if not store.exists():
        made = store.with_suffix(f".{time.monotonic_ns()}")
        made.write_text("".join((world / f"authorities/{name}.pem").read_text() for name in trust))
        made.replace(store)
    named: list[dict[str, Any]] = [
        {"pin": known.pin(name), "label": name} for name in pins or ("active", "backup")
    ]
    if entry.get("mode") != "report":
        named[-1]["backup"] = True
    return {
        "schema": "pinlab.policy/1",
        "version": "test",
        "trust": {"file": str(store)},
        "hosts": [{"host": HOST, "pins": named, **entry}],
    }


def written(folder: Path, policy: dict[str, Any]) -> str:
    jsonschema.Draft202012Validator(SCHEMA).validate(policy)
    (folder / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
    return str(folder / "policy.json")


def utc(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
