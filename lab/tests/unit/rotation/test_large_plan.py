"""A large plan of a careful team: two platforms, regions, a pin list, staged releases, two key changes. No
false alarm.

And the same plan with one thing wrong each: exactly the rules that are about it speak.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pinlab.rotation.answer.answer import answer
from pinlab.rotation.model.adoption import share_of
from pinlab.rotation.plan.file import plan_from
from pinlab.rotation.plan.model import Plan
from pinlab.rotation.plan.moments import DAY

CAREFUL = """
plan = 1
name = "A careful team"
t0 = 2026-06-01
window = ["T-30", "T+300"]
hosts = ["api.example.test", "media.example.test"]
adoption = { curve = "T", source = "telemetry of May" }
platforms = { ios = 0.4, android = 0.6 }

[keys.K1]
place = ["eu", "us"]
created = "T-200"
max_age = "600d"
[keys.K2]
state = "standby"
place = ["vault-b"]
proof = "csr/K2.csr"
[keys.K3]
state = "standby"
place = ["vault-c"]
proof = "csr/K3.csr"

[issuers.R1]
ca = "One"
[issuers.I1]
parent = "R1"
pool = ["I1", "I2"]
[issuers.I2]
parent = "R1"
pool = ["I1", "I2"]
[issuers.R9]
ca = "Nine"

[certificates.a1]
key = "K1"
issuer = "I1"
not_before = "T-60"
not_after = "T+60"
[certificates.a2]
key = "K1"
issuer = "I1"
not_before = "T+20"
lifetime = "180d"
renewal = { tool = "certbot", expect = "same", policy = "--reuse-key", renew_after = "80d" }
production = { depth = 3, alg = "p256", must_staple = false }
[certificates.b1]
key = "K2"
issuer = "I2"
not_before = "T+140"
lifetime = "200d"
[certificates.e2]
key = "K2"
issuer = "R9"
not_before = "T+10"
lifetime = "200d"

[[apps]]
id = "ios-4.0"
platform = "ios"
release = "T-500"
pins = { mode = "apple-and", leaf = ["K1", "K2"] }
escape = { kind = "forced-update", host = "update.example.test" }
[[apps]]
id = "and-4.0"
platform = "android"
release = "T-500"
pins = { mode = "android-nsc", set = ["K1", "K2"], expiration = "T+800" }
pin_list = { list = "pins", signers = ["S1", "S2"] }
[[apps]]
id = "ios-4.1"
platform = "ios"
release = "T+5"
stages = [{ at = "T+5", share = 0.05 }, { at = "T+8", share = 1.0 }]
pins = { mode = "apple-and", leaf = ["K1", "K2", "K3"] }
escape = { kind = "forced-update", host = "update.example.test" }
[[apps]]
id = "and-4.1"
platform = "android"
release = "T+9"
pins = { mode = "android-nsc", set = ["K1", "K2", "K3"], expiration = "T+900" }
stacks = [{ id = "web view", traffic = 0.1, pins = { set = ["K1", "K2", "K3"] } }]

[pin_lists.pins]
refresh = "7d"
on_failure = true
editions = [{ at = "T-90", pins = ["K1", "K2"], signer = "S1" }]

[[nodes]]
id = "eu"
weight = 0.5
region = "eu"
serves = [
  { at = "T-58", certificate = "a1" },
  { at = "T+30", certificate = "a2" },
  { at = "T+150", certificate = "b1" },
]
[[nodes]]
id = "us"
weight = 0.4
serves = [
  { at = "T-58", certificate = "a1" },
  { at = "T+32", certificate = "a2" },
  { at = "T+155", certificate = "b1" },
]
[[nodes]]
id = "media"
host = "media.example.test"
weight = 0.1
serves = [
  { at = "T-58", certificate = "a1" },
  { at = "T+33", certificate = "a2" },
  { at = "T+156", certificate = "b1" },
]

[[seen]]
fingerprint = "t13d1516h2"
share = 0.1
app = "and-4.1"
stack = "web view"

