"""The strict loader: every mistake that an author can make is named by file, table and key, with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from pinlab.catalogue.loader import Catalogue, load_catalogue
from pinlab.catalogue.registry import read_flaws, read_kinds
from pinlab.catalogue.scenario import Scenario
from pinlab.core.durations import format_duration, parse_duration
from pinlab.core.errors import FileError
from pinlab.pki.cast import Cast

KINDS = read_kinds(
    [
        {"name": "pass_through", "summary": "relays"},
        {
            "name": "rogue_ca",
            "summary": "a copy",
            "params": [
                {"name": "authority", "type": "string", "default": "rogue"},
                {"name": "key", "type": "string", "default": "attacker"},
                {"name": "depth", "type": "int", "default": 1},
            ],
        },
        {"name": "leaf_as_ca", "summary": "abuse", "params": [{"name": "identity", "type": "string"}]},
    ]
)
FLAWS = read_flaws([{"name": "no_pin_check", "summary": "none"}, {"name": "refuses_all", "summary": "all"}])

ABOUT = 'about = "A family for a test."\n'
GOOD = '[good]\ndoc = "An honest server, which must be accepted."\nexpect = "SERVED"\n'
ATTACK = """
[forged]
doc = "A copy under a trusted root. It must be refused."
why = "no key of the chain is pinned"
attack = [{ kind = "rogue_ca" }]
expect = "HELD"
reason = "pin_mismatch"
control = "family/good"
caught_by = ["no_pin_check"]
"""


def load(folder: Path, text: str, name: str = "family.toml") -> Catalogue:
    folder.joinpath(name).write_text(text, encoding="utf-8")
    return load_catalogue(folder, KINDS, FLAWS)


def the_attack(folder: Path, old: str = "", new: str = "") -> Scenario:
    assert old in ATTACK
    return load(folder, ABOUT + GOOD + ATTACK.replace(old, new)).scenario("family/forged")


def test_what_is_written_and_what_is_assumed(tmp_path: Path) -> None:
    attack = the_attack(tmp_path)
    assert (attack.id, attack.family, attack.name, attack.file) == (
        "family/forged",
        "family",
        "forged",
        "family.toml",
    )
    assert attack.summary == "A copy under a trusted root."
    assert attack.must_refuse and attack.is_pin_only and attack.has_mitm and not attack.is_config
    assert attack.reasons == ("pin_mismatch",)
    assert attack.expected_visits == ("HELD",)
    assert (
        attack.pins == ("active", "backup") and attack.trust == ("root", "rogue") and attack.tls == ("1.3",)
    )
    assert [step.identity for step in attack.present] == ["active"]


MISTAKES = [
    ("", "pinz = []", 'family.toml [forged]: unknown key "pinz"; did you mean "pins"?'),
    ("", "id = 'x/y'", 'family.toml [forged]: unknown key "id"; ids come from the file and the table'),
    (
        'doc = "A copy under a trusted root. It must be refused."',
        "",
        'family.toml [forged]: "doc" is missing; write it',
    ),
    (
        'why = "no key of the chain is pinned"',
        "",
        'expects HELD, so "why" is missing; write it: the one reason',
    ),
    ('reason = "pin_mismatch"', "", 'expects HELD, so "reason" is missing'),
    ('control = "family/good"', "", 'expects HELD, so "control" is missing'),
    ('caught_by = ["no_pin_check"]', "", 'expects HELD, so "caught_by" is missing'),
    (
        "pin_mismatch",
        "pin_mismach",
        'forged] reason: no reason is called "pin_mismach"; did you mean "pin_mismatch"?',
    ),
    ("", 'also = ["bad_luck"]', 'forged] also[0]: no reason is called "bad_luck"'),
    ("", 'also = ["pin_mismatch"]', 'also: "pin_mismatch" is already the reason'),
    ('"HELD"', '"HOLD"', 'forged] expect: expected "HELD", "SERVED" or "LOCKED_OUT", got "HOLD"'),
    ("", 'phase = "handshak"', 'forged] phase: expected "config", "connect", "handshake" or "request"'),
    ("", 'tls = ["1.1"]', 'forged] tls[0]: expected "1.2" or "1.3", got "1.1"'),
    ("", "tls = []", "forged] tls: "),
    ("family/good", "family/god", 'control: no scenario is called "family/god"; did you mean "family/good"?'),
    (
        "family/good",
        "family/forged",
        "control: family/forged expects HELD itself; a control must be accepted",
    ),
    ("", 'host = "other.test"', 'control: family/good is for another host; use one for "other.test"'),
    (
        "no_pin_check",
        "no_pin_chek",
        'caught_by[0]: no flaw is called "no_pin_chek"; did you mean "no_pin_check"?',
    ),
    (
        '"rogue_ca"',
        '"rouge_ca"',
        'attack[0].kind: no kind of attack is called "rouge_ca"; did you mean "rogue_ca"?',
    ),
    ('"rogue_ca"', '"rogue_ca", legti = true', 'rogue_ca has no parameter "legti"; did you mean "legit"?'),
    ('"rogue_ca"', '"rogue_ca", key = "atacker"', 'attack[0].key: no key is called "atacker"; did you mean'),
    ('"rogue_ca"', '"rogue_ca", authority = "rouge"', 'attack[0].authority: no CA is called "rouge"'),
    ('"rogue_ca"', '"leaf_as_ca", identity = "x"', 'attack[0].identity: no identity is called "x"'),
    ('"rogue_ca"', '"rogue_ca", depth = "deep"', "attack[0].depth: expected type int, got 'deep'"),
    ('"rogue_ca"', '"rogue_ca", depth = true', "attack[0].depth: expected type int, got True"),
    ('"rogue_ca"', '"rogue_ca", times = 0', "attack[0].times: "),
    ('"rogue_ca"', '"rogue_ca", until = "end"', 'attack[0].until: expected "hello" or "exchange", got "end"'),
    ('"rogue_ca"', '"rogue_ca", legit = true', "attack: all steps are legitimate, yet a refusal is due"),
    (
        "",
        'present = [{ identity = "activ" }]',
        'present[0].identity: no identity is called "activ"; did you mean',
    ),
    ("", "present = [{ identity = 3 }]", "present[0].identity: "),
    ("", "present = []", "forged] present: "),
    ("", 'trust = ["rot"]', 'trust[0]: no CA is called "rot"; did you mean "root"?'),
    ("", 'pins = ["actve"]', 'pins[0]: no key or CA is called "actve"; did you mean "active"?'),
    ("", "pins = true", "forged] pins: expected a list of names, or false"),
    ("", "pins = [{ row = 'x' }]", "forged] pins: expected the name of a key or CA, or {raw"),
    ("", "pins = [{ raw = 'x' }]", 'phase: "x" is no pin, so the outcome is due in phase "config"'),
    ("", 'visits = ["SERVED"]', 'expect: the gravest of the visits is SERVED; write expect = "SERVED"'),
    ("", 'visits = ["SERVED", "HELD"]', "no step of the mitm is legitimate, yet a visit is to be SERVED"),
    ("", 'world.keys.k = { kind = "p255" }', 'world.keys.k.kind: expected "p192", "p256", "p384"'),
    ("", 'world.keys.active = { kind = "p384" }', 'world.keys.active: "active" belongs to the standard cast'),
    (
        "",
        'world.identities.i = { nams = ["a"] }',
        'forged] world.identities.i: unknown key "nams"; did you mean "names"?',
    ),
    (
        "",
        "world.identities.i = { not_after = 90 }",
        "world.identities.i.not_after: expected a length of time such as",
    ),
    ("", 'world.identities.i = { key = "k" }', 'world.identities.i.key: no key is called "k"'),
    ("", 'world.identities.i = { issuer = "i2" }', 'world.identities.i.issuer: no issuer is called "i2"'),
    (
        "",
        'world.identities.i = { chain = ["self", "q"] }',
        'world.identities.i.chain[1]: no certificate is called "q"',
    ),
    ("", "world.wolrd = {}", 'forged] world: unknown key "wolrd"'),
]


@pytest.mark.parametrize(("old", "new", "complaint"), MISTAKES, ids=[m[2][:60] for m in MISTAKES])
def test_a_mistake_names_its_place_and_its_cure(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = ATTACK.replace(old, new) if old else f"{ATTACK}{new}\n"
    with pytest.raises(FileError) as caught:
        load(tmp_path, ABOUT + GOOD + text)
    assert complaint in str(caught.value)
    assert all(problem.startswith("family.toml [forged]") for problem in caught.value.problems)


FILES = [
    ("family.toml", "about = ", "family.toml: is not TOML: "),
    ("family.toml", GOOD, 'family.toml: "about" is missing; open the file with a paragraph'),
    ("family.toml", ABOUT + 'good = "yes"', 'family.toml: "good" must be a table: write [good]'),
    ("family.toml", ABOUT + GOOD.replace("[good]", "[Good-One]"), '"Good-One" must be lower_snake'),
    ("a-b.toml", ABOUT + GOOD, '"a-b" must be lower_snake'),
    ("family.toml", ABOUT, "holds no scenario"),
    (
        "world.toml",
        '[identities.a]\nissuer = "no one"\n',
        'world.toml identities.a.issuer: no issuer is called "no one"',
    ),
    ("world.toml", "[identity.a]\n", 'world.toml: unknown key "identity"; did you mean "identities"?'),
]


@pytest.mark.parametrize(("name", "text", "complaint"), FILES, ids=[f[2][:50] for f in FILES])
def test_a_broken_file_is_named(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    with pytest.raises(FileError) as caught:
        load(tmp_path, text, name)
    assert complaint in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="nowhere: is not a folder of scenario files"):
        load_catalogue(tmp_path / "nowhere")


SENSE = [
    ('expect = "SERVED"\nreason = "internal"', 'expects SERVED, so "reason" has no meaning here; remove it'),
    ('expect = "SERVED"\nphase = "config"', 'nothing is SERVED in phase "config"'),
    ('expect = "SERVED"\nspoof = true', "spoof: there is no attacker to sit on another address"),
    ('expect = "SERVED"\ndirect = true', "direct: without an attack every connection is direct"),
    ('expect = "SERVED"\nattack = [{ kind = "rogue_ca" }]', "no step of the mitm is legitimate"),
    (
        'expect = "SERVED"\nattack = [{ kind = "pass_through" }, { kind = "rogue_ca" }]',
        "a step is not legitimate, yet all is to be SERVED",
    ),
]


@pytest.mark.parametrize(("text", "complaint"), SENSE, ids=[s[1][:40] for s in SENSE])
def test_an_acceptance_claims_nothing_more(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(FileError) as caught:
        load(tmp_path, ABOUT + GOOD.replace('expect = "SERVED"', text))
    assert complaint in str(caught.value)


def test_every_complaint_is_given_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        load(tmp_path, ABOUT + GOOD + 'pinz = 1\ntlz = 2\n[bare]\nexpect = "SERVED"\n')
    assert len(caught.value.problems) == 3


def test_names_of_the_programs_are_free_while_no_one_asked_them(tmp_path: Path) -> None:
    tmp_path.joinpath("family.toml").write_text(
        ABOUT + GOOD + ATTACK.replace("rogue_ca", "new_attack"), encoding="utf-8"
    )
    assert load_catalogue(tmp_path).scenario("family/forged").attack[0].kind == "new_attack"


def test_selection_by_glob_and_by_family(tmp_path: Path) -> None:
    catalogue = load(tmp_path, ABOUT + GOOD + ATTACK)
    ids = ["family/good", "family/forged"]
    assert [s.id for s in catalogue.select([])] == ids
    assert [s.id for s in catalogue.select(["family"])] == ids
    assert [s.id for s in catalogue.select(["family/"])] == ids
    assert [s.id for s in catalogue.select(["*/forged", "family/good"])] == ids
    assert [s.id for s in catalogue.select(["*/f*"])] == ["family/forged"]
    with pytest.raises(FileError, match='"famly/forged" matches no scenario; did you mean "family/forged"'):
        catalogue.select(["famly/forged"])


def test_who_may_be_talked_to(tmp_path: Path) -> None:
    attack = the_attack(tmp_path)
    assert attack.steps_legit("mitm") == (False,) and attack.steps_legit("origin") == (True,)
    text = 'attack = [{ kind = "pass_through" }, { kind = "rogue_ca" }]\nvisits = ["SERVED", "HELD"]'
    assert the_attack(tmp_path, 'attack = [{ kind = "rogue_ca" }]', text).steps_legit("mitm") == (True, False)
    assert the_attack(tmp_path, 'attack = [{ kind = "rogue_ca" }]').steps_legit("origin") == (False,)
    good = load(tmp_path, ABOUT + GOOD).scenario("family/good")
    assert good.steps_legit("origin") == (True,) and good.steps_legit("mitm") == ()


def test_the_forged_key_and_the_pins_of_its_control(tmp_path: Path) -> None:
    cast = load(tmp_path, ABOUT + GOOD).cast
    attack = the_attack(tmp_path)
    assert attack.presented_key(cast) == "attacker" and attack.repinned(cast) == ("attacker",)
    assert the_attack(tmp_path, '"rogue_ca"', '"rogue_ca", key = "next"').presented_key(cast) == "next"
    origin_only = the_attack(
        tmp_path, 'attack = [{ kind = "rogue_ca" }]', 'present = [{ identity = "unknown" }]'
    )
    assert origin_only.presented_key(cast) == "unknown"
    text = 'attack = [{ kind = "pass_through" }, { kind = "rogue_ca" }]\nvisits = ["SERVED", "HELD"]'
    scripted = the_attack(tmp_path, 'attack = [{ kind = "rogue_ca" }]', text)
    assert scripted.repinned(cast) == ("attacker", "active", "backup")


def test_a_deviation_changes_only_what_it_writes(tmp_path: Path) -> None:
    catalogue = load(tmp_path, ABOUT + GOOD + "world.identities.wrong_name = { digest = 'sha384' }\n")
    changed: Cast = catalogue.cast_of(catalogue.scenario("family/good"))
    before, after = catalogue.cast.identities["wrong_name"], changed.identities["wrong_name"]
    assert after.digest == "sha384" and (after.key, after.names) == (before.key, before.names)
    assert before.digest is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("-30d", -2_592_000), ("90d", 7_776_000), ("12h", 43_200), ("15m", 900), ("10s", 10), (0, 0)],
)
def test_lengths_of_time(text: str | int, seconds: int) -> None:
    assert parse_duration(text) == seconds
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "1w", "1.5h", 30, True, "10 s", "1h30m", None, "1d\n"])
def test_lengths_of_time_that_are_none(text: object) -> None:
    with pytest.raises(ValueError, match="expected a length of time such as"):
        parse_duration(text)
