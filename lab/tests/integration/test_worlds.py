"""Worlds: minted once for a run, addressed by content, kept for compiled-in pins, never overwritten."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pinlab.cli.world_pins import describe_pins
from pinlab.core.errors import FileError
from pinlab.pins.notations import PinForms
from pinlab.pki import mint
from pinlab.pki.cast import AuthorityEntry, Deviations
from pinlab.pki.lasting_world import create_world, enter_world, load_own, open_world
from pinlab.pki.mint import MintError, content_digest, mint_ahead, mint_world
from pinlab.pki.pins import RawPin
from tests.support.worlds import NOW, standard_cast, world_with

needs_programs = pytest.mark.usefixtures("programs")


def test_the_address_of_a_world_is_its_content() -> None:
    cast = standard_cast()
    base = content_digest(cast, NOW)
    assert base == content_digest(standard_cast(), NOW)
    other = cast.deviate(Deviations(authorities={"extra": AuthorityEntry()}))
    addresses = {
        base,
        content_digest(other, NOW),
        content_digest(cast, NOW + 1),
        content_digest(cast, NOW, Path("/kept")),
        content_digest(cast, NOW, seed=1),
    }
    assert len(addresses) == 5


@needs_programs
def test_names_lead_to_files_and_pins(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    assert world.now == NOW and world.path.parent == tmp_path
    assert world.pin("active") != world.pin("backup") and world.pin("root").startswith("sha256/")
    assert world.pins(["active", RawPin(raw="sha256/no")]) == [world.pin("active"), "sha256/no"]
    assert world.pins(None) is None and world.pins([]) == []
    assert world.key_of("renewed") == "active" and world.key_of("unknown") == "unknown"
    files = world.identity("renewed")
    assert files.chain.read_text().count("BEGIN CERTIFICATE") == 2 and files.key.is_file()
    assert len(bytes.fromhex(world.cert_sha256("renewed"))) == 32
    assert world.cert_sha256("renewed") != world.cert_sha256("active")
    assert "BEGIN PUBLIC KEY" in world.spki_pem_file("active").read_text()
    assert stat.S_IMODE(world.key_file("active").stat().st_mode) == 0o600


@needs_programs
def test_an_unknown_name_offers_the_nearest(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    with pytest.raises(KeyError, match='nothing is called "bakcup"; did you mean "backup"'):
        world.pin("bakcup")
    with pytest.raises(KeyError, match="no identities entry"):
        world.identity("nobody")


@needs_programs
def test_the_trust_file_keeps_the_order(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    pems = {name: world.authority_certificate(name).read_text().strip() for name in ("root", "rogue")}
    bundle = world.write_bundle(["rogue", "root"], tmp_path / "ca.pem")
    assert bundle.read_text() == f"{pems['rogue']}\n{pems['root']}\n"


@needs_programs
def test_the_attacker_is_given_absolute_paths_and_chains_below_the_root(tmp_path: Path) -> None:
    world = world_with(tmp_path)
    cast = world.attackers_cast()
    issuing = str(world.authority_certificate("issuing"))
    assert cast["authorities"]["rogue"]["chain"] == []
    assert cast["authorities"]["issuing"]["chain"] == [issuing]
    paths = [*cast["keys"].values(), *cast["identities"]["attackers_own"].values()]
    assert all(Path(path).is_absolute() and Path(path).is_file() for path in paths)


@needs_programs
def test_many_workers_make_one_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    real = mint.run_mint

    def counted(recipe: dict[str, object]) -> None:
        runs.append(str(recipe["out"]))
        real(recipe)

    monkeypatch.setattr(mint, "run_mint", counted)
    cast = standard_cast()
    with ThreadPoolExecutor(8) as pool:
        worlds = list(pool.map(lambda _: mint_world(cast, now=NOW, folder=tmp_path), range(8)))
    assert len(runs) == 1
    assert len({world.pin("active") for world in worlds}) == 1


@needs_programs
def test_worlds_made_ahead_are_found_and_one_that_fails_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = standard_cast()
    bad = cast.deviate(Deviations(authorities={"odd": AuthorityEntry(issuer="nobody")}))
    other = cast.deviate(Deviations(authorities={"extra": AuthorityEntry()}))
    process = mint_ahead([cast, bad, other], now=NOW, folder=tmp_path)
    assert process.wait(timeout=30) == 2
    with pytest.raises(MintError, match=r"authorities\.odd"):
        mint_world(bad, now=NOW, folder=tmp_path)
    monkeypatch.setattr(mint, "run_mint", lambda recipe: pytest.fail("it was there"))
    worlds = [mint_world(entry, now=NOW, folder=tmp_path) for entry in (cast, other)]
    assert worlds[0].pin("active") == worlds[1].pin("active") != worlds[0].pin("backup")
    assert worlds[0].cert_sha256("active") != worlds[1].cert_sha256("active")


@needs_programs
def test_a_world_that_appears_while_it_is_made_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mint.run_mint

    def second(recipe: dict[str, object]) -> None:
        real(recipe)
        real(recipe)

    monkeypatch.setattr(mint, "run_mint", second)
    assert mint_world(standard_cast(), now=NOW, folder=tmp_path).pin("active")


@needs_programs
def test_what_the_mint_refuses_is_reported(tmp_path: Path) -> None:
    cast = standard_cast().deviate(Deviations(authorities={"odd": AuthorityEntry(issuer="nobody")}))
    with pytest.raises(MintError, match=r"pinlab-mint ended with 2 .*authorities\.odd"):
        mint_world(cast, now=NOW, folder=tmp_path)


@needs_programs
def test_a_lasting_world_keeps_its_pins_through_runs(tmp_path: Path) -> None:
    lasting = create_world(tmp_path / "kept", standard_cast(), NOW)
    runs = [
        enter_world(tmp_path / "kept", standard_cast(), now=NOW + day * 86_400, folder=tmp_path / f"run{day}")
        for day in (0, 200)
    ]
    for name in ("active", "backup", "next", "unknown", "attacker", "root", "issuing", "rogue", "stranger"):
        assert {world.pin(name) for world in runs} == {lasting.pin(name)}
    assert runs[0].cert_sha256("active") != runs[1].cert_sha256("active")
    assert runs[0].cert_sha256("root") == runs[1].cert_sha256("root") == lasting.cert_sha256("root")


@needs_programs
def test_a_lasting_world_is_never_overwritten(tmp_path: Path) -> None:
    create_world(tmp_path / "kept", standard_cast(), NOW)
    with pytest.raises(FileError, match="kept: exists and is not empty"):
        create_world(tmp_path / "kept", standard_cast(), NOW)


@needs_programs
def test_the_users_own_certificate_takes_the_place_of_the_labs(tmp_path: Path) -> None:
    create_world(tmp_path / "kept", standard_cast(), NOW)
    theirs = world_with(tmp_path / "elsewhere")
    files = theirs.identity("next")
    toml = f"[identities.next]\nchain = '{files.chain}'\nkey = '{files.key}'\n"
    (tmp_path / "kept" / "world.toml").write_text(toml)
    world = enter_world(tmp_path / "kept", standard_cast(), now=NOW, folder=tmp_path / "run")
    assert world.pin("next") == theirs.pin("next")
    assert world.cert_sha256("next") == theirs.cert_sha256("next")
    assert world.key_of("next") == "next"
    assert world.cert_sha256("next") in describe_pins(world)


OWN_MISTAKES = [
    (
        "[identities.next]\nchain = 'gone.pem'\nkey = 'gone.key'\n",
        "identities.next] chain: .*gone.pem cannot be read",
    ),
    ("[identities.next]\nchain = 'world.toml'\nkey = 'k'\n", 'world.toml holds no PEM block "CERTIFICATE"'),
    ("[identities.next]\nchian = 'x'\nkey = 'k'\n", 'unknown key "chian"; did you mean "chain"'),
    ("[identities.next]\nchain = 'x'\n", '"key" is missing; write it: PEM file: the private key'),
    ("[identity.next]\n", 'unknown key "identity"; did you mean "identities"'),
]


@pytest.mark.parametrize(("text", "complaint"), OWN_MISTAKES)
def test_a_mistake_in_the_users_world_names_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "world.toml").write_text(text)
    with pytest.raises(FileError, match=complaint):
        load_own(tmp_path)


def test_a_folder_that_is_no_world_says_how_to_make_one(tmp_path: Path) -> None:
    assert load_own(tmp_path) == {}
    with pytest.raises(FileError, match="is not a world of the lab; make one with: pinlab world create"):
        open_world(tmp_path)


def test_one_pin_in_every_form() -> None:
    forms = PinForms("sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    assert forms.bare == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert forms.curl == "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert forms.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@needs_programs
def test_the_pins_of_a_world_are_described_in_every_form(tmp_path: Path) -> None:
    create_world(tmp_path / "kept", standard_cast(), NOW)
    world = open_world(tmp_path / "kept")
    text = describe_pins(world)
    listing = json.loads((tmp_path / "kept" / "world.json").read_text())
    for name in ("active", "backup", "next", "unknown"):
        forms = PinForms(listing["keys"][name]["pin"])
        assert all(form in text for form in (forms.plain, forms.curl, forms.hex))
    assert listing["authorities"]["rogue"]["cert_sha256"] in text
