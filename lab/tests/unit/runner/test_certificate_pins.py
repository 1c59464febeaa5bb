"""Clients that pin whole certificates get the fingerprints of exactly those that they will be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pinlab.catalogue.loader import Catalogue, load_catalogue
from pinlab.clients.registry import find
from pinlab.pki.mint import mint_world
from pinlab.pki.world import World
from pinlab.runner.cases import Case, why_unsupported
from pinlab.runner.certificate_pins import foreseen, shown_forgeries
from tests.support.cli import ORDER, Ended, pinlab, template
from tests.support.witnesses import NOW

pytestmark = pytest.mark.usefixtures("programs")
FINGERPRINTS = ORDER.replace("{pins_base64}", "{cert_sha256_hex}")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def case(catalogue: Catalogue, scenario: str, **more: Any) -> Case:
    return Case(catalogue.scenario(scenario), catalogue.cast, "1.3", "address", "invented", **more)


def world_of(entry: Case, folder: Path) -> World:
    return mint_world(entry.cast, now=NOW, folder=folder)


def run(folder: Path, *only: str) -> Ended:
    words = ["--command", template("whole_certificate", FINGERPRINTS), "--via", "address", "-n", "0"]
    return pinlab(folder, "run", *words, *(word for name in only for word in ("--only", name)))


def test_a_pinner_of_whole_certificates_is_judged_and_not_left_open(tmp_path: Path) -> None:
    facts = {
        "valid/leaf": "SERVED",
        "misissued/by_our_authority": "HELD",
        "rogue_ca/in_trust_store": "HELD",
        "script/honest_then_rogue": "HELD",
        "rotation/to_backup": "SERVED",
        "rotation/renewed_same_key": "LOCKED_OUT",
        "wrong_name/other_host": "BREACHED",
    }
    seen = run(tmp_path, *facts)
    assert {name: seen.result(name)["verdict"] for name in facts} == facts
    assert seen.status == 1


def test_forged_certificates_stand_for_the_pins_of_their_keys(catalogue: Catalogue, tmp_path: Path) -> None:
    entry = case(catalogue, "script/honest_then_rogue")
    world = world_of(entry, tmp_path)
    lines = [{"step": 0, "pin": "p0", "cert_sha256": "aa"}, {"step": 1, "pin": "p1", "cert_sha256": "bb"}]
    assert shown_forgeries(entry, world, lines) == {"p1": "bb"}
    assert foreseen(entry, world) == [str(world.identity("active").chain)]


def test_what_the_origin_shows_by_mistake_comes_before_what_is_genuine(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    entry = case(catalogue, "staging/hosts_mixed_up")
    world = world_of(entry, tmp_path)
    assert shown_forgeries(entry, world, ()) == {world.pin("active"): world.cert_sha256("blog")}


def test_who_takes_one_pin_cannot_be_asked_what_needs_two(catalogue: Catalogue) -> None:
    lacks = {"backup_pins": "takes one pin"}
    assert why_unsupported(case(catalogue, "script/honest_then_rogue"), lacks) == "takes one pin"
    assert why_unsupported(case(catalogue, "misissued/by_our_authority"), lacks) is None
    assert why_unsupported(case(catalogue, "rotation/to_backup"), lacks) is None


def test_a_command_line_with_fingerprints_alone_pins_certificates() -> None:
    from pinlab.clients.command_line import UserCommand

    assert UserCommand("true {cert_sha256_hex}", (), (), False).pins_certificates
    assert not UserCommand("true {cert_sha256_hex} {pins_file}", (), (), False).pins_certificates
    assert not UserCommand("true {url}", (), (), False).pins_certificates
    urllib3, curl = find("urllib3"), find("curl")
    assert urllib3 is not None and urllib3.pins_certificates
    assert curl is not None and not curl.pins_certificates
