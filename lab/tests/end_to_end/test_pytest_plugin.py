"""The pytest plugin in a suite of someone else: what passes, what fails, and what a failure says."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from pinlab.runner.shared_cache import Store
from tests.support.pytest_project import CARELESS, CLIENT, PLUGIN, Ended, example, project, run_suite

pytestmark = pytest.mark.usefixtures("programs")

CONFTEST = f"""
import pytest
from pinlab.testing import Refused
from shop import PinMismatch, fetch

def shop(visit):
    try:
        fetch(visit.url, visit.ca_file, visit.pins)
    except PinMismatch as error:
        raise Refused("pin_mismatch") from error
{CARELESS}
@pytest.fixture(scope="session")
def pinlab_client():
    return shop
"""
TESTS = """
import subprocess, pytest
from conftest import careless, shop

def test_good(lab):
    lab.verdict("rogue_ca/in_trust_store").expect("HELD")

def test_careless(lab):
    lab.verdict("rogue_ca/in_trust_store", careless).expect()

def test_compared(lab):
    assert lab.verdict("rogue_ca/in_trust_store", careless) == "HELD"

def test_fails_for_another_reason(lab):
    lab.verdict("valid/leaf")
    assert 1 == 2

def test_a_broken_function_proves_nothing(lab):
    verdict = lab.verdict("rogue_ca/in_trust_store", lambda visit: visit.no_such_thing)
    assert verdict == "INCONCLUSIVE" and "control failed" in verdict.cause
    verdict.expect("INCONCLUSIVE")

def test_pytest_itself_passes_through(lab):
    lab.verdict("valid/leaf", lambda visit: pytest.skip("not today"))

def test_by_hand(lab):
    with lab.visit("valid/leaf") as visit:
        shop(visit)
        visit.accepted()
    assert visit.judged == "SERVED"
    assert [one.who for one in visit.judged.observations if one.what == "canary_seen"] == ["origin"]

def test_one_visit_at_a_time(lab):
    with lab.visit("valid/leaf") as visit:
        visit.cannot("not tried")
        lab.verdict("valid/leaf")

def test_a_refusal_by_hand_proves_nothing(mitm):
    with mitm.script("rogue_ca", reason="pin_mismatch").start() as visit:
        visit.refused("pin_mismatch")
    assert visit.judged == "INCONCLUSIVE"

def test_script(mitm):
    mitm.script({"kind": "rogue_ca", "key": "active"}, reason="chain_untrusted", trust=["root"])
    mitm.verdict().expect("HELD")

def test_honest_by_default(mitm, origin):
    assert (mitm.verdict(), origin.verdict()) == ("SERVED", "SERVED")

def test_lock_out(origin):
    origin.script("next", expect="LOCKED_OUT", reason="pin_mismatch").verdict().expect()

def test_no_evidence_yet(mitm):
    mitm.evidence

def test_an_attack_needs_a_reason(mitm):
    mitm.script("rogue_ca").verdict()

def test_unknown_kind(mitm):
    mitm.script("rogue_ka", reason="pin_mismatch").verdict()

def test_unknown_scenario(lab):
    lab.verdict("rogue_ca/in_trust_stor")

def test_children_of_the_suite_live_on(lab):
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    lab.verdict("valid/leaf").expect()
    assert child.poll() is None
    child.communicate(timeout=10)

def test_without_the_lab():
    pass
"""
CHOSEN = """
import pytest
from pinlab.testing import Named
from shop import fetch
PINNED = {"good": True, "careless": False}

@pytest.fixture(params=PINNED)
def either(request):
    return lambda visit: fetch(visit.url, visit.ca_file, visit.pins if PINNED[request.param] else None)

def test_parameters(lab, either):
    lab.verdict("misissued/by_our_authority", either).expect()

def test_curl(lab):
    lab.verdict("misissued/by_our_authority", Named("curl"), tls="1.2").expect()
"""
FIXED = """
from shop import fetch
def compiled_in(visit):
    fetch(visit.url, visit.ca_file, {pins})
def test_held(lab):
    lab.verdict("misissued/by_our_authority", compiled_in).expect("HELD")
def test_other_pins(lab):
    lab.verdict("valid/intermediate_pinned", compiled_in).expect()
