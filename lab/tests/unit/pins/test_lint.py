"""The linter: a file that fires each rule, a file that fires none, and SARIF as it should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pinlab.cli.app import main
from pinlab.core.sarif import SarifFinding
from pinlab.pins.format_table import read_pins
from pinlab.pins.lint import lint
from pinlab.pins.lint_report import as_sarif
from pinlab.pins.lint_rules import RULES
from pinlab.pins.source import Source
from tests.support.certificates import HOST, NOW, material
from tests.support.pin_file_examples import EXAMPLES, A, B, b64, domain, nsc, plist
from tests.support.third_party import sarif_validator
from tests.unit.pins.test_check import BACKUP, LEAF, LOOKALIKES, MIDDLE, ROOT

PINS = "".join(f'<pin digest="SHA-256">{b64(part)}</pin>' for part in (A, B))
GOOD = f"<domain-config><domain>shop.test</domain><pin-set>{PINS}</pin-set></domain-config>"


def found(text: str, name: str | None = None, beside: bool = False) -> list[SarifFinding]:
    pinset = read_pins(Source("pins.file", text.encode()), name)
    return lint(pinset, NOW, material().chain if beside else None)


def set_of(*pins: str, host: str = HOST) -> str:
    return "".join(f"{host} sha256/{pin}\n" for pin in pins)


OVERRIDE = '<trust-anchors><certificates src="user" overridePins="true"/></trust-anchors>'
FIRES: dict[str, tuple[str, str, bool]] = {
    "PIN001": ("plain", set_of(b64(A)), False),
    "PIN002": ("android-nsc", nsc(GOOD.replace("<pin-set>", '<pin-set expiration="2027-01-15">')), False),
    "PIN003": ("android-nsc", nsc(GOOD.replace("<pin-set>", '<pin-set expiration="2027-03-01">')), False),
    "PIN004": ("plain", set_of(b64(A), b64(B[:20])), False),
    "PIN005": ("plain", set_of(b64(A), b64(B), b64(A)), False),
    "PIN006": (
        "android-nsc",
        nsc(GOOD + GOOD.replace("<domain>", '<domain includeSubdomains="true">')),
        False,
    ),
    "PIN007": ("plain", "".join(f"*.1.2.3.4 sha256/{b64(part)}\n" for part in (A, B)), False),
    "PIN008": (
        "android-nsc",
        nsc("<domain-config><domain>shop.test</domain><pin-set/></domain-config>"),
        False,
    ),
    "PIN009": ("plain", set_of(LEAF, BACKUP), True),
    "PIN010": ("android-nsc", nsc(GOOD.replace("pin-set", "pinset")), False),
    "PIN011": ("hex-certificate", f"{A.hex()}\n{B.hex()}\n", False),
    "PIN012": ("android-nsc", nsc(GOOD.replace(">shop.test", ">https://shop.test")), False),
    "PIN013": ("plain", set_of(MIDDLE, ROOT), True),
    "PIN014": ("hex-certificate", f"{A.hex()}\n{B[:20].hex()}\n", False),
    "PIN015": ("urllib3", "pool(assert_fingerprint='')", False),
    "PIN016": (
        "trustkit",
        EXAMPLES["trustkit"].text.replace(
            "<key>TSKInclude", "<key>TSKEnforcePinning</key><false/><key>TSKInclude"
        ),
        False,
    ),
    "PIN017": (
        "android-nsc",
        nsc(GOOD.replace("</domain-config>", f"{OVERRIDE}</domain-config>")),
        False,
    ),
    "PIN018": (
        "okhttp",
        f'CertificatePinner.Builder().add("a.b", "sha256/{b64(A)[:-1]}", "sha256/{b64(B)}")',
        False,
    ),
    "PIN019": ("plain", set_of(LOOKALIKES["the SHA-256 of the whole certificate of the leaf"], BACKUP), True),
    "PIN020": ("curl", f"sha256//{MIDDLE};sha256//{BACKUP}\n", True),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_fires_with_its_place_and_a_fix(rule: str) -> None:
    name, text, beside = FIRES[rule]
    finding = next(finding for finding in found(text, name, beside) if finding.rule == rule)
    assert finding.line and finding.fix and finding.file == "pins.file"


@pytest.mark.parametrize(
    "name", ["android-nsc", "trustkit", "okhttp", "plain", "curl", "rn-ssl-pinning", "rn-ssl-manager"]
)
def test_a_good_file_gives_nothing(name: str) -> None:
    text = EXAMPLES[name].text.replace(
        "<domain-config><domain>auth.shop.test</domain><pin-set/></domain-config>", ""
    )
    rules = [finding.rule for finding in found(text, name)]
    assert rules == (["PIN001"] if name == "okhttp" else [])


def test_a_date_with_time_to_spare_is_no_finding() -> None:
    text = nsc(GOOD.replace("<pin-set>", '<pin-set expiration="2027-06-01">'))
    assert found(text) == []


def test_a_misspelt_attribute_is_found_and_the_builds_own_are_not() -> None:
    text = GOOD.replace("<domain>", '<domain includesubdomains="true" tools:ignore="x">')
    (finding,) = found(
        nsc(text).replace("<network-security-config", '<network-security-config xmlns:tools="x"')
    )
    assert finding.rule == "PIN010" and finding.message.endswith('did you mean "includeSubdomains"?')


def test_one_pin_of_trustkit_is_an_error_since_the_app_stops() -> None:
    text = plist(
        "<key>TSKPinnedDomains</key><dict><key>a.b</key><dict><key>TSKPublicKeyHashes</key>"
        f"<array><string>{b64(A)}</string></array></dict></dict>"
    )
    assert [(finding.rule, finding.level) for finding in found(text)] == [("PIN001", "error")]


def test_patterns_of_okhttp_may_overlap() -> None:
    both = f'"sha256/{b64(A)}", "sha256/{b64(B)}"'
    text = f'CertificatePinner.Builder().add("a.b", {both}).add("**.a.b", {both})'
    assert found(text) == []
    assert [finding.rule for finding in found(f'{text}.add("a.b", {both})')] == ["PIN006"]


def test_a_long_lived_leaf_may_be_pinned() -> None:
    chain = material().chain
    root_only = read_pins(Source("x", set_of(ROOT, BACKUP).encode()))
    assert lint(root_only, NOW, chain) == []


def test_sarif_has_rules_places_and_levels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "pins file.xml", tmp_path / "out.sarif"
    file.write_text(domain('<pin digest="SHA-256">AAAA</pin>'))
    assert main(["pins", "lint", str(file), "--sarif", str(out), "--json", "--at", "2027-01-15"]) == 1
    rows = json.loads(capsys.readouterr().out)["findings"]
    document = json.loads(out.read_text())
    (run,) = document["runs"]
    assert [entry["ruleId"] for entry in run["results"]] == [row["rule"] for row in rows]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"].endswith("pins%20file.xml")
        assert location["region"]["startLine"] == 2
    assert {entry["level"] for entry in run["results"]} <= {"error", "warning", "note"}


def test_sarif_is_valid_by_the_schema_of_the_standard() -> None:
    findings = [finding for name, text, beside in FIRES.values() for finding in found(text, name, beside)]
    validator = sarif_validator()
    validator.validate(as_sarif([*findings, SarifFinding("PIN001", "note", "without a place")]))
    broken = as_sarif(findings)
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(broken)


def test_lint_is_0_for_a_good_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pins.txt").write_text(set_of(b64(A), b64(B)))
    assert main(["pins", "lint", str(tmp_path / "pins.txt")]) == 0
    assert capsys.readouterr().out == "0 findings in 1 file.\n"
