"""The yardstick of a suite's speed: as many fresh processes and handshakes as a run makes, without the lab.

The real programs get the real briefs of two cases of the catalogue, one with an interceptor, again and again;
every world is minted. Nothing is judged, stored or watched, so a run cannot be expected to be this fast.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinlab.pki.mint import mint_world
from pinlab.processes.binaries import program
from pinlab.processes.fork_pool import share
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import Case
from pinlab.runner.options import RunOptions
from pinlab.runner.run_dir import run_folder
from pinlab.runner.settings import settings_of

DEADLINE_S = 20.0


@dataclass(frozen=True)
class Demand:
    """What a whole run starts: different cases, controls included, and runs of the client."""

    cases: tuple[Case, ...]
    visits: int

    @property
    def processes(self) -> int:
        """Origins, interceptors, clients and mints."""
        with_mitm = sum(bool(case.script) for case in self.cases)
        worlds = len({case.world_digest for case in self.cases})
        return len(self.cases) + with_mitm + self.visits + worlds


def demand(case_runner: CaseRunner) -> Demand:
    """Count what the run of `case_runner` needs."""
    every = [case for entry in case_runner.cases() for case in (entry, *case_runner.controls(entry))]
    cases = {case.digest: case for case in every}.values()
    visits = sum(1 if case.scenario.session else len(case.scenario.expected_visits) for case in cases)
    return Demand(tuple(cases), visits)


def run_bare(lanes: int) -> int:
    """Do it all on `lanes` processes; how many programs were started."""
    with run_folder() as folder:
        case_runner = CaseRunner.open(settings_of(RunOptions(seed=1), folder))
        expected = demand(case_runner)
        plain = _briefs(case_runner, next(case for case in expected.cases if not case.script))
        led = _briefs(case_runner, next(case for case in expected.cases if case.script))
        worlds = {case.world_digest: case for case in expected.cases}
        jobs = [("mint", number) for number in range(len(worlds))]
        jobs += [("meet", number) for number in range(len(expected.cases))]
        casts = [case.cast for case in worlds.values()]
        extra = expected.visits - len(expected.cases)

        def work(number: int) -> bytes:
            what, index = jobs[number]
            if what == "mint":
                mint_world(casts[index], now=case_runner.settings.now, folder=folder / "bare")
            else:
                case = expected.cases[index]
                _meet(led if case.script else plain, 2 if index < extra else 1)
            return b""

        share(len(jobs), lanes, work, lambda _: None)
    return expected.processes


def _briefs(case_runner: CaseRunner, case: Case) -> dict[str, dict[str, Any]]:
    """The briefs of a case, by program, from one run of it."""
    case_runner.evidence(case)
    files = {"pinlab-origin": "origin.json", "pinlab-mitm": "mitm.json", "pinlab-client": "client.0.json"}
    folder = case_runner.folder(case)
    return {
        name: json.loads(Path(folder, file).read_text(encoding="utf-8"))
        for name, file in files.items()
        if Path(folder, file).exists()
    }


def _meet(briefs: dict[str, dict[str, Any]], visits: int) -> None:
    """Start the witnesses, make the visits, end the witnesses."""
    origin, port = _listen("pinlab-origin", briefs["pinlab-origin"])
    running = [origin]
    if "pinlab-mitm" in briefs:
        upstream = {**briefs["pinlab-mitm"]["upstream"], "port": port}
        mitm, port = _listen("pinlab-mitm", {**briefs["pinlab-mitm"], "upstream": upstream})
        running.insert(0, mitm)
    client = briefs["pinlab-client"]
    url = client["url"].replace(f":{client['port']}/", f":{port}/")
    text = json.dumps({**client, "url": url, "port": port}) + "\n"
    for _ in range(visits):
        subprocess.run(
            [program("pinlab-client")],
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=DEADLINE_S,
            check=False,
        )
    for process in running:
        process.communicate(timeout=DEADLINE_S)


def _listen(name: str, brief: dict[str, Any]) -> tuple[subprocess.Popen[bytes], int]:
    witness = subprocess.Popen([program(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert witness.stdin is not None and witness.stdout is not None
    witness.stdin.write(json.dumps(brief).encode() + b"\n")
    witness.stdin.flush()
    return witness, int(json.loads(witness.stdout.readline())["port"])


def main(arguments: Sequence[str]) -> None:
    """Run on as many lanes as the argument says and print the number of processes."""
    print(run_bare(int(arguments[0])))


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
