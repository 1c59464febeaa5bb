"""The golden verdicts: a case whose verdict has changed is a line of a diff.

Evidence is shared with the other tests of this run: what they have run already is not run again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pinlab.catalogue.loader import load_catalogue
from pinlab.devtools.golden_verdicts import CLIENTS, line, read, write
from pinlab.runner.case_result import run_case
from pinlab.runner.case_runner import CaseRunner
from pinlab.runner.cases import cases
from pinlab.runner.results import Result

CATALOGUE = load_catalogue()
PLANNED = [
    (case.scenario.id, case.tls)
    for case in cases(CATALOGUE.scenarios.values(), CATALOGUE.cast, via="address", client="any")
]
GOLDEN = read()
MAKE_IT = "write it: python -m pinlab.devtools.golden_verdicts"

Open = Callable[[str], CaseRunner]


def result_of(open_case_runner: Open, client: str, scenario: str, tls: str) -> Result:
    """One case of the suite, as `pinlab run` would judge it."""
    case_runner = open_case_runner(client)
    return next(
        run_case(case_runner, case)
        for case in case_runner.cases()
        if (case.scenario.id, case.tls) == (scenario, tls)
    )


def test_the_file_speaks_about_each_case_and_client() -> None:
    assert set(GOLDEN) == {(*planned, client) for planned in PLANNED for client in CLIENTS}, MAKE_IT


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("scenario", "tls"), PLANNED, ids=[f"{name}[{tls}]" for name, tls in PLANNED])
def test_a_verdict_stays_as_it_was(client: str, scenario: str, tls: str, open_case_runner: Open) -> None:
    result = result_of(open_case_runner, client, scenario, tls)
    before = line(scenario, tls, client, GOLDEN[scenario, tls, client])
    assert line(scenario, tls, client, str(result.verdict)) == before, result.transcript or result.cause


def test_what_is_written_is_read(tmp_path: Path) -> None:
    results = [
        Result(name, "1.3", "address", "curl", "HELD", "HELD", "passed")
        for name in ("valid/leaf", "chain/one")
    ]
    write(results, tmp_path / "verdicts.txt")
    assert (tmp_path / "verdicts.txt").read_text(encoding="utf-8").splitlines() == [
        "chain/one : 1.3 : curl : HELD",
        "valid/leaf : 1.3 : curl : HELD",
    ]
    assert read(tmp_path / "verdicts.txt")["chain/one", "1.3", "curl"] == "HELD"
    unclear = Result("a/b", "1.3", "address", "curl", "HELD", "INCONCLUSIVE", "error", cause="no hello")
    with pytest.raises(ValueError, match="no hello"):
        write([unclear], tmp_path / "verdicts.txt")
