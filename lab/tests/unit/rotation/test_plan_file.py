"""Plan files: what is read, and every complaint with file, key, expectation and example."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pinlab.core.errors import FileError
from pinlab.devtools.docs.schemas import plan_schema
from pinlab.rotation.model.validity import validity
from pinlab.rotation.plan.certificate_files import spki_pin
from pinlab.rotation.plan.file import plan_from, read_plan
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY, format_date, format_moment
from tests.support.rotation_plans import PLANS, plan, varied

T0 = "t0 = 2026-06-01\n"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ('"T"', 0),
        ('"T+0"', 0),
        ('"T-60"', -60 * DAY),
        ('"T+0.5"', DAY // 2),
        ('"T+7d"', 7 * DAY),
        ('"T-12h"', -DAY // 2),
        ('"T+6d16h"', 160 * 3600),
        ("2026-06-08", 7 * DAY),
        ("2026-05-31T12:00:00Z", -DAY // 2),
        ("2026-06-01T02:00:00+02:00", 0),
        ("2026-06-02T00:00:00", DAY),
    ],
)
def test_moments(written: str, seconds: int) -> None:
    changed = varied("S01", ('at = "T+10"', f"at = {written}"))
    assert changed.nodes[0].serves[1].at == seconds


def test_moments_are_written_as_they_are_read() -> None:
    assert [format_moment(number) for number in (0, 7 * DAY, -DAY // 2)] == ["T+0", "T+7", "T-0.5"]
    assert format_date(date(2026, 6, 1), 7 * DAY) == "2026-06-08"
    assert format_date(date(2026, 6, 1), DAY // 10) == "2026-06-01T02:24Z"


WRONG: list[tuple[tuple[str, str], str]] = [
    ((T0, ""), "t0: is missing; write it: t0 = 2026-06-01"),
    ((T0, 't0 = "2026-06-01"\n'), "t0: expected a TOML date without quotes"),
    (("plan = 1", "plan = 2"), "plan: expected 1, got 2"),
    (("window =", "windw ="), 'unknown key "windw"; did you mean "window"?'),
    (
        ('window = ["T+0", "T+60"]\n', ""),
        '"window" is missing; write it: The time over which figures are summed: window =',
    ),
    (('"T+0", "T+60"', '"T+0"'), "window: entry 2 is missing, got ['T+0']"),
    (("T+60", "7"), 'window[1]: expected a moment such as "T+7"'),
    (("T-60", "T-60x"), "expected a moment such as"),
    (("spki-any", "spki"), 'pins.mode: expected "spki-any", "android-nsc"'),
    (
        ("weight = 1.0", 'weight = "1"'),
        'nodes[0].weight: input should be a valid number, got "1"; '
        "the share of connections that it gets: weight = 0.5",
    ),
    (("weight = 1.0", "weight = 1.5"), "nodes[0].weight"),
    (
        ('lifetime = "90d"', 'lifetime = "90"'),
        'certificates.e2.lifetime: expected a length of time such as "-30d"',
    ),
    (('lifetime = "90d"', ""), 'write one of "not_after" and "lifetime": lifetime = "90d"'),
    (('not_before = "T+5"\n', ""), '"not_before" is missing; write it: not_before = "T-60"'),
    (
        ('key = "K2"\nissuer', 'key = "K3"\nissuer'),
        'certificates.e2.key: "K3" is no key of this plan; known: K1, K2',
    ),
    (('parent = "R1"', 'parent = "R2"'), 'issuers.I1.parent: "R2" is no issuer of this plan'),
    (
        ('certificate = "c2"', 'certificate = "cc2"'),
        'nodes[0].serves: "cc2" is no certificate of this plan; did you mean "c2"?',
    ),
    (
        ('set = ["K1", "K2"]', 'set = ["K1", "K9"]'),
        'apps[0].pins: "K9" is no key, issuer or certificate to pin here',
    ),
    (('set = ["K1", "K2"]', 'leaf = ["K1"]'), '"leaf" and "ca" belong to mode = "apple-and"'),
    (('to = "e2"', 'to = "e3"'), 'branches[0]: "e3" is no certificate of this plan'),
    (('to = "e2"', ""), 'a branch of kind "compromise" needs to'),
    (("max_locked_out = 0.005", "max_locked_out = 5"), "gate.max_locked_out"),
    (
        ("max_locked_out = 0.005", 'supported_from = ["0.9"]'),
        'gate.supported_from: "0.9" is no release of this plan',
    ),
    (
        ('adoption = { curve = "T"', 'adoption = { curve = "T", rows = [[0, 0.0]]'),
        'adoption: write one of "curve", "rows" and "file"',
    ),
    (('curve = "T"', "rows = [[0, 0.5], [3, 0.4]]"), "adoption: rows go up in days and in shares"),
    (('curve = "T"', 'file = "none.csv"'), "none.csv: cannot be read"),
    (
        ('not_after = "T+30"', 'chain_file = "none.pem"'),
        "certificates.c1] chain_file: none.pem cannot be read",
    ),
    (
        ("[gate]", '[clients]\nskew = [{ by = "1d", share = 0.5 }, { by = "2d", share = 0.5 }]\n\n[gate]'),
        "leave no one with a right clock",
    ),
    (
        ("[gate]", '[[apps]]\nid = "1.0"\nrelease = "T+0"\npins = { set = ["K1"] }\n\n[gate]'),
        'apps: two of them have the id "1.0"',
    ),
    (("[gate]", "[gate\n"), "is not TOML"),
]


@pytest.mark.parametrize(("change", "output"), WRONG, ids=[output[:40] for _, output in WRONG])
def test_a_complaint_names_file_key_and_expectation(
    change: tuple[str, str], output: str, tmp_path: Path
) -> None:
    text = PLANS["S01"].read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_plan(path)
    assert output in str(caught.value).replace(f"{tmp_path}/", "")
    assert "mine.toml" in str(caught.value) or "none.csv" in str(caught.value)


def test_all_dangling_names_are_reported_at_once() -> None:
    with pytest.raises(FileError) as caught:
        varied("S01", ('parent = "R1"', 'parent = "R2"'), ('to = "e2"', 'to = "e3"'))
    assert len(caught.value.problems) == 2


def jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: jsonable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [jsonable(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", PLANS)
def test_the_forty_follow_the_schema(name: str) -> None:
    data = jsonable(tomllib.loads(PLANS[name].read_text(encoding="utf-8")))
    jsonschema.Draft202012Validator(plan_schema()).validate(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"T+60"', "60"),
        ("spki-any", "spki"),
        ("weight = 1.0", "weight = 2.0"),
        ("window =", "windw ="),
        ("90d", "90"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    text = PLANS["S01"].read_text(encoding="utf-8").replace(old, new)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(plan_schema()).validate(jsonable(tomllib.loads(text)))


def with_csv(folder: Path, rows: str) -> Plan:
    (folder / "versions.csv").write_text(f"date,version,share\n{rows}", encoding="utf-8")
    text = PLANS["S04"].read_text(encoding="utf-8").replace('curve = "T"', 'file = "versions.csv"')
    return plan_from(tomllib.loads(text), folder / "mine.toml")


def test_telemetry_is_read(tmp_path: Path) -> None:
    made = with_csv(
        tmp_path, "\n2026-06-11,1.1,0.5\n2026-06-11,1.0,0.5\n2026-06-01,1.0,1\n2026-06-01,1.1,0\n"
    )
    rows = [(row.at, row.version, row.share) for row in made.adoption.telemetry]
    assert sorted(rows) == [(0, "1.0", 1.0), (0, "1.1", 0.0), (10 * DAY, "1.0", 0.5), (10 * DAY, "1.1", 0.5)]


@pytest.mark.parametrize(
    ("rows", "output"),
    [
        ("2026-06-01,1.0\n", "versions.csv line 2: 2026-06-01,1.0: expected 2026-06-01,1.1,0.35"),
        ("2026-06-31,1.0,1\n", "versions.csv line 2"),
        ("2026-06-01,1.00,1\n", 'line 2: "1.00" is no release of the plan; did you mean "1.0"?'),
        ("2026-06-01,1.0,35\n", "line 2: the share 35 is no fraction from 0 to 1"),
        ("2026-06-01,1.0,0.5\n", "the shares of 2026-06-01 add up to 0.500; expected 1"),
    ],
)
def test_telemetry_that_is_wrong(rows: str, output: str, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        with_csv(tmp_path, rows)
    assert output in str(caught.value)


def test_telemetry_without_its_heading(tmp_path: Path) -> None:
    (tmp_path / "versions.csv").write_text("2026-06-01,1.0,1\n", encoding="utf-8")
    text = PLANS["S04"].read_text(encoding="utf-8").replace('curve = "T"', 'file = "versions.csv"')
    with pytest.raises(FileError, match="line 1: expected the heading date,version,share"):
        plan_from(tomllib.loads(text), tmp_path / "mine.toml")


def certificate(folder: Path) -> x509.Certificate:
    """A certificate of one's own, from T-10 to T+80, as next.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example.test")])
    start = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(days=10)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    (folder / "next.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return made


def own(folder: Path, *changes: tuple[str, str]) -> Plan:
    text = PLANS["S01"].read_text(encoding="utf-8")
    for old, new in (('not_before = "T-60"\nnot_after = "T+30"', 'chain_file = "next.pem"'), *changes):
        assert old in text
        text = text.replace(old, new)
    return plan_from(tomllib.loads(text), folder / "mine.toml")


def test_certificate_files_give_dates_and_pins(tmp_path: Path) -> None:
    pin = spki_pin(certificate(tmp_path))
    made = own(tmp_path, ('set = ["K1", "K2"]', f'set = ["{pin}", "K2"]'))
    assert validity(made, "c1") == (-10 * DAY, 80 * DAY)
    assert made.keys["K1"].spki == pin


def test_certificate_files_that_contradict_the_plan(tmp_path: Path) -> None:
    certificate(tmp_path)
    other = f"sha256/{'A' * 43}="
    with pytest.raises(FileError, match='but "K1" is sha256/AAAA'):
        own(tmp_path, ("[keys.K1]", f'[keys.K1]\nspki = "{other}"'))
    (tmp_path / "next.pem").write_text("no certificate", encoding="utf-8")
    with pytest.raises(FileError, match="holds no PEM certificate: expected a chain, leaf first"):
        own(tmp_path)


def test_plans_are_values() -> None:
    with pytest.raises(ValueError):
        plan("S01").name = "another"
