"""Known deviations: what they excuse, what they never excuse, and how a bad file is reported.

On invented results; no process is started.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pinlab.core.errors import FileError
from pinlab.runner.known_deviations import (
    AcceptedDeviation,
    about,
    apply_known,
    from_adapter,
    read_known,
    unmatched,
)
from pinlab.runner.results import Result, exit_status, outcome_of

TODAY = date(2026, 11, 24)


def result(verdict: str = "BREACHED", expected: str = "HELD", scenario: str = "rogue_ca/in_store") -> Result:
    return Result(
        scenario, "1.3", "address", "curl", expected, verdict, outcome_of(verdict, expected), cause="seen"
    )


ENTRY = AcceptedDeviation(scenario="rogue_ca/*", verdict="BREACHED", reason="it has no pins")


def test_a_known_deviation_is_skipped_with_its_reason() -> None:
    known = apply_known(result(), (ENTRY,), TODAY)
    assert (known.outcome, known.known, known.verdict) == ("skipped", "it has no pins", "BREACHED")
    assert not known.as_expected
    assert exit_status([known]) == 0


@pytest.mark.parametrize(
    "entry",
    [
        AcceptedDeviation(scenario="rogue_ca/*", verdict="BREACHED", reason="r", until=TODAY),
        AcceptedDeviation(scenario="*", verdict="BREACHED", reason="r", client="cu*", tls="1.3"),
        AcceptedDeviation(scenario="rogue_ca/in_store", verdict="BREACHED", reason="r"),
    ],
)
def test_entries_that_apply(entry: AcceptedDeviation) -> None:
    assert apply_known(result(), (entry,), TODAY).known == "r"


@pytest.mark.parametrize(
    "entry",
    [
        AcceptedDeviation(scenario="misissued/*", verdict="BREACHED", reason="r"),
        AcceptedDeviation(scenario="rogue_ca/*", verdict="BREACHED", reason="r", client="openssl"),
        AcceptedDeviation(scenario="rogue_ca/*", verdict="BREACHED", reason="r", tls="1.2"),
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
            AcceptedDeviation(scenario="*", verdict="BREACHED", reason="r", until=date(2026, 11, 23)),
            "was to end by 2026-11-23",
        ),
        (
            result("LOCKED_OUT", "LOCKED_OUT"),
            AcceptedDeviation(scenario="*", verdict="LOCKED_OUT", reason="r"),
            "no longer applies",
        ),
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
        AcceptedDeviation(scenario="rogue_ca/*", verdict="WRONG_REASON", reason="a"),
        AcceptedDeviation(scenario="rogue_ca/in_*", verdict="BREACHED", reason="b"),
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
        AcceptedDeviation(
            scenario="rogue_ca/*",
            verdict="BREACHED",
            reason="it has no pins",
            until=date(2027, 1, 31),
            client="curl",
            tls="1.3",
        ),
    )
    with pytest.raises(FileError, match="cannot be read"):
        read_known(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[known]", "is not TOML"),
        ("[other]", 'unknown key "other"'),
        ('known = "x"', "known: "),
        ("known = [1]", "known[0]: "),
        ('[[known]]\nscenario = "*"\nverdict = "BREACHED"', '"reason" is missing; write it'),
        (
            '[[known]]\nscenario = "*"\nverdict = "INCONCLUSIVE"\nreason = "r"',
            'expected "BREACHED", "LOCKED_OUT"',
        ),
        ('[[known]]\nscenario = "*"\nverdict = "HELD"\nreason = "r"', 'expected "BREACHED", "LOCKED_OUT"'),
        ('[[known]]\nscenario = "*"\nverdict = "BREACHED"\nreason = "r"\nwhen = 1', 'unknown key "when"'),
        ('[[known]]\nscenario = ""\nverdict = "BREACHED"\nreason = "r"', "scenario: "),
        (
            '[[known]]\nscenario = "*"\nverdict = "BREACHED"\nreason = "r"\nuntil = "2027-01-31"',
            "without quotes",
        ),
        ('[[known]]\nscenario = "*"\nverdict = "BREACHED"\nreason = "r"\ntls = 1.3', "known[0].tls: "),
    ],
)
def test_bad_files(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"known\.toml") as caught:
        read_known(path)
    assert complaint in str(caught.value)


@dataclass(frozen=True)
class OfAdapter:
    pattern: str
    verdict: str
    reason: str


def test_a_deviation_of_another_client_is_not_stale_here() -> None:
    entries = (ENTRY, AcceptedDeviation(scenario="a/*", verdict="BREACHED", reason="r", client="wget*"))
    assert about(entries, "curl") == (ENTRY,)
    assert about(entries, "wget") == entries


def test_an_adapters_entries_speak_about_itself_alone() -> None:
    entries = from_adapter([OfAdapter("*", "BREACHED", "r")], "fla[w]")
    assert apply_known(result(), entries, TODAY).known is None
    assert entries[0].covers(Result("a/b", "1.3", "x", "fla[w]", "HELD", "BREACHED", "failed"))
    with pytest.raises(FileError, match="KNOWN of curl"):
        from_adapter([OfAdapter("*", "INCONCLUSIVE", "r")], "curl")
