"""The linter: for each rule a plan that fires it and one that does not, and no false alarm on clean plans.

Where the quiet plan is a variation of the firing one, the change is the one that the finding proposes.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pinlab.devtools.docs.rotation_rules import PAGE, page
from pinlab.rotation.lint.finding import SEVERITIES, Finding
from pinlab.rotation.lint.linter import all_rules, lint
from pinlab.rotation.model.rotation_model import RotationModel
from pinlab.rotation.plan.model import Plan
from tests.support.rotation_plans import PLANS, plan, varied

Change = tuple[str, str]
ONLY_BY_REHEARSAL = {"ROT090", "ROT091", "ROT092"}
CLEAN = {"S01": set(), "S02": set(), "S16": set(), "S33": {"ROT035"}}
"""Plans that must be clean, the key that grows old in S33 apart."""
EXPECTED = {
    "S03": "001 005",
    "S04": "004",
    "S05": "004 041",
    "S06": "014",
    "S07": "012",
    "S08": "011",
    "S09": "011 042",
    "S10": "013",
    "S11": "013",
    "S12": "007",
    "S13": "007 026",
    "S14": "023",
    "S15": "008 022",
    "S17": "002",
    "S18": "043",
    "S19": "009 044",
    "S20": "010 036",
    "S21": "016",
    "S22": "018",
    "S23": "017",
    "S24": "019 020",
    "S25": "015",
    "S26": "029",
    "S27": "025",
    "S28": "030",
    "S29": "032",
    "S30": "028 005",
    "S31": "005",
    "S32": "006",
    "S33": "035",
    "S34": "037",
    "S35": "027",
    "S36": "033",
    "S37": "031",
    "S38": "038",
    "S39": "024",
    "S40": "034",
}
"""What each scenario is about; it may show more."""


@dataclass(frozen=True)
class Case:
    """A rule, the plan that fires it, where, and the plan that does not."""

    rule: str
    fires: str | tuple[str, *tuple[Change, ...]]
    where: str
    quiet: str | tuple[str, *tuple[Change, ...]]


K1_AND_K2 = 'id = "1.0"\nrelease = "T-900"\npins = { mode = "spki-any", set = ["K1", "K2"] }'
K1_ALONE = K1_AND_K2.replace(', "K2"', "")
BRANCH = '[[branches]]\nkind = "distrust"\nissuer = "{}"\nat = "T+9"\nto = "{}"\n\n'
CASES = [
    Case("ROT001", "S03", "app 1.0", ("S03", (K1_ALONE, K1_AND_K2), ('set = ["K2"]', 'set = ["K1", "K2"]'))),
    Case("ROT002", "S17", "app 1.0", ("S17", ('state = "lost"', 'state = "standby"\nproof = "csr/K2.csr"'))),
    Case("ROT002", ("S02", ('proof = "csr/K3.csr"\n', "")), "app 1.1", "S02"),
    Case("ROT003", "S04", "node all", ("S04", (K1_ALONE, K1_AND_K2))),
    Case("ROT004", "S04", "node all", ("S04", ("T+7", "T+90"), ('not_after = "T+20"', 'not_after = "T+92"'))),
    Case("ROT005", "S31", "certificate c2", "S01"),
    Case("ROT005", ("S01", ("--reuse-key", "--new-key")), "certificate c2", "S33"),
    Case("ROT006", "S32", "app r1", "S02"),
    Case("ROT007", "S12", "app 1.0", ("S12", ('set = ["I-R10"]', 'set = ["I-R10", "R1"]'))),
    Case("ROT008", "S15", "app 1.0", ("S15", ('set = ["Entrust"]', 'set = ["Entrust", "SSL.com"]'))),
    Case("ROT009", "S19", "app 1.0", ("S19", ('expiration = "T+10"', 'expiration = "T+95"'))),
    Case("ROT010", "S20", "app 0.9", "S01"),
    Case(
        "ROT011",
        "S08",
        "node lb-b",
        (
            "S08",
            (
                '{ at = "T-300", certificate = "c1" }]',
                '{ at = "T-300", certificate = "c1" }, { at = "T+9", certificate = "c2" }]',
            ),
        ),
    ),
    Case("ROT011", "S09", "node ap", "S16"),
    Case("ROT012", "S07", "node lb-a", ("S07", (K1_ALONE, K1_AND_K2))),
    Case("ROT013", "S10", "app 1.2", ("S10", ('set = ["K2", "K3"]', 'set = ["K1", "K2", "K3"]'))),
    Case("ROT013", "S11", "certificate c1", ("S11", ('not_after = "T+1"', 'not_after = "T+10"'))),
    Case("ROT014", "S06", "app 1.1", ("S06", ('release = "T+0"', 'release = "T+30"'))),
    Case(
        "ROT015", "S25", "node all", ("S25", ("T+0.1", "T+2"), ('not_after = "T+0.9"', 'not_after = "T+10"'))
    ),
    Case("ROT016", "S21", "app 1.0", ("S21", ("pinned = true", "pinned = false"))),
    Case("ROT017", "S23", "app 1.0", ("S23", ('signers = ["S1"]', 'signers = ["S1", "S2"]'))),
    Case("ROT018", "S22", "pin_list pinlist", ("S22", ("T-1h", "T-14"))),
    Case("ROT019", "S24", "app 1.0", ("S24", ('set = ["K1"]', 'set = ["K1", "K2"]'))),
    Case("ROT020", "S24", "pin_list pinlist", ("S24", ("host_pinned = true", "host_pinned = false"))),
    Case("ROT021", "S03", "key K2", "S16"),
    Case("ROT021", ("S01", ('to = "e2"', 'to = "e2"\nwithin = "30h"')), "key K1", "S01"),
    Case(
        "ROT022",
        "S15",
        "plan",
        ("S15", ("[gate]", f"{BRANCH.format('Entrust', 'c2')}{BRANCH.format('SSL.com', 'c1')}[gate]")),
    ),
    Case(
        "ROT023",
        "S14",
        "app 1.0",
        (
            "S14",
            (
                'may_use = ["X1", "X2", "GTS-R1", "GTS-R2", "GTS-R3", "GTS-R4", "SSL-RSA", "SSL-ECC"]',
                'may_use = ["YE1"]',
            ),
            ('"GTS-R1", "GTS', '"YE1", "GTS-R1", "GTS'),
        ),
    ),
    Case("ROT024", "S39", "node media", ("S39", ('set = ["K1", "K2"]', 'set = ["K1", "K2", "K7"]'))),
    Case("ROT025", "S27", "node all", ("S27", ('"K-rsa2"]', '"K-rsa2", "K-ec"]'))),
    Case("ROT026", "S13", "app 1.0", ("S13", ('set = ["E5", "E6"]', 'set = ["X1", "YE"]'))),
    Case("ROT027", "S35", "node lb-b", ("S35", ("staples = false", "staples = true"))),
    Case("ROT028", "S30", "certificate c2", ("S30", ('tool = "certbot"', 'tool = "manual"'))),
    Case("ROT029", "S26", "certificate c1", "S33"),
    Case("ROT030", "S28", "app 1.0", ("S28", ('ca = ["I1", "R1"]', 'ca = ["I1", "R1", "R9"]'))),
    Case("ROT031", "S37", "clients", "S01"),
    Case("ROT032", "S29", "seen", ("S29", ("share = 0.01\n", 'share = 0.01\napp = "1.1"\n'))),
    Case(
        "ROT033",
        "S36",
        "node us",
        (
            "S36",
            ('set = ["K1", "K2"]', 'set = ["K1", "K1-us", "K2"]'),
            ('place = ["eu"]', 'place = ["eu", "us"]'),
        ),
    ),
    Case("ROT034", "S40", "certificate c2", ("S40", ('"398d"', '"200d"'))),
    Case(
        "ROT034",
        ("S01", ('not_before = "T+5"\nlifetime = "90d"', 'not_before = 2029-03-15\nlifetime = "48d"')),
        "certificate e2",
        ("S40", ("[issuers.I1]\n", "[issuers.I1]\npublic = false\n")),
    ),
    Case("ROT035", "S33", "key K1", "S01"),
    Case("ROT036", "S20", "app 0.9", "S02"),
    Case("ROT037", "S34", "plan", "S02"),
    Case(
        "ROT038",
        "S38",
        "app 1.0",
        ("S38", ("[gate]", '[policy_feeds.ct-log-list]\nowner = "us"\nwhen_stale = "accept"\n\n[gate]')),
    ),
    Case(
        "ROT039",
        ("S01", ("renewal =", "production = { depth = 4 }\nrenewal =")),
        "certificate c2",
        ("S01", ("renewal =", "production = { depth = 3 }\nrenewal =")),
    ),
    Case("ROT041", "S05", "adoption", "S04"),
    Case("ROT042", "S09", "node ap", "S16"),
    Case("ROT043", "S18", "key K2", "S02"),
    Case("ROT044", "S19", "plan", "S02"),
]
CONTRADICTIONS: list[tuple[str, Change, str]] = [
    ("S01", ('window = ["T+0", "T+60"]', 'window = ["T+60", "T+0"]'), "the window ends before it starts"),
    ("S07", ("weight = 0.5", "weight = 0.4"), "add up to 0.8"),
    ("S01", ('not_after = "T+30"', 'not_after = "T-61"'), "before it begins"),
    ("S09", ('revoked = "T+6"', 'revoked = "T-301"'), "revoked at T-301, before it begins"),
    ("S01", ("[issuers.R1]", '[issuers.R1]\nparent = "I1"'), "it is above itself: R1, I1, R1"),
    ("S02", ('release = "T+0"', 'release = "T-901"'), "listed after 1.0 and comes out before it"),
    ("S34", ("share = 0.1 }", "share = 1.0 }"), "stages do not go up"),
    ("S19", ('expiration = "T+370"', 'expiration = "T+4"'), "expire before it comes out"),
    (
        "S29",
        ("stacks = [{", 'stacks = [{ id = "rest", traffic = 0.85, pins = { set = ["K1"] } }, {'),
        "all of its traffic",
    ),
    ("S01", ('"T+10", certificate', '"T-60", certificate'), "not in the order of time"),
    ("S11", ("T+2", "T+2"), "outside its validity"),
    ("S17", ('key = "K9"', 'key = "K2"'), "whose key is lost"),
    ("S27", ('alg = "rsa2048"\n', ""), "has no RSA key"),
    ("S39", (', "media.example.test"]', "]"), "no host of the plan"),
]


def made(what: str | tuple[str, *tuple[Change, ...]]) -> Plan:
    return plan(what) if isinstance(what, str) else varied(what[0], *what[1:])


def found(what: str | tuple[str, *tuple[Change, ...]], rule: str) -> list[Finding]:
    return [finding for finding in lint(RotationModel(made(what))) if finding.rule == rule]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_fires_and_is_quiet(case: Case) -> None:
    fired = found(case.fires, case.rule)
    assert case.where in [finding.where for finding in fired]
    assert found(case.quiet, case.rule) == []


@pytest.mark.parametrize(("name", "change", "output"), CONTRADICTIONS, ids=lambda value: str(value)[:30])
def test_contradictions(name: str, change: Change, output: str) -> None:
    messages = [finding.message for finding in found((name, change), "ROT040")]
    assert any(output in message for message in messages), messages


def test_every_rule_is_tried() -> None:
    tried = {case.rule for case in CASES} | {"ROT040"} | ONLY_BY_REHEARSAL
    rules = all_rules()
    assert {rule.id for rule in rules} == tried and len(rules) == 47
    assert {rule.id for rule in rules if rule.check is None} == ONLY_BY_REHEARSAL
    assert len({rule.name for rule in rules}) == 47 and all(rule.summary.endswith(".") for rule in rules)


@pytest.mark.parametrize("name", PLANS)
def test_the_forty(name: str) -> None:
    rules = {finding.rule for finding in lint(RotationModel(plan(name)))}
    if name in CLEAN:
        assert rules == CLEAN[name], "a clean plan cries wolf"
    else:
        assert {f"ROT{number}" for number in EXPECTED[name].split()} <= rules


@pytest.mark.parametrize("name", PLANS)
def test_findings_read_well_and_come_in_order(name: str) -> None:
    findings = lint(RotationModel(plan(name)))
    assert len(set(findings)) == len(findings)
    assert [SEVERITIES.index(finding.severity) for finding in findings] == sorted(
        SEVERITIES.index(finding.severity) for finding in findings
    )
    for finding in findings:
        assert (
            finding.message
            and finding.fix
            and not finding.message.endswith(".")
            and not finding.fix.endswith(".")
        )


def test_the_reference_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it: python -m pinlab.devtools.docs.main"