"""
FAILING = (
    *("test_careless", "test_compared", "test_fails_for_another_reason", "test_one_visit_at_a_time"),
    *("test_a_broken_function_proves_nothing", "test_no_evidence_yet", "test_an_attack_needs_a_reason"),
    *("test_unknown_kind", "test_unknown_scenario"),
)


@pytest.fixture(scope="module")
def ran(programs: Path, shared_folder: Path) -> Ended:
    """The suite above, run by two workers as CI does, once for all of ours."""

    def run() -> dict[str, Any]:
        folder = shared_folder / "suite"
        folder.mkdir()
        suite = project(folder, conftest__py=CONFTEST, test_it__py=TESTS)
        return asdict(run_suite(suite, *PLUGIN, "-n", "2", in_ci=True))

    return Ended(**Store(shared_folder).get("suite", run))


def test_what_passes_and_what_fails(ran: Ended) -> None:
    names = {line[4:].partition("(")[0] for line in TESTS.splitlines() if line.startswith("def test_")}
    assert set(ran.tests) == names, ran.output
    assert {name for name in names if ran.outcome(name) == "failed"} == set(FAILING), ran.output
    assert ran.outcome("test_pytest_itself_passes_through") == "skipped"


@pytest.mark.parametrize("name", ["test_careless", "test_compared", "test_fails_for_another_reason"])
def test_a_failure_shows_what_the_wire_saw(ran: Ended, name: str) -> None:
    text = ran.text(name) + ran.output
    assert "canary_seen" in text and f"again    pytest 'test_it.py::{name}' --pinlab-seed " in text


@pytest.mark.parametrize("name", ["test_careless", "test_compared", "test_fails_for_another_reason"])
def test_the_transcript_is_shown_once(ran: Ended, name: str) -> None:
    assert ran.output.count(f"again    pytest 'test_it.py::{name}' --pinlab-seed") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_one_visit_at_a_time", "the lab is at work on another visit of this test"),
        ("test_no_evidence_yet", "there is none before"),
        (
            "test_an_attack_needs_a_reason",
            'mitm.script [test_an_attack_needs_a_reason]: expects HELD, so "reason"',
        ),
        ("test_unknown_kind", 'did you mean "rogue_ca"?'),
        ("test_unknown_scenario", 'did you mean "rogue_ca/in_trust_store"?'),
    ],
)
def test_a_mistake_is_explained_without_a_traceback(ran: Ended, name: str, words: str) -> None:
    assert words in ran.text(name)
    assert "Traceback" not in ran.text(name) and "pinlab/testing" not in ran.text(name)


def test_the_example_of_the_page(tmp_path: Path) -> None:
    shop, tests = example("python")
    assert len(shop.splitlines()) <= 25 and len(tests.splitlines()) <= 45
    (scenarios,) = example("toml")
    ended = run_suite(project(tmp_path, test_shop__py=tests), *PLUGIN)
    assert ended.status == 0 and len(ended.tests) >= 5, ended.output
    careless = tests.replace("visit.ca_file, visit.pins)\n    except", "visit.ca_file, None)\n    except")
    broken = tmp_path / "broken"
    broken.mkdir()
    ended = run_suite(project(broken, test_shop__py=careless, our__pinlab__toml=scenarios), *PLUGIN)
    assert ended.outcome("test_a_trusted_but_wrong_authority_is_refused") == "failed", ended.output
    assert ended.outcome("test_a_rotation_to_the_backup_key") == "passed"


def test_the_suites_client_may_be_any(programs: Path, tmp_path: Path) -> None:
    """By ini key, by parameters of the fixture; scenario files in a folder of the ini file, and a bad one."""
    (scenarios,) = example("toml")
    command = f"{shlex.quote(sys.executable)} -I client.py {{url}} {{ca_file}} {{pins_file}}"
    folder = project(
        tmp_path,
        pytest__ini=f"[pytest]\npinlab_scenarios = mine\npinlab_command = {command}\n",
        client__py=CLIENT,
        test_it__py=CHOSEN,
    )
    mine = folder / "mine"
    mine.mkdir()
    (mine / "ours.toml").write_text(scenarios, encoding="utf-8")
    (folder / "broken.pinlab.toml").write_text(
        scenarios.replace('reason = "', 'raison = "'), encoding="utf-8"
    )
    ended = run_suite(folder, *PLUGIN, "--continue-on-collection-errors")
    assert "broken.pinlab.toml [company_proxy]" in ended.output and 'unknown key "raison"' in ended.output
    assert "Traceback" not in ended.output
    found = {name: ended.outcome(name) for name in ended.tests if name != "broken.pinlab.toml"}
    assert found == {
        "company_proxy[1.3]": "passed",
        "test_curl": "passed",
        "test_parameters[good]": "passed",
        "test_parameters[careless]": "failed",
    }, ended.output


def test_a_suite_without_a_client_names_the_option(tmp_path: Path) -> None:
    tests = 'def test_it(lab):\n    lab.verdict("valid/leaf")\n\ndef test_other():\n    pass\n'
    folder = project(tmp_path, test_it__py=tests)
    ended = run_suite(folder, *PLUGIN)
    assert "override the fixture `pinlab_client`" in ended.text("test_it")
    assert set(run_suite(folder, *PLUGIN, "-m", "not pinlab").tests) == {"test_other"}
    both = run_suite(folder, *PLUGIN, "--pinlab-client", "curl", "--pinlab-command", "true")
    assert "exclude each other" in both.text("test_it")


def test_compiled_in_pins_need_a_world_that_stays(tmp_path: Path) -> None:
    world = tmp_path / "world"
    made = [sys.executable, "-P", "-m", "pinlab", "world", "create", str(world)]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    pins = [
        json.loads((world / "world.json").read_text())["keys"][name]["pin"] for name in ("active", "backup")
    ]
    folder = project(tmp_path, test_it__py=FIXED.format(pins=pins))
    ended = run_suite(folder, *PLUGIN, "--pinlab-world", "world")
    assert ended.outcome("test_held") == "passed", ended.output
    assert ended.outcome("test_other_pins") == "skipped" and "compiled in" in ended.text("test_other_pins")
