"""Every file that a user hands to the lab: a mutant of it is read, or refused in the loader's own words.

Any other exception would be a traceback at the user. Pin files have their own (test_pins_formats.py).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from pinlab.catalogue.loader import SHIPPED, load_cast, load_catalogue
from pinlab.catalogue.script import load_script
from pinlab.core.enums import ResultOutcome
from pinlab.core.errors import FileError, UsageError
from pinlab.core.paths import ROOT
from pinlab.pki.lasting_world import load_own
from pinlab.reports.baseline import compare, read_baseline
from pinlab.rotation.answer.answer import answer
from pinlab.rotation.plan.adoption_csv import read_adoption
from pinlab.rotation.plan.file import read_plan
from pinlab.runner.known_deviations import read_known
from pinlab.runner.results import Result
from tests.support.text_mutators import DEEP, mutant
from tests.support.worlds import standard_cast

COUNT = int(os.environ.get("PINLAB_MUTANTS", "60"))
"""Mutants for each kind of file; `PINLAB_MUTANTS` asks for more."""
PLANS = sorted((ROOT / "lab/rotation/plans").glob("*.toml"))
KNOWN = """
[[known]]
scenario = "rogue_ca/*"
verdict = "BREACHED"
reason = "does not pin yet"
until = 2027-01-31
client = "curl"
tls = "1.2"
"""
SCRIPT = """
doc = "what it is for"
[[attack]]
kind = "pass_through"
times = 2
[[attack]]
kind = "rogue_ca"
key = "attacker"
"""
OWN = '[identities.active]\nchain = "chain.pem"\nkey = "key.pem"\n'
ADOPTION = "date,version,share\n2026-06-01,1.0,1\n2026-06-02,1.0,0.5\n2026-06-02,1.1,0.5\n"
RESULT = Result("valid/leaf", "1.3", "hosts", "curl", "SERVED", "SERVED", ResultOutcome.PASSED)


def _in_folder(text: str, folder: Path) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return path


def _known(random: Random, folder: Path) -> None:
    read_known(_in_folder(mutant(random, KNOWN), folder))


def _script(random: Random, folder: Path) -> None:
    load_script(_in_folder(mutant(random, SCRIPT), folder), standard_cast(), {})


def _own(random: Random, folder: Path) -> None:
    (folder / "world.toml").write_text(mutant(random, OWN), encoding="utf-8")
    load_own(folder)


def _cast(random: Random, folder: Path) -> None:
    load_cast(_in_folder(mutant(random, (SHIPPED / "world.toml").read_text(encoding="utf-8")), folder))


def _family(random: Random, folder: Path) -> None:
    family = random.choice(sorted(path for path in SHIPPED.glob("*.toml") if path.name != "world.toml"))
    (folder / "mine.toml").write_text(mutant(random, family.read_text(encoding="utf-8")), encoding="utf-8")
    load_catalogue(folder)


def _plan(random: Random, folder: Path) -> None:
    text = mutant(random, random.choice(PLANS).read_text(encoding="utf-8"))
    answer(read_plan(_in_folder(text, folder)))


def _adoption(random: Random, folder: Path) -> None:
    read_adoption(_in_folder(mutant(random, ADOPTION), folder), read_plan(PLANS[0]))


def _baseline(random: Random, folder: Path) -> None:
    document = json.dumps({"schema": "pinlab.results/1", "results": [RESULT.to_json()]}, indent=1)
    compare(read_baseline(_in_folder(mutant(random, document), folder)), [RESULT]).lines("r.json")


@pytest.mark.parametrize("load", [_known, _script, _own, _cast, _family, _plan, _adoption, _baseline])
def test_a_mutant_is_read_or_refused_in_words(load: Callable[[Random, Path], None], tmp_path: Path) -> None:
    refused = 0
    for seed in range(COUNT):
        try:
            load(Random(f"{load.__name__} {seed}"), tmp_path)
        except (FileError, UsageError) as error:
            refused += 1
            assert str(error).strip(), f"seed {seed}"
    assert refused > 0


def test_a_path_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "world.toml").write_text(OWN.replace("key.pem", "\\u0000"), encoding="utf-8")
    (tmp_path / "chain.pem").write_text("-----BEGIN CERTIFICATE-----", encoding="utf-8")
    with pytest.raises(FileError, match=r"identities\.active.* key: .*is no path"):
        load_own(tmp_path)
    with pytest.raises(FileError, match="cannot be read"):
        read_adoption(tmp_path / "a\0b", read_plan(PLANS[0]))


def test_a_cell_beyond_measure_is_no_csv(tmp_path: Path) -> None:
    endless = _in_folder(f"date,version,share\n{'x' * 200_000}\n", tmp_path)
    with pytest.raises(FileError, match="is no CSV"):
        read_adoption(endless, read_plan(PLANS[0]))


@pytest.mark.parametrize("deep", DEEP)
def test_excessive_nesting_is_named(tmp_path: Path, deep: str) -> None:
    path = _in_folder(f"a = {deep}", tmp_path)
    for load in (read_plan, read_known, load_cast):
        with pytest.raises(FileError, match=r"plan\.toml: "):
            load(path)
    with pytest.raises(UsageError, match="no JSON"):
        read_baseline(_in_folder(deep, tmp_path))
