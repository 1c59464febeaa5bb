"""Known deviations: what they excuse, what they never excuse, and how a bad file is reported.

On invented results; no process is started.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pinlab.runner.known_deviations import (
    AcceptedDeviation,
    KnownError,
    about,
    apply_known,
    from_adapter,
    parse_known,
    read_known,
    unmatched,
)
from pinlab.runner.results import Result, exit_status, outcome_of

TODAY = date(2026, 11, 24)


def result(verdict: str = "BREACHED", expected: str = "HELD", scenario: str = "rogue_ca/in_store") -> Result:
    return Result(
        scenario, "1.3", "address", "curl", expected, verdict, outcome_of(verdict, expected), cause="seen"
    )


ENTRY = AcceptedDeviation("rogue_ca/*", "BREACHED", "it has no pins")


def test_a_known_deviation_is_skipped_with_its_reason() -> None:
    known = apply_known(result(), (ENTRY,), TODAY)
    assert (known.outcome, known.known, known.verdict) == ("skipped", "it has no pins", "BREACHED")
    assert not known.as_expected
    assert exit_status([known]) == 0


@pytest.mark.parametrize(
    "entry",
    [
        AcceptedDeviation("rogue_ca/*", "BREACHED", "r", until=TODAY),
        AcceptedDeviation("*", "BREACHED", "r", client="cu*", tls="1.3"),
        AcceptedDeviation("rogue_ca/in_store", "BREACHED", "r"),
    ],
)
def test_entries_that_apply(entry: AcceptedDeviation) -> None:
    assert apply_known(result(), (entry,), TODAY).known == "r"


@pytest.mark.parametrize(
    "entry",
    [
        AcceptedDeviation("misissued/*", "BREACHED", "r"),
        AcceptedDeviation("rogue_ca/*", "BREACHED", "r", client="openssl"),
        AcceptedDeviation("rogue_ca/*", "BREACHED", "r", tls="1.2"),
    ],
)
def test_entries_about_something_else(entry: AcceptedDeviation) -> None:
    assert apply_known(result(), (entry,), TODAY) == result()
    assert unmatched([entry], [result()]) == (entry,)


@pytest.mark.parametrize(
    ("found", "entry", "cause"),
    [
        (result("HELD"), ENTRY, "no longer applies"),
        (result("WRONG_REASON"), ENTRY, "no longer applies"),
        (
            result(),
            AcceptedDeviation("*", "BREACHED", "r", until=date(2026, 11, 23)),
            "was to end by 2026-11-23",
        ),
        (result("LOCKED_OUT", "LOCKED_OUT"), AcceptedDeviation("*", "LOCKED_OUT", "r"), "no longer applies"),
    ],
    ids=["fixed", "changed", "date-past", "as-expected-anyway"],
)
def test_stale_entries_fail_the_run(found: Result, entry: AcceptedDeviation, cause: str) -> None:
    stale = apply_known(found, (entry,), TODAY)
    assert stale.outcome == "failed"
    assert stale.known is None
    assert cause in stale.cause and "seen" in stale.cause
    assert exit_status([stale]) == 1


@pytest.mark.parametrize("verdict", ["INCONCLUSIVE", "UNSUPPORTED", "SKIPPED"])
def test_what_says_nothing_is_never_excused(verdict: str) -> None:
    assert apply_known(result(verdict), (ENTRY,), TODAY) == result(verdict)


def test_the_entry_with_the_right_verdict_is_taken() -> None:
    entries = (
        AcceptedDeviation("rogue_ca/*", "WRONG_REASON", "a"),
        AcceptedDeviation("rogue_ca/in_*", "BREACHED", "b"),
    )
    assert apply_known(result(), entries, TODAY).known == "b"


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(
        '[[known]]\nscenario = "rogue_ca/*"\nverdict = "BREACHED"\nreason = "it has no pins"\n'
        'until = 2027-01-31\nclient = "curl"\ntls = "1.3"\n',
        encoding="utf-8",
    )
    assert read_known(path) == (
        AcceptedDeviation("rogue_ca/*", "BREACHED", "it has no pins", date(2027, 1, 31), "curl", "1.3"),
    )
    with pytest.raises(KnownError, match="cannot be read"):
        read_known(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("[[known]", "known: "),
        ("[other]", "not other"),
        ('known = "x"', "only"),
        ("known = [1]", "expected a table"),
        ('[[known]]\nscenario = "*"\nverdict = "BREACHED"', "reason is required"),
        ('[[known]]\nscenario = "*"\nverdict = "INCONCLUSIVE"\nreason = "r"', "cannot be known"),
        ('[[known]]\nscenario = "*"\nverdict = "HELD"\nreason = "r"', "cannot be known"),
        ('[[known]]\nscenario = "*"\nverdict = "BREACHED"\nreason = "r"\nwhen = 1', "unknown key 'when'"),
        (
            '[[known]]\nscenario = "*"\nverdict = "BREACHED"\nreason = "r"\nuntil = "2027-01-31"',
            "without quotes",
        ),
        ('[[known]]\nscenario = "*"\nverdict = "BREACHED"\nreason = "r"\ntls = 1.3', "expected text"),
    ],
)
def test_bad_files(text: str, facts: str) -> None:
    with pytest.raises(KnownError, match="known") as caught:
        parse_known(text)
    assert facts in str(caught.value)


@dataclass(frozen=True)
class OfAdapter:
    pattern: str
    verdict: str
    reason: str


def test_a_deviation_of_another_client_is_not_stale_here() -> None:
    entries = (ENTRY, AcceptedDeviation("a/*", "BREACHED", "r", client="wget*"))
    assert about(entries, "curl") == (ENTRY,)
    assert about(entries, "wget") == entries


def test_an_adapters_entries_speak_about_itself_alone() -> None:
    entries = from_adapter([OfAdapter("*", "BREACHED", "r")], "fla[w]")
    assert apply_known(result(), entries, TODAY).known is None
    assert entries[0].covers(Result("a/b", "1.3", "x", "fla[w]", "HELD", "BREACHED", "failed"))
    with pytest.raises(KnownError, match="KNOWN of curl"):
        from_adapter([OfAdapter("*", "INCONCLUSIVE", "r")], "curl")