[[branches]]
kind = "compromise"
key = "K1"
at = "T+10"
within = "4h"
to = "e2"
[[branches]]
kind = "release_slip"
by = "21d"
[[branches]]
kind = "rollback"
at = "T+34"
until = "T+36"
[[branches]]
kind = "early_renewal"
certificate = "a2"
at = "T+21"

[gate]
supported_from = ["ios-4.0", "and-4.0"]
fail_on = "warning"
"""


def careful(*changes: tuple[str, str]) -> Plan:
    text = CAREFUL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return plan_from(tomllib.loads(text), Path("careful.toml"))


def test_a_careful_plan_has_no_finding() -> None:
    made, _ = answer(careful())
    assert [(finding.rule, finding.where, finding.message) for finding in made.findings] == []
    assert made.exit_status == 0
    assert all(branch.figures.peak_locked_out == 0 for branch in made.branches)
    assert all(safe_date.safe for safe_date in made.earliest_safe), made.earliest_safe


WRONG = [
    (('leaf = ["K1", "K2"] }', 'leaf = ["K1"] }'), "001 003 004 012 021 037"),
    (('proof = "csr/K3.csr"', ""), "002"),
    (("--reuse-key", "--new-key"), "005"),
    (
        ('leaf = ["K1", "K2"] }', 'leaf = ["K1", "K2"], ca = ["I1"] }'),
        "003 004 007 008 012 021 022 026 030 037",
    ),
    (('signers = ["S1", "S2"]', 'signers = ["S1"]'), "017"),
    (("on_failure = true", "on_failure = true\nhost_pinned = true"), "020"),
    (('max_age = "600d"', 'max_age = "400d"'), "035"),
    (('place = ["vault-b"]', 'place = ["vault-b", "eu"]'), "043"),
    (('place = ["eu", "us"]', 'place = ["us"]\nexportable = false'), "033"),
    (("platforms = { ios = 0.4", "platforms = { ios = 0.3"), "040"),
    (('id = "ios-4.1"\nplatform = "ios"', 'id = "ios-4.1"'), "040"),
    (('lifetime = "180d"', 'lifetime = "201d"'), "034"),
    (('not_after = "T+60"', 'not_after = "T+33"'), "011 013 015"),
    (('expiration = "T+800"', 'expiration = "T+60"'), "009"),
    (('escape = { kind = "forced-update", host = "update.example.test" }', ""), "010"),
    (('app = "and-4.1"\nstack = "web view"', ""), "032"),
    (('supported_from = ["ios-4.0", "and-4.0"]', 'supported_from = ["ios-4.0", "and-4.1"]'), "036"),
    (('depth = 3', 'depth = 4'), "039"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rules"), WRONG, ids=[rules for _, rules in WRONG])
def test_one_mistake_is_one_finding(change: tuple[str, str], rules: str) -> None:
    made, _ = answer(careful(change))
    assert sorted({finding.rule.removeprefix("ROT") for finding in made.findings}) == rules.split()
    assert made.exit_status == 1


def test_one_change_for_several_nodes_is_one_finding() -> None:
    late = [(f"T+{day}", "T+150") for day in (155, 156)]
    made, _ = answer(careful(('not_before = "T+140"', 'not_before = "T+149"'), *late))
    (finding,) = made.findings
    assert (finding.rule, finding.where) == ("ROT015", "node eu")
    assert finding.message.endswith("slow clocks refuse it; likewise node us, node media")


def test_platforms_are_lines_of_their_own() -> None:
    made = careful()
    at = {app.id: share_of(made, app, 38 * DAY) for app in made.apps}
    ios = 0.05 + 0.95 * 0.88
    assert at["ios-4.1"] == pytest.approx(0.4 * ios) and at["ios-4.0"] == pytest.approx(0.4 * (1 - ios))
    assert sum(at.values()) == pytest.approx(1) and at["and-4.0"] + at["and-4.1"] == pytest.approx(0.6)
